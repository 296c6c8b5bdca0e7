"""Reads the number at the start of a line, in any form, and tells whether the line is printed as a heading. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.layout.source_lists import lists_sources
from ingest.units.chains import likeness
from ingest.units.lists import indent
from kb.text.numerals import CARDINALS, roman_value
from kb.types import PageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.layout.line_features import LineFeatures

NUMBERED_WORDS = {
    "measure": "measure", "commitment": "commitment", "action": "action", "principle": "principle",
    "requirement": "requirement", "criterion": "criterion", "recommendation": "recommendation",
    "guideline": "guideline", "standard": "standard", "objective": "objective", "control": "control",
    "rule": "rule", "step": "step", "stage": "stage", "phase": "phase", "pillar": "pillar", "goal": "goal",
    "target": "target", "practice": "practice", "outcome": "outcome", "safeguard": "safeguard",
    "article": "article", "art": "article", "artículo": "article", "articulo": "article", "artikel": "article",
    "articolo": "article", "artigo": "article", "section": "section", "sec": "section", "sección": "section",
    "chapter": "chapter", "capítulo": "chapter", "chapitre": "chapter", "kapitel": "chapter",
    "part": "part", "parte": "part", "partie": "part", "title": "title", "título": "title", "titre": "title",
    "titel": "title", "teil": "part", "book": "book", "livre": "book", "libro": "book",
    "annex": "annex", "anexo": "annex", "annexe": "annex", "appendix": "annex", "apéndice": "annex",
    "schedule": "schedule", "attachment": "attachment", "clause": "clause", "question": "question",
    "principio": "principle", "recomendación": "recommendation", "medida": "measure", "requisito": "requirement",
    "principe": "principle", "recommandation": "recommendation", "mesure": "measure", "exigence": "requirement",
    "critère": "criterion", "engagement": "commitment", "compromiso": "commitment", "objectif": "objective",
    "criterio": "criterion", "module": "module", "theme": "theme", "domain": "domain", "value": "value",
    "govern": "govern", "map": "map", "manage": "manage", "gobernar": "govern", "lesson": "lesson",
}  # fmt: skip
"""Words that publications number, by their printed form; the kind of the unit is its English word."""

_SPELLED_BELOW = 30
"""Numbers that titles of parts and chapters spell out are below it."""

OUTERMOST = frozenset({"annex", "schedule", "attachment"})
"""Kinds that close everything before them."""

_SPELLED = {word.replace(" ", ""): n for word, n in CARDINALS.items() if n < _SPELLED_BELOW}
_SPELLED_WORDS = sorted((word for word, n in CARDINALS.items() if n < _SPELLED_BELOW), key=len, reverse=True)
_SPELLED_WORD = rf"(?i:{'|'.join(word.replace(' ', '[ -]?') for word in _SPELLED_WORDS)})\b"
_DIVIDED = {"편": "part", "부": "part", "장": "chapter", "절": "section"}
_KOREAN_DIVISION = re.compile(r"제\s?(?P<n>\d{1,2})\s?(?P<w>[편부장절])(?:[\s.:]+(?P<title>[^\s,].{0,80}))?$")
_WORD_ALONE = re.compile(r"(?P<w>chapter|part|title|book|annex|appendix|schedule)", re.IGNORECASE)
_NUMBER_ALONE = re.compile(rf"\d{{1,2}}|[IVXLC]{{1,7}}|[A-Z]|{_SPELLED_WORD}")
_FIGURES = r"\d{1,3}(?:\.\d{1,3}){0,3}"
_WITH_WORD = re.compile(
    rf"(?P<w>[A-ZÀ-Ý][A-Za-zÀ-ÿ]{{2,18}})\.?\s+(?:#|No\.?\s|n[º°.]\s*)?(?P<n>{_FIGURES}|[IVXLC]{{1,7}}|(?i:premi[eè]re?|primer[oa])\b"
    rf"|{_SPELLED_WORD}|[A-Z])"
    r"(?:(?<=1)(?:er|ère|re|º|°|ª)|(?<=I)er)?(?P<branch>(?<=\d)[a-zA-Z])?"
    r"(?P<sep>\s*[.:–—-]\s*|\s*[(]?(?=normative|informative)|\s+|$)(?P<title>.*)$"
)
_LONE_WORD = re.compile(r"(?P<w>ANNEX|Annex|APPENDIX|Appendix|ANEXO|Anexo|ANNEXE|Annexe|SCHEDULE)\W*$")
_DECIMAL = re.compile(r"(?P<n>\d{1,3}(?:\.\d{1,3}){1,5})\.?(?:\s+|(?=[^\W\d_]|[“‘\"'(])|$)(?P<title>.*)$")
_DASH = re.compile(r"(?P<n>\d{1,2}-\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?P<title>.*)$")
_DOT = re.compile(r"(?P<n>\d{1,3})(?P<branch>[A-Z]{1,3})?\.(?!\d)(?:\s*|—)(?P<title>.*)$")
_BARE = re.compile(r"(?P<n>\d{1,2})\s+(?P<title>[A-ZÀ-Ý“‘가-힣].*)$")
_PAREN = re.compile(r"\((?P<n>\d{1,3})\)\s*(?P<title>.*)$")
_SIGN = re.compile(r"[¶§]\s?(?P<n>\d{1,3})(?:[.)]|\s|$)\s*(?P<title>.*)$")
_SIGN_OF_A_LAW = re.compile(
    r"§\s?(?P<n>\d{1,4})(?P<branch>[a-z])?\s+(?P<title>[(\[]?[A-ZÄÖÜ](?![^.]*\.\s[A-ZÄÖÜ])"
    r"(?!.*\b(?:shall|must|may not|will|is|are|ist|sind|wird|werden)\b)[^§]{2,119}(?<![.,;:]))$"
)
"""The number of a provision with its title, as German laws print them: "§ 12a Begriffe"."""
_RUN_IN_TITLE = re.compile(r"(?P<title>[A-Z][^.;:—]{2,90})\.\s?(?:[—–]|--)")
"""The title of a provision in the line of its text: "3. Duties of keepers.— (1) A keeper shall …"."""
_SQUARE = re.compile(r"\[(?P<n>\d{1,3})\]\s*(?P<title>.*)$")
_CLOSE = re.compile(r"(?P<n>\d{1,3})\)\s*(?P<title>.*)$")
_ROMAN_HEAD = re.compile(r"(?P<n>[IVX]{1,5}|[Ⅰ-Ⅻ])\s?[.)]\s*(?P<title>.*)$")
_CAPITAL = re.compile(r"(?P<n>[A-Z])[.)]\s*(?P<title>[^\W\d_“‘].*)$")
_SMALL_LETTER = re.compile(r"\(?(?P<n>[a-z])[.)]\s+(?P<title>.*)$")
_CIRCLED = re.compile(r"(?P<n>[①-⑳])\s*(?P<title>.*)$")
_MARK_FORMS = (
    ("decimal", _DECIMAL), ("dash", _DASH), ("dot", _DOT), ("bare", _BARE), ("paren", _PAREN), ("sign", _SIGN),
    ("square", _SQUARE), ("close", _CLOSE), ("roman", _ROMAN_HEAD), ("letter", _CAPITAL), ("point", _SMALL_LETTER),
    ("circled", _CIRCLED),
)  # fmt: skip
_FULL_ROMANS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_NOTED = re.compile(r"[*†‡](?=\d)")
"""The mark of a note before a number."""
_NO_KIND = re.compile(
    r"(?:figure|table|box|chart|graph|exhibit|page|note|footnote|version|volume|regulation|directive|example|group|number"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|figura|tabla|cuadro"
    r"|recuadro|gráfico|tableau|and|the|for|with|from|under|see|than|about)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;:,?!。]$")
_BEGINS = re.compile(r"[A-ZÀ-Ý“‘\"'«\[(¿¡0-9가-힣｢「<(*/]")
_MOST_HEAD = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that begins with a number.

    ``form`` is how the number is written, ``word`` the kind that is printed before it ("measure") and ``shown`` that
    word as printed. ``parts`` are the values of the number, ``number`` its figures, ``branch`` the letter of a number
    that was inserted later ("17A", "17AB"). ``end`` is where the title begins in the line's words, ``offset`` where the
    number does: 0, but behind the mark of a note. ``head``: the line is printed as a heading. ``below``: the number
    stands so many lines below its word.
    """

    line: int
    form: str
    word: str
    shown: str
    parts: tuple[int, ...]
    number: str
    end: int
    title: str
    head: bool
    score: float
    branch: str = ""
    offset: int = 0
    below: int = 0


def marks_of(features: LineFeatures) -> list[Mark]:
    """Every numbered line of the document; a line may be read in several forms."""
    measures = _measures(features)
    pitch = _pitch(features)
    out: list[Mark] = []
    sources = lists_of_sources(features)
    for i, text in enumerate(features.texts):
        if not text or i in features.notes or i in features.contents or i in sources:
            continue
        if text[0].islower() and text[1:2] not in ".)":
            continue
        offset = int(bool(_NOTED.match(text)))
        if (over := _number_below(features, i)) is not None:
            out.append(over)
            continue
        for form, word, shown, parts, number, end, behind in number_forms(text[offset:]):
            run_in = _RUN_IN_TITLE.match(behind) if form == "dot" else None
            title = run_in["title"] if run_in else behind.rstrip(" .") if behind.isupper() else behind
            head = run_in is not None or printed_as_heading(features, i, behind, measures, pitch)
            if _is_of_a_law(form, shown, text) and head is (form == "sign"):
                continue  # a sentence behind the sign is no title, and a provision with its title is no paragraph
            if form in {"roman", "letter", "point"} and not head:
                continue
            if form == "word" and not head and _spelled_in_a_sentence(text[offset:]):
                continue
            score = likeness(features, i, end + offset if form != "word" else 0)
            if head:
                score += 0.3
            elif title[:1].islower() or (title and not _BEGINS.match(title)):
                score -= 0.5
            branch = number.lstrip("0123456789") if form == "dot" else number[-1:] if form == "word" else ""
            branch = branch if number[:1].isdigit() and branch.isalpha() else ""
            out.append(Mark(i, form, word, shown, parts, number, end, title.strip(), head, score, branch, offset))
    return out


def _is_of_a_law(form: str, shown: str, text: str) -> bool:
    """Whether a line that begins with the sign of a provision can be read with its title or as a paragraph."""
    return shown == "§" or (form == "sign" and _SIGN_OF_A_LAW.match(text) is not None)


def _number_below(features: LineFeatures, i: int) -> Mark | None:
    """ "CHAPTER" with "ONE" on a line of its own below it, both printed as headings."""
    word = _WORD_ALONE.fullmatch(features.texts[i])
    if word is None or i not in features.heads or i + 1 not in features.heads:
        return None
    if features.layout.lines[i].page != features.layout.lines[i + 1].page:
        return None
    if not _NUMBER_ALONE.fullmatch(features.texts[i + 1]):
        return None
    joined = f"{word[0].capitalize()} {features.texts[i + 1]}"
    read = next((each for each in number_forms(joined) if each[0] == "word" and not each[6]), None)
    if read is None:
        return None
    form, kind, shown, parts, number, _, _ = read
    return Mark(i, form, kind, shown, parts, number, len(features.texts[i]), "", True, 1.3, below=1)


def lists_of_sources(features: LineFeatures) -> frozenset[int]:
    """The lines below a heading "References", up to the next heading in the same or larger print."""
    lines = features.layout.lines
    out: set[int] = set()
    for i in sorted(features.heads):
        if i in out or not lists_sources(re.sub(r"^[\d.]+\s+", "", features.texts[i])):
            continue
        own = lines[i].size - 0.05
        stop = min((j for j in features.heads if j > i and lines[j].size >= own), default=len(lines))
        out.update(range(i + 1, stop))
    return frozenset(out)


def number_forms(text: str) -> Iterator[tuple[str, str, str, tuple[int, ...], str, int, str]]:
    """The ways in which the start of a line can be read as a number."""
    match = _WITH_WORD.match(text)
    if match and not _NO_KIND.match(match["w"]):
        low = match["w"].lower()
        figures = "1" if match["n"][:1] in "pP" and len(match["n"]) > 1 else match["n"]
        figures = str(_spelled(figures) or figures)
        parts = values_of(figures)
        known = low in NUMBERED_WORDS
        if parts and (known or match["sep"].strip() or not match["title"]):
            word = NUMBERED_WORDS.get(low, low)
            number = figures + (match["branch"] or "")
            yield "word", word, match["w"], parts, number, match.start("title"), match["title"]
            return
    division = _KOREAN_DIVISION.match(text)
    if division:
        n, title = division["n"], division["title"] or ""
        end = division.start("title") if title else len(text)
        yield "word", _DIVIDED[division["w"]], division["w"], (int(n),), n, end, title
        return
    alone = _LONE_WORD.match(text)
    if alone:
        yield "word", NUMBERED_WORDS[alone["w"].lower()], alone["w"], (1,), "", len(text), ""
        return
    law = _SIGN_OF_A_LAW.match(text)
    if law:
        yield (
            "word",
            "section",
            "§",
            (int(law["n"]),),
            law["n"] + (law["branch"] or ""),
            law.start("title"),
            law["title"],
        )
    for form, pattern in _MARK_FORMS:
        match = pattern.match(text)
        if match is None:
            continue
        number = match["n"]
        if form == "circled":
            parts = (ord(number) - 0x245F,)
        elif form in {"letter", "point"}:
            parts = (ord(number.upper()) - 64,)
        elif form == "roman":
            full = number in _FULL_ROMANS
            parts = (_FULL_ROMANS.index(number) + 1,) if full else (roman_value(number) or 0,)
        else:
            parts = values_of(number)
        if not parts or 0 in parts:
            continue
        if form == "dot" and match["branch"]:
            number += match["branch"]
        yield form, "", "", parts, number, match.start("title"), match["title"]


def _spelled(number: str) -> int | None:
    """The value of a number in words; ``None`` if it is none."""
    return _SPELLED.get(re.sub(r"[\s-]", "", number).casefold())


def _spelled_in_a_sentence(text: str) -> bool:
    """Whether a line goes on after a number in words as a sentence does: "Part two of the report …", "Part two."."""
    match = _WITH_WORD.match(text)
    if match is None or _spelled(match["n"]) is None:
        return False
    return bool(text[match.end("n") :].strip()) and not (match["sep"].strip() and match["title"])


def values_of(number: str) -> tuple[int, ...]:
    """The values of "2.1", "IV" or "B"; a ".0" at the end is a way to write a chapter's number."""
    if not re.fullmatch(r"[\d.-]+|[A-Z]+", number) or not number[-1].isalnum():
        return ()
    if number[0].isdigit():
        parts = tuple(int(x) for x in re.split(r"[.-]", number))
        return parts[:-1] if len(parts) == 2 and parts[1] == 0 and "-" not in number else parts
    if len(number) == 1 and number not in "IVX":
        return (ord(number) - 64,)
    value = roman_value(number)
    return (value,) if value else ()


def _measures(features: LineFeatures) -> list[float]:
    """For each line the right edge of the column around it."""
    lines = features.layout.lines
    by_page: defaultdict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        by_page[line.page].append(i)
    out = [0.0] * len(lines)
    for members in by_page.values():
        for k, i in enumerate(members):
            near = members[max(0, k - 10) : k + 11]
            out[i] = max(lines[j].x1 for j in near if abs(lines[j].x0 - lines[i].x0) < 70)
    whole = sorted(out)
    usual = whole[int(0.7 * len(whole))] if whole else 0.0
    two = {page for page, members in by_page.items() if _two_columns(features, members)}
    return [x if line.page in two else max(x, 0.9 * usual) for x, line in zip(out, lines, strict=True)]


def _two_columns(features: LineFeatures, members: list[int]) -> bool:
    lines = features.layout.lines
    width = max((line.x1 for line in lines), default=1.0)
    left = min(lines[i].x0 for i in members)
    middle = (left + width) / 2
    right_side = sum(lines[i].x0 > middle - 12 for i in members)
    left_side = sum(lines[i].x1 < middle + 12 for i in members)
    return right_side >= 0.3 * len(members) and left_side >= 0.3 * len(members)


def _pitch(features: LineFeatures) -> float:
    """The usual distance from one line to the next, as a share of the page height.

    A text without pages is one page with any number of lines, so that its lines may be very close.
    """
    lines, pages = features.layout.lines, features.layout.pages
    least = 0.0 if pages and pages[0].kind is PageKind.FLOW else 0.004
    steps = [b.top - a.top for a, b in pairwise(lines) if a.page == b.page and b.top - a.top > least]
    return median(steps) if steps else 0.02


def printed_as_heading(features: LineFeatures, i: int, title: str, measures: list[float], pitch: float) -> bool:
    """Whether a numbered line is a heading: by its type, or short, without a sentence, and apart from what follows."""
    lines, texts = features.layout.lines, features.texts
    line, text = lines[i], texts[i]
    if i in features.heads:
        return True
    if len(text) > _MOST_HEAD or (title and not _BEGINS.match(title)):
        return False
    if line.size > 1.05 and not _SENTENCE.search(text):
        return True
    after = lines[i + 1] if i + 1 < len(lines) else None
    full = line.x1 > 0.93 * measures[i]
    if line.bold and line.size >= 0.95:
        # a heading of several lines: the lines after it in the same print end without being a sentence
        j = i
        while j + 1 < len(lines) and j < i + 3 and lines[j].x1 > 0.85 * measures[j] and lines[j + 1].bold:
            if lines[j + 1].page != line.page:
                break
            j += 1
        if j + 1 < len(lines) and lines[j + 1].bold and j >= i + 3:
            return False
        closed = j + 1 >= len(lines) or lines[j + 1].page != line.page or not lines[j + 1].bold
        return texts[j][-1:] not in ".;:,!" or (closed and texts[j][-1:] in ".:")
    if _SENTENCE.search(text) or full or not title or line.size < 0.85:
        return False
    if len(text.split()) > 14:
        return False
    if after is None or after.page != line.page:
        return True
    follows = texts[i + 1]
    if not follows or not _BEGINS.match(follows):
        return bool(re.match(r"[①-⑳•·▪–-]|o\s|\(?[a-z]{1,2}[.)]\s|[ivx]+[.)]\s", follows or "x"))
    before = lines[i - 1] if i else None
    above = (
        before is None or before.page != line.page or line.top < before.top or (line.top - before.top) > 1.15 * pitch
    )
    below = after.top < line.top or after.top - line.top > 1.15 * pitch
    ended = (
        before is None or before.page != line.page or bool(SENTENCE_END.search(texts[i - 1])) or i - 1 in features.heads
    )
    ended = ended or (before is not None and before.x1 < 0.6 * measures[i - 1])
    return above or below or ended


def start_of(features: LineFeatures, i: int) -> int:
    """The offset of the first word of a line in the document text."""
    return features.layout.lines[i].start + indent(features, i)
