"""What the project says around quotes, in English and Korean: one table, and how a language is chosen. Pure.

A quote is never translated; the words around it follow the question's language. In Korean a value stands after a colon
or in brackets, so that no particle depends on how it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.language import NAMES, language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.types import Citation

LANGUAGES = ("en", "ko")
"""The languages the table has, in its order."""

_TABLE: dict[str, tuple[str, str]] = {
    # --- an answer or a refusal
    "read as": ("Read as: {text}", "다음 질문으로 이해했습니다: {text}"),
    "empty": ("the question is empty", "질문이 비어 있습니다"),
    "not carried": (
        "no passage of the documents searched carries an answer to this question",
        "찾아본 문서의 어느 대목에도 이 질문에 대한 답이 없습니다",
    ),
    "no such unit": ("no such unit", "그런 조항이 없습니다"),
    "filtered out": ("the filter leaves no document to search", "필터를 적용하면 찾아볼 문서가 남지 않습니다"),
    "superseded": ("{ref} is superseded.", "{ref}: 새 판으로 대체된 판입니다."),
    "superseded by": (
        "{ref} is superseded; its successor is {successor}.",
        "{ref}: 새 판으로 대체된 판입니다. 후속: {successor}.",
    ),
    "register notice": (
        "{ref}: register, not the official text.",
        "{ref}: 등록부의 설명이며 공식 원문이 아닙니다.",
    ),
    "register unchecked": (
        "{ref}: register, not the official text, and not checked against it.",
        "{ref}: 등록부의 설명이며 공식 원문이 아니고, 원문과 대조하지 않았습니다.",
    ),
    "not proven": (
        "{ref}: this file's numbering could not be proven, so heading and page are cited.",
        "{ref}: 이 파일의 번호 체계를 확인하지 못해 제목과 쪽으로 인용합니다.",
    ),
    "other language": (
        "Quotes are shown in the language of the document ({languages}).",
        "인용문은 문서의 언어({languages}) 그대로 보여 드립니다.",
    ),
    "words only": ("{why}. Only words were compared", "{why}. 단어만 비교했습니다"),
    "encoder not for": (
        "the encoder {encoder!r} does not know {language}: only words were compared",
        "인코더 {encoder!r}의 지원 언어가 아닙니다({language}). 단어만 비교했습니다",
    ),
    "encoder in part": (
        "the encoder {encoder!r} does not know {language}, which is a part of the question; it was used",
        "인코더 {encoder!r}의 지원 언어가 아닌 부분이 질문에 있습니다({language}). 그대로 사용했습니다",
    ),
    "language not told": (
        "the question's language could not be told; the encoder {encoder!r} was used",
        "질문의 언어를 알 수 없습니다. 인코더 {encoder!r}: 그대로 사용했습니다",
    ),
    "encoder unsure": (
        "the encoder {encoder!r} does not say whether it knows {language}; it was used",
        "인코더 {encoder!r}의 지원 언어인지 알 수 없습니다({language}). 그대로 사용했습니다",
    ),
    "reranker not for": (
        "the reranker {reranker!r} was left out: the question is not in a language it knows ({language})",
        "리랭커 {reranker!r}의 지원 언어가 아니어서 쓰지 않았습니다({language})",
    ),
    "reranker failed": (
        "{why}. The order is the one without the reranker",
        "{why}. 리랭커를 쓰지 않은 순서입니다",
    ),
    "conflict": (
        "{first} says “{said}” ({place}), {second} says “{other}” ({there}): both are shown, neither is averaged.",
        "{first}: “{said}”({place}). {second}: “{other}”({there}). 둘 다 그대로 보이며 하나로 합치지 않았습니다.",
    ),
    "asks more": (
        "{first} asks all that {second} asks, and more (crosswalk, {label}).",
        "{first}: {second}의 요구를 모두 담고 더 요구함(대응표, {label}).",
    ),
    "asks less": (
        "{first} asks part of what {second} asks (crosswalk, {label}).",
        "{first}: {second}의 요구 가운데 일부를 요구함(대응표, {label}).",
    ),
    "unit changed": ("{old} → {new}: {what}.", "바뀐 점: {old} → {new}, {what}."),
    "unit moved": ("the number changed", "번호가 바뀜"),
    "unit same number": ("same number", "번호는 그대로"),
    "title changed": ("title “{old}” → “{new}”", "제목 “{old}” → “{new}”"),
    "words same": ("same words", "문구는 같음"),
    "words differ": ("the words differ", "문구가 다름"),
    "words changed": ("words {pairs}", "문구 {pairs}"),
    "words added": ("“{words}” added", "“{words}” 추가"),
    "words gone": ("“{words}” gone", "“{words}” 삭제"),
    "words more": (" and {n} more places", " 외 {n}곳"),
    "words not compared": (
        "words not compared, as the text of {ref} is not here",
        "문구는 비교하지 못함({ref}의 원문이 없음)",
    ),
    "side silent": ("{name}: nothing found on this.", "{name}: 이에 대해 찾은 내용이 없습니다."),
    "side absent": ("{name}: not among the documents searched.", "{name}: 찾아본 문서에 없습니다."),
    # --- references
    "not of this edition": (
        "No {shown} of {ref} is here; it stands in {listed}. Say which edition is meant.",
        "{ref}: {shown} 없음. 있는 곳: {listed}. 어느 판인지 적어 주세요.",
    ),
    "several places": (
        "{shown} stands in several places: {listed}. Say which is meant.",
        "{shown}: 여러 곳에 있습니다({listed}). 어느 것인지 적어 주세요.",
    ),
    "may be": (
        "“{text}” may be {listed}. Say which is meant.",
        "“{text}”: 다음 가운데 하나일 수 있습니다({listed}). 어느 것인지 적어 주세요.",
    ),
    "in an edition": ("{text} in an edition {edition!r}", "{text}({edition} 판)"),
    "found superseded": (
        "; superseded, the current edition is {ref}",
        "; 새 판으로 대체됨, 현행 판: {ref}",
    ),
    "found also": ("; the number also stands in {listed}", "; 같은 번호가 있는 곳: {listed}"),
    "unknown edition": (
        "{text} is not among the editions known here.",
        "{text}: 여기서 아는 판이 아닙니다.",
    ),
    "with near misses": (" Near misses: {listed}.", " 비슷한 것: {listed}."),
    "in these": (" in {listed}", " ({listed} 기준)"),
    "in these and others": (" in {listed} and others", " ({listed} 등)"),
    "no such number": ("No {shown}{where}.", "{shown}: 없습니다{where}."),
    "no reference": (
        "“{text}” is no reference, and nothing here is called that.",
        "“{text}”: 참조가 아니며 그런 이름의 조항도 없습니다.",
    ),
    "did not stand": (
        "no edition that holds it stood on {date}: {message}",
        "{date}에는 이를 담은 판이 없었습니다: {message}",
    ),
    "unit not here": (
        "{message} It is not loaded, and the register has no entry for it.",
        "{message} 적재되지 않았고 등록부에도 항목이 없습니다.",
    ),
    "place taken": (
        " Its place is taken by {successor} ({how}).",
        " 이 자리를 이은 조항: {successor}({how}).",
    ),
    "place not known": (
        " Which unit took its place is not known here.",
        " 이 자리를 이은 조항은 알 수 없습니다.",
    ),
    "how moved": ("moved", "번호가 옮겨짐"),
    "how same number": ("same number", "같은 번호"),
    "only this read": ("{message} Only “{text}” was read.", "{message} “{text}” 부분만 읽었습니다."),
    # --- editions on a day
    "date in part": (
        "{ref}: known as of {date} only, taken as standing.",
        "{ref}: 날짜가 {date}까지만 알려져 있어 유효한 판으로 보았습니다.",
    ),
    "may have ended": (
        "{ref}: its successor {successors} has no exact date, so it may have ended.",
        "{ref}: 후속 판({successors})의 정확한 날짜를 몰라 이미 대체되었을 수 있습니다.",
    ),
    "withdrawn some day": (
        "{ref}: withdrawn, on which day is not known.",
        "{ref}: 철회되었으나 날짜를 알 수 없습니다.",
    ),
    "superseded some day": (
        "{ref}: superseded, on which day and by what is not known.",
        "{ref}: 대체되었으나 날짜와 후속 판을 알 수 없습니다.",
    ),
    "no date": (
        "No date is known of {refs}: taken as standing on {date}.",
        "날짜를 알 수 없어 {date}에 유효한 것으로 보았습니다: {refs}.",
    ),
    "not answered": ("Not answered", "답하지 않음"),
    "searched": ("Searched: {refs}.", "찾아본 판: {refs}."),
    "nothing": ("nothing", "없음"),
    "one searched": ("{n} document searched", "찾아본 문서 {n}건"),
    "n searched": ("{n} documents searched", "찾아본 문서 {n}건"),
    "nearest": (
        "Nearest places, as pointers only; they do not answer it:",
        "가장 가까운 곳(참고용이며 답의 근거가 아님):",
    ),
    "nearest, short": ("Nearest places (not support):", "가장 가까운 곳(근거 아님):"),
    "near": ("near", "근접"),
    "note": ("note: {text}", "참고: {text}"),
    "question": ("Question: {text}", "질문: {text}"),
    "index": ("Index {id}", "색인 {id}"),
    "withheld": (
        "{n} sentence(s) withheld: no citation carries them.",
        "문장 {n}개를 보이지 않았습니다: 뒷받침하는 인용이 없습니다.",
    ),
    "does not stand": (
        "{n} sentence(s) withheld: they do not stand in the documents as cited.",
        "문장 {n}개를 보이지 않았습니다: 인용한 자리의 문서 내용과 다릅니다.",
    ),
    "none stands": (
        "no sentence found stands in the documents as it is cited",
        "찾은 문장 가운데 인용한 자리에 그대로 있는 것이 없습니다",
    ),
    "draft": (
        "rephrased by a language model, checked against the quotes below",
        "언어 모델이 다시 쓴 문장이며 아래 인용문과 대조했습니다",
    ),
    "draft heading": (
        "Rephrased by a language model, checked against the quotes:",
        "언어 모델이 다시 쓴 문장(인용문과 대조함):",
    ),
    "in short": ("In short", "요약"),
    "translation": ("translation, not verified verbatim", "번역이며 원문 그대로인지 확인하지 않음"),
    "verbatim heading": ("Verbatim:", "원문 그대로:"),
    "evidence for": ("Evidence for", "근거:"),
    "nearest to": ("Nearest places to", "가장 가까운 곳:"),
    "no evidence": (
        "Nothing to show: the question was not answered, and no place came near.",
        "보여 드릴 것이 없습니다. 답하지 않았고 가까운 곳도 없습니다.",
    ),
    "no evidence here": ("There is no evidence for this question.", "이 질문에는 근거가 없습니다."),
    # --- a citation
    "verbatim": ("verbatim", "원문 그대로"),
    "elided": ("verbatim, cut to the licence’s quote limit", "원문 그대로, 이용허락의 인용 한도까지만"),
    "register": ("register, not the official text", "등록부의 설명, 공식 원문 아님"),
    "own words": (
        "in our own words (register, not the official text{checked})",
        "등록부의 설명(공식 원문 아님{checked})",
    ),
    "own words unchecked": (", not checked against it", ", 원문과 대조하지 않음"),
    "under": ("under “{heading}”", "“{heading}” 아래"),
    "original": ("original: {language}", "원문: {language}"),
    "written in": ("language: {language}", "언어: {language}"),
    "no language": ("language not determined", "언어를 알 수 없음"),
    "status current": ("current", "현행"),
    "status superseded": ("superseded", "대체됨"),
    "status superseded by": ("superseded by {successor}", "대체됨(후속: {successor})"),
    "status withdrawn": ("withdrawn", "철회됨"),
    "status draft": ("draft", "초안"),
    "status unknown": ("status not known", "상태를 알 수 없음"),
    "successor": ("{status}; successor: {successor}", "{status}; 후속: {successor}"),
    "issued": ("issued {date}", "{date} 발행"),
    "force": ("force: {force}", "구속 정도: {force}"),
    "informative": ("informative", "참고 사항"),
    "checked": ("checked", "대조함"),
    "not checked": ("not checked against the official text", "공식 원문과 대조하지 않음"),
    "not verified": ("not verified", "확인하지 않음"),
    "licence": ("Licence: {text}", "이용허락: {text}"),
    "page": ("p. {label} ({physical})", "{label}쪽({physical})"),
    "register page": ("register p. {label} ({physical})", "등록부 {label}쪽({physical})"),
    "no page label": ("no printed page number ({physical})", "인쇄된 쪽번호 없음({physical})"),
    "pdf page": ("PDF page {pages}", "PDF {pages}쪽"),
    "register pdf page": ("register PDF page {pages}", "등록부 PDF {pages}쪽"),
    "remaining": ("the remaining {n:,} characters", "나머지 {n:,}자"),
    # --- buttons
    "show page": ("Show page", "쪽 보기"),
    "look up": ("Look up", "조회"),
    "copy citation": ("Copy citation", "인용 복사"),
    "copy answer": ("Copy answer with citations", "인용과 함께 답 복사"),
    "official page": ("Official page ↗", "공식 페이지 ↗"),
    # --- the app
    "title": ("Standards knowledge base", "표준 지식베이스"),
    "tab ask": ("Ask", "질문"),
    "tab look up": ("Look up", "조회"),
    "tab documents": ("Documents", "문서"),
    "tab about": ("About", "정보"),
    "ask": ("Ask", "질문하기"),
    "ask here": ("Your question, or a reference such as OECD 1.3", "질문 또는 참조(예: OECD 1.3, 유네스코 제37항)"),
    "filter": ("Filter by publisher or document", "발행 기관이나 문서로 거르기"),
    "publishers": ("Publishers", "발행 기관"),
    "documents": ("Documents", "문서"),
    "only these": (
        "Only these are searched, superseded ones included",
        "고른 문서만 찾습니다. 대체된 판도 포함됩니다",
    ),
    "new conversation": ("New conversation", "새 대화"),
    "conversation": ("Conversation", "대화"),
    "searching": ("Searching …", "찾는 중 …"),
    "welcome": (
        "Ask in English or Korean, or give a reference. Every sentence of an answer carries its place, so that you "
        "can check it. For example:",
        "한국어나 영어로 묻거나 참조를 적어 주세요. 답의 모든 문장에 출처가 붙어 있어 직접 확인할 수 있습니다. 예:",
    ),
    "evidence here": (
        "The passages an answer rests on appear here: document, place, page, quote.",
        "답의 근거가 되는 대목이 여기에 나옵니다: 문서, 위치, 쪽, 인용문.",
    ),
    "page here": (
        "The page of the selected passage appears here, its words marked.",
        "고른 대목이 있는 쪽이 인용된 말을 표시하여 여기에 나옵니다.",
    ),
    "references here": (
        "A reference as people write it, in English or Korean. For example:",
        "평소 쓰는 대로 적은 참조(한국어 또는 영어). 예:",
    ),
    "loaded": (
        "{n} publications loaded, the register for the rest · index {id}",
        "간행물 {n}건 적재, 나머지는 등록부 · 색인 {id}",
    ),
    "one loaded": (
        "{n} publication loaded, the register for the rest · index {id}",
        "간행물 {n}건 적재, 나머지는 등록부 · 색인 {id}",
    ),
    "none loaded": (
        "no publication loaded, the register for the rest · index {id}",
        "적재된 간행물 없음, 모두 등록부 · 색인 {id}",
    ),
    "page alt": ("The page of the selected passage", "고른 대목이 있는 쪽"),
    "too long": (
        "The text has {n:,} characters; the limit is {limit:,}. Shorten it.",
        "글이 {n:,}자입니다. {limit:,}자까지 쓸 수 있으니 줄여 주세요.",
    ),
    "which one": ("Which one is meant?", "어느 것을 말씀하시나요?"),
    "this one": ("Is this one meant?", "이것을 말씀하시나요?"),
    "near misses": (
        "Near misses. None of them is what was asked for:",
        "비슷한 것들입니다. 물으신 것은 아닙니다:",
    ),
    "suggestions": ("Suggestions", "제안"),
    "perhaps": ("perhaps; not what was typed", "혹시 이것; 입력한 그대로는 아님"),
    "documents' words": ("the document’s own words", "문서의 원문"),
    "numbering not proven": ("numbering not proven", "번호 체계를 확인하지 못함"),
    "parts": ("Parts ({n})", "하위 항목({n})"),
    "other editions": ("The same number in other editions: {refs}", "다른 판의 같은 번호: {refs}"),
    "counterparts": ("Counterparts elsewhere ({n}): {label}", "다른 문서의 대응 조항({n}): {label}"),
    "unit id": ("Unit id:", "조항 식별자:"),
}

_KOREAN_NAMES = {
    "en": "영어", "ko": "한국어", "es": "스페인어", "fr": "프랑스어", "de": "독일어", "pt": "포르투갈어",
    "it": "이탈리아어", "nl": "네덜란드어", "ja": "일본어", "zh": "중국어", "ru": "러시아어", "ar": "아랍어",
    "el": "그리스어",
    "he": "히브리어", "th": "태국어", "hi": "힌디어", "hy": "아르메니아어", "ka": "조지아어", "bn": "벵골어",
    "ta": "타밀어",
}  # fmt: skip


def say(lang: str, key: str, **args: object) -> str:
    """The message ``key`` in a language of :data:`LANGUAGES`, English for any other.

    :raises KeyError: no such message, or an argument is missing.
    """
    text = _TABLE[key][lang == "ko"]
    return text.format(**args) if args else text


def language(text: str, otherwise: str = "en") -> str:
    """The language to answer a text in: its own where the table has it, else ``otherwise`` ("OECD 1.3" has none)."""
    found = language_of(text)
    return found if found in LANGUAGES else otherwise


def language_name(lang: str, code: str) -> str:
    """What a language is called."""
    if code == "und":
        return say(lang, "no language")
    return (_KOREAN_NAMES if lang == "ko" else NAMES).get(code, code)


def source_language(lang: str, citation: Citation) -> str:
    """ "original: English"; of the register, whose words are its own, "language: English"."""
    if citation.language == "und":
        return say(lang, "no language")
    key = "written in" if citation.match == "register" else "original"
    return say(lang, key, language=language_name(lang, citation.language))


def status(lang: str, code: str) -> str:
    """An edition's status in words."""
    return say(lang, f"status {code}") if f"status {code}" in _TABLE else code


def status_words(lang: str, code: str, successors: Sequence[str]) -> str:
    """An edition's status, a superseded one's with its successors: "superseded by OECD/LEGAL/0449 (2024)"."""
    if code == "superseded" and successors:
        return say(lang, "status superseded by", successor=listed(lang, successors))
    return status(lang, code)


def other_languages(lang: str, citations: Iterable[Citation]) -> str:
    """The notice that quotes are not in the question's language, or "" where all are; the register's words are ours, in
    both languages."""
    codes = dict.fromkeys(c.language for c in citations if c.language not in {lang, "und"} and c.match != "register")
    return say(lang, "other language", languages=", ".join(language_name(lang, c) for c in codes)) if codes else ""


def listed(lang: str, names: Sequence[str]) -> str:
    """Names in the list form of a language, each unchanged."""
    return (", " if lang == "ko" else " and ").join(names)


def superseded(lang: str, ref: str, successors: Sequence[str]) -> str:
    """The notice that an edition cited is superseded, and by what."""
    if not successors:
        return say(lang, "superseded", ref=ref)
    return say(lang, "superseded by", ref=ref, successor=listed(lang, successors))


def names_superseded(notice: str, ref: str) -> bool:
    """Whether a notice, in any language, says that an edition is superseded."""
    return any(notice.startswith(say(lang, "superseded", ref=ref).rstrip(".")) for lang in LANGUAGES)


def from_register(lang: str, ref: str, verified: bool) -> str:
    """The notice that the words cited are the register's."""
    return say(lang, "register notice" if verified else "register unchecked", ref=ref)


def page_words(lang: str, citation: Citation) -> str:
    """As :func:`kb.citing.page_words`, in a language: the printed page and the physical one, each called what it is."""
    pages = f"{citation.page_index}" + (f"–{citation.page_end}" if citation.page_end != citation.page_index else "")
    registered = citation.match == "register"
    physical = say(lang, "register pdf page" if registered else "pdf page", pages=pages)
    if citation.page_label is None or citation.page_label == "":
        return say(lang, "no page label", physical=physical)
    return say(lang, "register page" if registered else "page", label=citation.page_label, physical=physical)
