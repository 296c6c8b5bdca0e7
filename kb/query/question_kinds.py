"""Recognises the kind of thing that a question asks for, by its words. Pure; English, Korean and Spanish.

The kind decides what an answer shows: a question for a list gets the whole enumeration, one that counts gets the number
of points, one for a definition the definition itself (:mod:`kb.answering.plan`).
"""

from __future__ import annotations

import re
from enum import Enum

from kb.query.date_questions import asks_from_when
from kb.query.definitions import asks_who_is_meant
from kb.text.numerals import with_figures


class QuestionKind(str, Enum):
    """The kind of thing that a question asks for."""

    PROVISION = "provision"
    DEFINITION = "definition"
    LIST = "list"
    COUNT = "count"
    WHICH_CLAUSE = "which clause"
    WHO = "who"
    WHEN = "when"
    COMPARISON = "comparison"
    CHANGE = "change"
    STATUS = "status"
    SMALL_TALK = "small talk"


_COUNTS = re.compile(
    r"\bhow many\b|\binto how many\b|\bwhat (?:is the )?number of\b|\bcu[aá]nt[oa]s\b"
    r"|몇 ?(?:개|가지|항목|조항|단계|종류|부문|분야|원칙|요건|절|장|편|단락|문단|항|호)|몇인가|(?:총|모두) 몇|개수",
    re.IGNORECASE,
)
_ASKS_CLAUSE = re.compile(
    r"\b(?:which|what) (?:(?!do(?:es)?\b|did\b|is\b|are\b|in\b|under\b)\w+ ){0,2}"
    r"(?:articles?|paragraphs?|para|clauses?|sections?|recitals?|annex(?:es)?|provisions?|principle|chapters?|points?"
    r"|items?|outcomes?|factors?|drivers?|inhibitors?|action ids?|subcategor(?:y|ies)|pages?)\b(?! are\b)"
    r"|^where (?:do|does|did|is|are|in|can)\b|\bwhere in\b|\bqu[eé] (?:art[ií]culo|p[aá]rrafo|apartado)\b"
    r"|(?:몇|어느|어떤|무슨) ?(?:조항?|항|문단|단락|절|장|부속서|원칙|규정|조문|쪽)(?:이|에|은|인|을|의|에서)"
    r"|어디에 ?(?:나오|있|규정|적혀|쓰여)|몇 ?(?:조|항|번|쪽)",
    re.IGNORECASE,
)
_UNIT_ASKED = (
    (r"paragraphs?|paras?|문단|단락|몇 ?항|어느 ?항", frozenset({"para", "article"})),
    (r"articles?|조항|조문|몇 ?조|어느 ?조", frozenset({"article"})),
    (r"recitals?|전문", frozenset({"recital"})),
    (r"annex(?:es)?|부속서", frozenset({"annex"})),
    (
        r"(?:RMF|NIST) (?:items?|outcomes?|functions?)|sub-?categor(?:y|ies)|하위 ?범주|세부 ?범주",
        frozenset({"govern", "map", "measure", "manage"}),
    ),
    (
        r"factors?|drivers?|inhibitors?|(?:촉진|저해) ?요인|요인|요소",
        frozenset({"driver", "inhibitor"}),
    ),
    (r"action ids?|actions?", frozenset({"action", "section"})),
    (r"principles?|원칙", frozenset({"principle"})),
    (r"requirements?|핵심 ?요건|\d{1,2} ?대 ?요건", frozenset({"requirement"})),
    (r"policy areas?|정책 ?(?:영역|분야)", frozenset({"policy-area"})),
)
_WHO = re.compile(
    r"(?:^|[,;] ?|\b(?:and|to|by|for) )(?:who|whom|whose)\b|\bwhich (?:body|authority|actors?|persons?|operators?)\b"
    r"|\bqui[eé]n(?:es)?\b|누가|누구|어느 (?:기관|주체|부처)|주체는",
    re.IGNORECASE,
)
_WHICH_BODY = re.compile(r"\W*which (?:body|authority|office|institution) (?!of\b)", re.IGNORECASE)
"""Asks for one who acts, whatever else is named in the plural: "Which body inspects lamps?"."""
_ASKS_WHEN = re.compile(
    r"^(?:\W*)(?:when|by when|since when|from when|until when)\b|\b(?:by|from|on) what (?:date|day)\b|언제"
)
_NO_TERM = (
    r"(?!(?:required|needed|said|included|allowed|prohibited|banned|forbidden|permitted|expected|exempted|excluded|covered"
    r"|considered|regarded|recommended|advised|demanded|asked|done|used)\b)"
)
_ADVERB = (
    r"(?:outright|overall|here|there|now|today|then|always|never|instead|otherwise|together|first|next|about|again)\b"
)
_DEFINES_A_TERM = (
    r"\bdefin(?:e[sd]|ition|ing)\b|(?:^|\b(?:please|can you|could you) )define\b"
    r"|\b(?:do|does|did|how (?:would|could|should)) "
    r"(?:(?!(?:how|to|must|should|who|that|which|what|on|about)\b)\S+ ){1,12}define\b"
)
"""Not "Who must define roles?" and "how people define their data", which ask for no meaning."""
_DEFINES = re.compile(
    rf"{_DEFINES_A_TERM}"
    r"|\bmeaning of\b|\bmeant by\b"
    r"|\bwhat does (?:the term )?.{2,60} mean\b|\bstands? for\b"
    r"|^what (?:is|are|does)\b.*\b(?:glossary|in ordinary language|in plain words)\b|용어집(?:에서|에)"
    rf"|^what is (?:an? )?{_NO_TERM}\w+ed (?!\w+ly\b|{_ADVERB})[\w-]+\?$"
    r"|\bwhat (?:is|are) (?:an? |the term |meant )?(?!\w+(?:ed|en)\b|said\b"
    r"|the\b)[\w“”\"'’ -]{2,50}\?$|\bqu[eé] (?:se entiende por|significa|es)\b"
    r"|정의(?:는|를|하|된|가|란)|(?:이란|란|라는 ?(?:말|용어)[은는이가]?) ?(?:무엇|뭐|어떤)|(?:무슨|어떤) ?(?:뜻|의미)"
    r"|뜻[은이]|의미(?:는|가) ?(?:무엇|뭐)|무엇을 (?:말하|뜻하|의미하|가리키)"
    rf"|(?:이란|란|정의|뜻|의미)(?: ?(?:좀 )?(?:알려|설명|찾아|궁금)[가-힣 ]*)?\W*$"
    r"|[가-힣A-Za-z]{2}(?<!목적|이유|목표|기능|역할|특징|차이|예외|대상|근거|범위|취지|효력|처벌|벌금|징금|태료|결과|문제|권한"
    r"|벌칙|제재|처분|기한|기간|방법|절차|내용|혜택|효과|원인|사례|장점|단점|한계|책임|의무|요건|기준|조치|사유|가치|우선)"
    r"[이가] 무엇(?:인가요|입니까)\W*$",
    re.IGNORECASE,
)
"""Asks for a meaning. "What is the penalty?" (벌칙이 무엇인가요) asks for what a text says about it, and for none."""
_ONE_OF_NUMBER = re.compile(r"\d{1,2} ?(?:대|가지|개) ?[가-힣 ]{2,12}? ?(?:중|가운데)(?:에서?)? [가-힣]")
"""Asks for one of a number of things by its name: "10대 요건 중 투명성은 …?"."""
_SOME_OF_NUMBER = re.compile(r"(?:무엇|뭐|어떤 ?것)(?:이|가|들이)? ?있")
"""Asks for those of them that are of some kind: "10대 요건 중 안전에 관한 것은 무엇이 있나요?"."""
_NO_NOUN = (
    r"(?!(?:do|does|did|is|are|was|were|be|has|have|had|must|shall|should|can|could|may|might|will|would|this|its|the|it"
    r"|status|bias|analysis|basis|always|process|focus|about|says|means|happens|needs)\b)"
)
_PLURAL_NOUN = rf"{_NO_NOUN}(?:(?:[a-z]+-)?[a-z]{{2,}}(?<!s)s|criteria|people|persons|data)"
_DETERMINER = "the|an?|any|every|each"
"""Words that make a word in "s" in front of them a verb, "What takes the place of …?", "Which office keeps a copy?";
behind "which" alone it is a noun after all: "Which risks the text names"."""
_COUNTABLE = (
    "관행|행위|사항|요건|요구사항|의무|분야|영역|항목|조치|기준|권리|원칙|위험|내용|경우"
    "|조건|정보|단계|요소|유형|종류|방법|책임|절차"
)
_ASKS_LIST = re.compile(
    r"^(?:please )?(?:list|enumerate|name|give me|tell me|show(?: me)?)\b"
    rf"|\b(?:what|which) (?:are|were) (?:the|all|its|their)\b"
    rf"|\bwhich (?:{_PLURAL_NOUN})\b(?! (?:is|was|has)\b)"
    rf"|\b(?:what|which) (?:{_NO_NOUN}[\w-]+ ){{0,4}}?(?:{_PLURAL_NOUN})\b(?! (?:is|was|has|{_DETERMINER})\b)"
    r"|\b(?:what|which) (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}) \w+"
    r"|\bwhat (?:must|should|shall|does|do|has to|have to)\b.*\b(?:contain|include|comprise|consist of|cover|specify)\b"
    r"|\b(?:what|which) are (?:the |an? |all )?(?:[\w-]+ ){0,4}?[\w-]+(?:['’]s|s['’]) (?:\w+ ){0,2}?"
    r"(?:obligations|duties|responsibilities|tasks|powers|rights)\b"
    r"|\bcu[aá]les son\b|\benumer[ea]"
    r"|목록|나열|열거|무엇무엇|어떤 ?것들|들[은이을](?: \S+){0,3}? ?(?:무엇|어떤|뭐|알려)"
    r"|(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|열두|\d{1,2}) ?(?:가지|개|대)(?: ?[가-힣]+)*"
    r"|[가-힣](?:의 |의| )(?:의무|책무|요구 ?사항)(?: (?:좀|전부|모두|목록|정리))?\W*$"
    rf"|어떤 (?:[가-힣]+ )?(?:{_COUNTABLE})|(?:{_COUNTABLE})(?:에는|으로는|은|는|이|가)? ?(?:무엇|어떤|뭐|무슨)",
    re.IGNORECASE,
)
_WHEN_IS = re.compile(
    r"^when (?:does|do|is|are|must|shall|should|can|may)\b|어떤 (?:경우|때)|(?:때|경우)[는은가이에]? ?언제", re.I
)
"""Asks under which conditions, which texts give as a list: "When does a stop count as final?"."""
_ASKS_COMPARISON = re.compile(
    r"\b(?:compar(?:e[sd]?|ing|ison)|differ(?:s|ences?)?|different(?= from\b| between\b| in\b|\W*$)"
    r"|versus|vs|side by side)\b"
    r"|비교|차이|다른가|다릅니까|각각|나란히",
    re.IGNORECASE,
)
_ASKS_CHANGE = re.compile(
    r"\b(?:what|how|has|have|did|was|were|is|are)\b.*\b(?:chang(?:e|es|ed)|amended|renumbered|moved|replaced|new in)\b"
    r"|바뀌|바뀐|변경|달라[졌진지]|개정(?:되|된|으로)",
    re.IGNORECASE,
)
_ASKS_STATUS = re.compile(
    r"\b(?:is|are|was|has|have)\b.*\b(?:published|issued|withdrawn|superseded|still (?:a )?drafts?|in force|current"
    r"|available|free|free of charge|released|approved|adopted|final)\b"
    r"|\bstatus of\b|\b(?:latest|current|newest) (?:edition|version)\b|\bwhich edition\b"
    r"|\b(?:when|in which year) (?:was|were|is|did) .{2,80}\b(?:published|issued|adopted|released|approved|come out)\b"
    r"|\bstill (?:valid|appl(?:y|ies|icable)|stands?|the law)\b|\b(?:been|was|is) (?:deleted|repealed)\b"
    r"|발행(?:되|됐|일|연도|년도|했|하였|된 ?(?:것|적))|출간|발간"
    r"|효력이? ?(?:있|남아|없)|유효(?:한|합|하)|삭제(?:되었|됐)"
    r"|폐지|현행 ?(?:판|인)|최신 ?판|초안(?:인|이)|상태(?:는|가)",
    re.IGNORECASE,
)


_ASKS_LENGTH = re.compile(r"\W*(?:for )?how (?:long|often|soon|quickly)\b", re.IGNORECASE)
"""Asks a time of a thing, not whether a publication stands."""
_WHAT_TO_DO = re.compile(
    r"^\W*what (?:must|should|shall|do|does|has|have) (?!(?:we|i|you|they|it|this|that)\b|.* not\b)[\w’' -]{3,60}?"
    r" (?:(?:have|has|need) to )?do"
    r"(?: (?:under|according to|by|in) (?:the |this )?[\w ]{2,40})?\W*$",
    re.IGNORECASE,
)


def asks_what_to_do(text: str) -> bool:
    """Whether a question asks for all that somebody has to do and says nothing more: "What must a keeper do?"."""
    return _WHAT_TO_DO.match(text) is not None


def asks_for_meaning(text: str) -> bool:
    """Whether a question asks what a term means, of one publication or of several."""
    return _DEFINES.search(text) is not None or re.search(r"['’‘”\"] ?정의|정의(?:와|과)", text) is not None


def unit_kinds_asked(question: str) -> frozenset[str]:
    """The kinds of units ("article", "paragraph") that a question "which article says …?" may mean; empty if none."""
    for words, kinds in _UNIT_ASKED:
        english = rf"\b(?:which|what)\b(?: [\w.'’-]+){{0,4}}? (?:{words})\b"
        korean = rf"(?:어느|어떤|몇|무슨) ?(?:{words})|(?<![가-힣])(?:{words})(?:[은는이가의]|에서)? ?몇 ?(?:번|조|항)"
        asked = rf"{english}|{korean}"
        if re.search(asked, question, re.IGNORECASE):
            return kinds
    return frozenset()


def unit_kinds_among(question: str) -> frozenset[str]:
    """The kinds of units among which a question asks for one by its name: "핵심요건 중 투명성은 무엇을 말하나요?"."""
    for words, kinds in _UNIT_ASKED:
        if re.search(
            rf"\bamong the (?:[\w-]+ ){{0,2}}(?:{words})\b|(?:{words}) ?(?:중|가운데)(?:에서?)? ", question, re.I
        ):
            return kinds
    return frozenset()


_NUMBER_ASKED = re.compile(
    r"\b(?:what|which|list|name|enumerate)\b(?: (?:are|were|do|does|the|all|of|its|their|[\w-]+['’]s?))*?"
    r" (?P<english>\d{1,2}) (?!(?:percent|per|years?|months?|weeks?|days?|hours?)\b)[a-z]"
    r"|(?<![\d.제])(?<!제 )(?P<korean>\d|1[0-5])(?!\d) ?(?:대|가지|개(?!월|년)의?|단계의?)"
    r" ?(?!이상|이하|미만|[가-힣]{2,12} ?중 )[가-힣]",
    re.IGNORECASE,
)


def number_asked(text: str) -> int:
    """How many things a question for a list says there are ("the five principles", "3대 원칙"); 0 where it does not."""
    found = _NUMBER_ASKED.search(with_figures(text))
    return int(found["english"] or found["korean"]) if found else 0


def kind_of_question(text: str) -> QuestionKind:
    """The kind of a question; :attr:`QuestionKind.PROVISION` if its words show no other. Small talk is not tested."""
    question = text.strip()
    bare = question if question.endswith("?") else f"{question.rstrip('.!。')}?"
    counts_each = _COUNTS.search(question) and _ASKS_COMPARISON.search(question.replace("각각", "")) is None
    if _ASKS_COMPARISON.search(question) and not counts_each:
        return QuestionKind.COMPARISON
    if _ASKS_CHANGE.search(question):
        return QuestionKind.CHANGE
    if _COUNTS.search(question):
        return QuestionKind.COUNT
    if _ASKS_STATUS.search(question) and not asks_from_when(question) and not _ASKS_LENGTH.match(question):
        return QuestionKind.STATUS
    if _ASKS_CLAUSE.search(question):
        return QuestionKind.WHICH_CLAUSE
    if asks_from_when(question):
        return QuestionKind.WHEN
    is_one = _ONE_OF_NUMBER.search(question) and not _SOME_OF_NUMBER.search(question)
    is_list = _ASKS_LIST.search(question) and not is_one and not _WHICH_BODY.match(question)
    if is_list or _WHEN_IS.search(question) or asks_what_to_do(question):
        return QuestionKind.LIST
    if asks_who_is_meant(question):
        return QuestionKind.DEFINITION
    if _WHO.search(question):
        return QuestionKind.WHO
    if _ASKS_WHEN.search(question):
        return QuestionKind.WHEN
    if _DEFINES.search(bare) and not unit_kinds_among(question):
        return QuestionKind.DEFINITION
    return QuestionKind.PROVISION
