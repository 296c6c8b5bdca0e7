"""Finds the lines and blocks on the first pages of a file, in the order in which a reader sees them. Pure.

A *block* is a run of lines of one page that are close together, are printed alike, and have one role: a title of two
lines is one block, and the date below it is another.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.bibliography.bodies import is_body
from ingest.bibliography.days import is_dated_line, is_number_line, printed_dates
from ingest.layout.source_page import LineRole
from kb.types import PARAGRAPH_END, PageKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.layout.layout import Layout, Line

PAGES = 3
"""Number of pages on which a title is expected; half-titles and covers without text come before it."""

MOST_LINES = 45
"""Number of lines of a page that are examined, from the top."""

GAP = 0.036
"""Lines of body size that are further apart than this share of the page height belong to different blocks; larger type
may have larger gaps."""

MOST_ROWS = 8
"""Number of rows of a workbook, each a page of its own, on which a title page is expected."""

COLUMN_LETTERS = 26
"""Letters from which a line is one of running text where it stands in a column."""

COLUMN_ROWS = 5
"""Rows with two such lines from which a page is set in columns."""

RUNNING = 60
"""Number of letters from which a line of body size counts as running text."""

_LANGUAGES_OF_COVERS = "BG CS DA DE EL EN ES ET FI FR GA HR HU IT JA KO LT LV MT NL PL PT RO RU SK SL SV ZH".split()
_LANGUAGE_CODES = re.compile(rf"(?:(?:{'|'.join(_LANGUAGES_OF_COVERS)})\s+)*(?:{'|'.join(_LANGUAGES_OF_COVERS)})\b")
_CONTENTS_HEADING = re.compile(
    r"(?:table of )?contents?|list of contents|arrangement of (?:articles|sections)|index|목\s*차|차\s*례"
    r"|índice|indice|sumario"
    r"|sommaire|table des matières|inhalt(?:sverzeichnis)?|inhoud|目\s*[录次]|оглавление|содержание|spis treści",
    re.IGNORECASE,
)
_OF_A_BODY = r"(?:from|by) the (?:[a-z]+ ){0,3}(?:commission|council|parliament|president|board|secretariat)"
_ACTS = r"(?:lois|d[ée]crets|ordonnances|arr[êe]t[ée]s|circulaires|d[ée]cisions)"
_GENRE = re.compile(
    rf"(?:(?:joint )?(?:communication|report|opinion|proposal|decision|notice|note"
    rf"|letter) {_OF_A_BODY}(?: (?:to|and) .*)?"
    r"|(?:commission|joint) (?:staff )?working (?:document|paper)|texts adopted|adopted texts|presidential documents?"
    r"|official journal.*|federal register.*|statutory instruments?|legislative acts?|non-legislative acts?"
    r"|international|standard|an? (?:bill|act)|notification"
    rf"|{_ACTS}(?:(?:,| et) {_ACTS})*"
    r"|extraordinary|published by authority|\d[a-z]{1,2} session"
    r"|\d{1,3}(?:st|nd|rd|th) congress.{0,30}|in the (?:house of (?:representatives|commons|lords)|senate)\b.{0,40}"
    r"|(?:original|research|review) article|report to (?:the )?(?:congress|parliament)[a-z ]{0,40}"
    r"|(?:press|news|media) release|media (?:statement|advisory)"
    r"|for immediate release|communiqu[eé] de presse|nota de prensa|comunicado(?: de prensa)?"
    r"|pressemitteilung|보\s*도\s*자\s*료|보\s*도\s*참\s*고\s*자\s*료|설\s*명\s*자\s*료|붙\s*임\s*\d*"
    r"|별\s*첨\s*\d*|참\s*고\s*\d*"
    r"|(?:(?:final |committee |public |working |revised )*draft )?(?:(?:inter)?national|european|british) standard"
    r"|(?:(?:final|committee|public|working|consultation|exposure|revised) )?draft (?:for [a-z ]{4,40}"
    r"|(?:standard|guidelines?|guidance|recommendations?|report|code|regulations?|technical specification))"
    r"|technical (?:specification|report)|설\s*문\s*지|질\s*문\s*지|조\s*사\s*표"
    r"|(?:working|discussion|position|policy|white|green|technical|issue|briefing)"
    r" (?:papers?|documents?|notes?|briefs?)"
    r"|request for (?:input|comments?)|consultation(?: (?:paper|document))?|(?:final|public|unapproved )?draft"
    r"|(?:the )?statutes of .*|foreword|preface|preamble|executive summary|abstract|introduction|summary|instructions"
    r"|(?:policy )?briefing|(?:policy|issue) brief|fact ?sheet|at a glance|in-depth analysis|study"
    r"|standard operating procedures?|work instructions?"
    r"|(?:guide|manuel|fiche) pratique|guía práctica|(?:practical|practice|user) guide|(?:praxis)?leitfaden|merkblatt"
    r"|(?:bolet[ií]n oficial|journal officiel|gazzetta ufficiale|di[áa]rio (?:oficial|da rep[úu]blica)"
    r"|bundesgesetzblatt|amtsblatt|(?:the )?(?:[a-z]+ )?gazette)(?: .{1,60})?|관\s*보"
    r"|[^:]{3,200}:\W{0,2}(?:revised )?draft (?:resolution|decision|recommendation)"
    r"|draft for public (?:comment|review|consultation)\b.{0,80}"
    r"|acknowledge?ments?|disclaimer|notice|annex|appendix|document|report|서\s*문|머리말|요\s*약)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"©|\(c\) ?\d{4}|\bISBN\b|\bISSN\b|https?://|\bwww\.|\S@\S+\.\w|all rights reserved|approved for public release"
    r"|distribution unlimited|creative commons|licen[sc]ed under|this work is licen[sc]ed|\bconfidential\b"
    r"|for official use"
    r"|\bpp\.\s?\d{1,4}\s?[–-]\s?\d{1,4}"
    r"|available free of charge|text with eea relevance|^page \d+|^\d+\s*(?:/|of)\s*\d+$|^tel\b|^fax\b|photo credit"
    r"|\b(?:redistributed?|copied|copy, distribute) and/or modif|^dear (?:sir|madam|all|colleague|member)"
    r"|^distr\.:|change log|version history|revision history|document history|^prepared (?:for|by)\b|^cite|^please cite"
    r"|^how to cite|^series:|^author(?:s|ed)?\b(?!['’]|\s(?:guide|guidelines|instructions)\b)",
    re.IGNORECASE,
)
_EDITION_LINE = re.compile(
    r"(?:(?:first|second|third|fourth|fifth|sixth|revised|new|\d{4} revised|\d+(?:st|nd|rd|th)) edition"
    r"(?:[,;:]?\s+(?:19|20)\d\d(?:-\d\d)?)?"
    r"|(?:version|ver\.?|v|release|rev(?:ision)?\.?|edition|change|issue)\s?(?:\d[\w.]*|one|two|three)\b.*"
    r"|(?:supersedes|replaces) .*|제\s?\d+\s?판|개정판)",
    re.IGNORECASE,
)
_NUMBERED_HEADING = re.compile(
    r"(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]\.?|[A-H]\.|§+ ?\d+|[①-⑳]|[가-하]\.)\s+\S"
    r"|(?:article|section|chapter|part|annex|clause|recital|art[ií]culo|artikel|capítulo|kapitel|title"
    r"|titre)\s+(?:\d+|[IVXL]+)\b"
    r"|제\s?\d+\s?(?:조|장|절|편)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"\.{4,}|(?: \.){4,}|…{2,}|·{4,}")


class Role(str, Enum):
    """The role of a line on the first pages."""

    TEXT = "text"
    CODE = "language code"
    CONTENTS = "contents"
    GENRE = "genre"
    DATED = "date"
    NUMBER = "number"
    EDITION = "edition"
    NUMBERED = "numbered heading"
    NOISE = "imprint"


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A line of the first pages; ``size`` is relative to the body text, ``top`` is a fraction of the page height.

    ``apart``: a blank line is above it. ``goes_on``: no paragraph ends above it, in a file that says where they end.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool
    role: Role
    apart: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    """Lines of one page that are printed alike and have one role, with their words on one line.

    ``size`` is that of the largest line, relative to the body text. ``below_text`` says that running text is above the
    block, ``running`` that the block is running text itself.
    """

    text: str
    lines: tuple[CoverLine, ...]
    page: int
    top: float
    size: float
    bold: bool
    role: Role
    below_text: bool
    running: bool


_LAST_SYLLABLE = re.compile("(?![및등각약외또의])[가-힣]")
"""A line of one syllable, which is the last one of a word that was broken, where it is no word itself."""


def joined_lines(texts: Sequence[str]) -> str:
    """Lines joined into one; a word that is broken at a line end becomes whole."""
    out = ""
    for text in texts:
        if _LAST_SYLLABLE.fullmatch(text) and re.search("[가-힣]$", out):
            out += text
            continue
        out = f"{out[:-1]}{text}" if re.search(r"[a-z]-$", out) and text[:1].islower() else f"{out} {text}".strip()
    return " ".join(out.split())


def is_spaced(text: str) -> bool:
    """Whether the letters of a line are spaced: "O c t o b e r", "보 도 자 료"."""
    tokens = text.split()
    single = [token for token in tokens if len(token) == 1]
    letters = sum(token.isalpha() for token in single)
    return len(tokens) >= 4 and len(single) >= 0.75 * len(tokens) and letters >= 4


def closed(text: str) -> str:
    """A line with spaced letters, with its letters joined into words; two blanks separate words."""
    if not is_spaced(text):
        return text
    return " ".join("".join(part.split()) for part in re.split(r"\s{2,}|\u2003", text))


def role_of(text: str) -> Role:
    """The role of a line, by its words alone."""
    core = text.strip(" .:–—-|*#·")
    if _LANGUAGE_CODES.fullmatch(core):
        return Role.CODE
    if _CONTENTS_HEADING.fullmatch(core):
        return Role.CONTENTS
    if _LEADERS.search(text) or _NOISE.search(core):
        return Role.NOISE
    if is_dated_line(core):
        return Role.DATED
    if is_number_line(core) or sum(map(str.isalpha, core)) < 2:
        return Role.NUMBER
    if _EDITION_LINE.fullmatch(core.strip("()")):
        return Role.EDITION
    if _GENRE.fullmatch(core):
        return Role.GENRE
    if _NUMBERED_HEADING.match(core) and not re.match(r"(?:19|20)\d\d\s?년", core):
        return Role.NUMBERED
    return Role.TEXT


def cover_lines(
    layout: Layout, words_apart: Callable[[int, str], str] | None = None, printed: bool = True
) -> list[CoverLine]:
    """The lines of the first pages, each page from the top; where nothing is ``printed``, in the order of the text.

    :param words_apart: gives the words of a line whose letters are spaced; it is called with the page number, from 1,
        and the line's text.
    """
    out: list[CoverLine] = []
    rows = bool(layout.pages) and layout.pages[0].kind is PageKind.ROW
    for page in range(1, (MOST_ROWS if rows else PAGES) + 1):
        here = [line for line in layout.lines if line.page == page and not _is_sheet_row(layout, line)]
        if printed and not _has_columns(layout, here):
            here.sort(key=lambda line: (round(line.top, 2), line.x0))
        texts = ["", *(layout.line_text(line) for line in here[: MOST_LINES + 1]), ""]
        beside = [(above, below) for above, below in zip(texts, texts[2:], strict=False)]
        for n, line in enumerate(here[:MOST_LINES]):
            before = layout.text[max(0, line.start - 4) : line.start]
            apart = before.count("\n") > 1 or not before
            goes_on = before[-1:] == "\n" and not apart and PARAGRAPH_END not in before
            whole = layout.line_text(line)
            for raw in _row_cells_apart(whole) if line.role is not LineRole.TEXT else _head_apart(whole):
                text = " ".join(raw.strip().lstrip("#").strip(" *").split())
                if is_spaced(text):
                    text = words_apart(page, raw.strip()) if words_apart else closed(raw.strip())
                text = _CONSOLIDATED.sub("", _without_codes(text))
                if not text:
                    continue
                role = role_of(text)
                if role is Role.TEXT and not printed and _is_row_of_two(whole, beside[n]):
                    role = Role.NOISE
                out.append(
                    CoverLine(
                        text,
                        1 if rows else page,
                        line.x0,
                        line.x1,
                        line.top,
                        line.size,
                        line.bold,
                        role,
                        apart,
                        goes_on,
                    )
                )
    return out


_CONSOLIDATED = re.compile(r"^[►▼◄][A-Z]\d*\s*")
"""The sign of a consolidated text that says which act the words are of: "►B", "▼M1"."""

_TWO_CELLS = re.compile(r"\S {5,}(?=\S)")
"""The blanks between the left and the right words of a row in a text without print."""


def _is_row_of_two(line: str, beside: tuple[str, str]) -> bool:
    """Whether a line of a text without print has two cells, the second below or above that of a line beside it. A title
    with its words apart has more gaps, and none of them in the line beside it."""
    cell = _second_cell(line)
    others = [other for text in beside if (other := _second_cell(text)) is not None]
    return cell is not None and any(a == b for other in others for a, b in zip(cell, other, strict=True))


def _second_cell(line: str) -> tuple[int, int] | None:
    """The first and the last column of the second of two cells, ``None`` where a line has not two."""
    gaps = [match.end() for match in _TWO_CELLS.finditer(line)]
    return (gaps[0], len(line.rstrip())) if len(gaps) == 1 else None


_NEWS = r"보\s?도\s?(?:참\s?고\s?)?자\s?료|설\s?명\s?자\s?료|(?:PRESS|NEWS|MEDIA) RELEASE"
_PRESS_HEAD = re.compile(rf"({_NEWS})\s+(?=[가-힣A-Z(])(.{{2,60}})|([가-힣A-Z(].{{1,40}}?)\s+({_NEWS})")
"""What heads news, with the name of a body before or behind it in the same row: "보도자료 달빛해양청"."""


_BESIDE_THE_HEAD = re.compile(r"(.{3,60}?)\s+(Distr\.:.{1,40})")
"""The name of a body and how its document is handed out, in the same row."""


def _head_apart(line: str) -> list[str]:
    """A line, or the two halves of one that is a head of news and a name."""
    found = _PRESS_HEAD.fullmatch(line.strip()) or _BESIDE_THE_HEAD.fullmatch(line.strip())
    if found is None or (found.lastindex == 4 and not _may_be_an_office(found[3])):
        return [line]
    return [half for half in found.groups() if half]


def _may_be_an_office(name: str) -> bool:
    """Whether the words before a head of news are the name of a body; what a text explains may stand there as well."""
    return is_body(name) or re.fullmatch(r"[가-힣]{2,12}[부처청원실]", name) is not None


def _has_columns(layout: Layout, lines: Sequence[Line]) -> bool:
    """Whether a page is set in columns of running text: several times a long line begins to the right of another."""
    rows = sorted(lines, key=lambda line: (round(line.top, 2), line.x0))
    long = [line for line in rows if line.end - line.start >= COLUMN_LETTERS]
    pairs = sum(b.x0 > a.x1 + 6 and abs(a.top - b.top) < 0.006 for a, b in pairwise(long))
    return pairs >= COLUMN_ROWS


def _row_cells_apart(row: str) -> list[str]:
    """The cells of a table's row, each a line of its own; a row with a date is one line, "Issued | 3 May 2031". Where
    each second cell says what the next one is, the two are a line."""
    cells = row.split(" | ")
    heads = cells[::2]
    if (
        len(cells) % 2 == 0
        and any(_HEAD_OF_A_CELL.fullmatch(cell.strip()) for cell in heads)
        and (all(len(cell) <= 24 and not re.search(r"\d", cell) for cell in heads))
    ):
        return [f"{head.strip()}: {value}" for head, value in zip(heads, cells[1::2], strict=True)]
    return [row] if printed_dates(row) else cells


_HEAD_OF_A_CELL = re.compile(
    r"제\s?목|문서명|규정명|(?:document|policy|standard|procedure)\s(?:title|name)|제정일자?|개정일자?|시행일자?",
    re.IGNORECASE,
)
"""A cell that says what the next one is, which would have a colon behind it outside a table."""


def _is_sheet_row(layout: Layout, line: Line) -> bool:
    """Whether a line is a row of a workbook's table, which is no part of a title page."""
    return line.role is not LineRole.TEXT and layout.pages[line.page - 1].kind is PageKind.ROW


def _without_codes(text: str) -> str:
    """ "EN EN EUROPEAN" without the language codes, if words follow them."""
    found = re.match(rf"(?:(?:{'|'.join(_LANGUAGES_OF_COVERS)})\s+){{2,}}(?=\S{{4}})", text)
    return text[found.end() :] if found else text


def blocks(lines: Sequence[CoverLine], one_line_each: bool = False) -> list[PrintedBlock]:
    """The blocks of the first pages in order.

    :param one_line_each: the file has no print (plain text), and a block is a whole paragraph or heading of it.
    """
    groups: list[list[CoverLine]] = []
    usual = 0.0 if one_line_each else _usual_gap(lines)
    for before, line in pairwise([None, *lines]):
        assert line is not None
        alike = before is not None and _set_alike(before, line) and not _begins_anew(before, line, usual)
        same = _paragraph_goes_on(before, line) if one_line_each else alike
        if groups and before is not None and same and line.page == before.page:
            groups[-1].append(line)
        else:
            groups.append([line])
    out: list[PrintedBlock] = []
    below = False
    page = 0
    for group in groups:
        first = group[0]
        if first.page != page:
            page, below = first.page, False
        text = joined_lines([line.text for line in group])
        size, bold = max(line.size for line in group), all(line.bold for line in group)
        running = _is_running(text, size, bold, len(group))
        out.append(PrintedBlock(text, tuple(group), page, first.top, size, bold, first.role, below, running))
        below = below or running
    return out


def _paragraph_goes_on(before: CoverLine | None, line: CoverLine) -> bool:
    """Whether a paragraph without print goes on in a line; a short line that is only a date or an edition ends one."""
    alone = {Role.DATED, Role.EDITION}
    ends = before is not None and before.role is not line.role and {before.role, line.role} & alone
    return line.goes_on and not (ends and before is not None and len(before.text) + len(line.text) < 2 * RUNNING)


_RUN_IN_LABEL = re.compile(r"[A-Z][A-Z ]{3,30}:\s")
"""What a paragraph begins with: "AGENCY: Bureau of Lamps"."""


def _usual_gap(lines: Sequence[CoverLine]) -> float:
    """The distance of two lines of running text of the first pages, as a share of the page height; 0 if unknown."""
    gaps = Counter(
        round(b.top - a.top, 3)
        for a, b in pairwise(lines)
        if a.page == b.page and 0.008 < b.top - a.top < GAP and max(a.size, b.size) < 1.1 and len(a.text) >= RUNNING
    )
    most = max(gaps.values(), default=0)
    return min((gap for gap, n in gaps.items() if 2 * n >= most), default=0.0) if most >= 3 else 0.0


def _begins_anew(before: CoverLine, line: CoverLine, usual: float) -> bool:
    """Whether a line of body size is no continuation of the short one above: it is further below than lines of one
    paragraph are, or only one of the two is in capitals."""
    several = all(len(each.text.split()) > 1 and len(each.text) >= 10 for each in (before, line))
    other_case = several and before.text.isupper() != line.text.isupper()
    low, high = sorted((before.size, line.size))
    if other_case and low < 0.97 * high:
        return True
    if high >= 1.1 or before.role is not Role.TEXT or _LAST_SYLLABLE.fullmatch(line.text):
        return False
    if _RUN_IN_LABEL.match(line.text):
        return True
    if line.text[:1].islower() and before.bold == line.bold:
        return False
    if usual and len(before.text) < RUNNING and line.top - before.top > 1.5 * usual:
        return True
    return other_case


def _set_alike(before: CoverLine, line: CoverLine) -> bool:
    if before.page != line.page or line.apart:
        return False
    if (
        not _ends_a_title(before, line)
        and not _genre_goes_on(before, line)
        and (line.role is not before.role or line.role in {Role.NUMBERED, Role.NOISE})
    ):
        return False
    low, high = sorted((before.size, line.size))
    if (
        low < 0.88 * high
        or (high >= 1.1 and low < 1.06)
        or (before.bold != line.bold and (low < 1.2 or low < 0.97 * high))
    ):
        return False
    gap = line.top - before.top
    return gap <= GAP * max(1.0, high)


def _genre_goes_on(before: CoverLine, line: CoverLine) -> bool:
    """Whether a line in capitals goes on with those to whom a communication or a report is addressed."""
    ends = re.search(r"(?:\b(?:TO|THE|OF|AND)|,)$", before.text) is not None
    return (
        before.role is Role.GENRE and ends and line.role is Role.TEXT and before.text.isupper() and line.text.isupper()
    )


def _ends_a_title(before: CoverLine, line: CoverLine) -> bool:
    """Whether a line is the last syllable of a broken Korean word, or the year at the end of a title in large type."""
    if _LAST_SYLLABLE.fullmatch(line.text):
        return True
    year = re.fullmatch(r"(?:19|20)\d\d(?:[/–-](?:19|20)?\d\d)?", line.text) is not None
    return year and before.role is Role.TEXT and before.size >= 1.5 and 0.85 < line.size / before.size < 1.15


def _is_running(text: str, size: float, bold: bool, n_lines: int) -> bool:
    """Whether a block is running text: lines of body size, one of them long, or an end like that of a sentence."""
    length = len(text) + len(re.findall("[가-힣]", text))  # a syllable of Hangul is as wide as two letters
    if size > 1.12 or bold or length <= RUNNING:
        return False
    if re.search(r"[^\W\d]{3}[.]\s+[^\W\d_a-z]", text):  # a sentence ends within
        return True
    if n_lines < 2 or length <= 2 * RUNNING:
        return False
    return bool(re.search(r"[.;:다]\s*$|[a-z,]$", text))
