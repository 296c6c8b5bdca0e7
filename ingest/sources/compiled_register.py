"""Typesets the register of one issuer as a PDF that is ingested like any other document.

The same entries give the same bytes: the date is that of the register edition, and the file's id is a hash of its
content.

When the file is read again (:func:`ingest.units.others.register_units`), headings are recognised by size alone: the
heading of an edition ends in its id and that of an entry in its key, both in square brackets. Only the running head and
the page number are in the outer bands where :mod:`ingest.layout.furniture` looks for furniture: entries repeat
themselves, and a line that recurs there would be cut from the text.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.layout.furniture import BAND
from ingest.sources.pdf_document import FONT, PdfFacts, PdfWriter, pdf_document
from kb.catalog.catalog import REGISTER_MARK
from kb.catalog.faults import in_file
from kb.errors import ConfigError
from kb.text.numerals import to_roman
from kb.types import Status, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kb.catalog.catalog import Catalog
    from kb.catalog.register import Register
    from kb.types import Edition, RegisterEntry

    Described = tuple[Edition, tuple[RegisterEntry, ...]]

WIDTH, HEIGHT = 595.28, 841.89  # A4, in points as everything here
LEFT, MEASURE = 62.0, WIDTH - 124.0
TOP, BOTTOM = HEIGHT * BAND + 2.0, HEIGHT * (1 - BAND) - 4.0
"""Lines begin between these heights, so that no body line is in the bands where furniture is looked for."""
HEAD, FOOT = 62.0, HEIGHT - 56.0

NO_GIST_EN = "Only its place is recorded here; read the official text."
NO_GIST_KO = "여기에는 위치만 기록되어 있습니다. 공식 문서를 읽으십시오."
DIVISIONS = frozenset({"section", "chapter", "function", "part", "annex"})
"""Kinds whose entries are listed in the contents, if they have others below them."""
NOT_CHECKED = "not checked against the official text"


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    leading: float
    above: float = 0.0
    bold: bool = False
    grey: int = 0


TITLE = _Style(24, 32, 60, bold=True)
CHAPTER = _Style(15, 20, 22, bold=True)
ENTRY = _Style(11.5, 15, 15, bold=True)
BODY = _Style(9, 13.2, 3.5)
SMALL = _Style(7.5, 10.5, 3, grey=90)
SMALLEST_HEADING = 1.2 * BODY.size
"""Headings shrink to this size to fit on one line, and are then broken: smaller ones would not be read as headings."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Words on a baseline that begin at ``x`` (``anchor`` 0) or end there (1), with a link to body page ``target``."""

    x: float
    y: float
    text: str
    size: float
    style: _Style
    anchor: float = 0.0
    target: int = 0


@dataclass(slots=True)
class _Sheet:
    """A page: its lines, and its bookmarks as (depth, title, height on the page)."""

    lines: list[_Line] = field(default_factory=list)
    marks: list[tuple[int, str, float]] = field(default_factory=list)


class _Setter:
    """Sets lines on sheets from top to bottom; ``width`` measures a text at a size."""

    def __init__(self, pdf: PdfWriter) -> None:
        self._pdf = pdf
        self.sheets = [_Sheet()]
        self._y = TOP

    def width(self, text: str, size: float) -> float:
        self._pdf.set_font(FONT, size=size)
        return float(self._pdf.get_string_width(text))

    def broken(self, text: str, size: float) -> list[str]:
        """The text in lines, broken at blanks only: a hyphen at a line end would be read as a divided word."""
        lines: list[str] = []
        for word in text.split():
            if lines and self.width(f"{lines[-1]} {word}", size) <= MEASURE:
                lines[-1] += f" {word}"
            else:
                lines.extend(self._pieces(word, size))
        return lines

    def _pieces(self, word: str, size: float) -> Iterator[str]:
        """A word in pieces that fit the measure; almost always one piece."""
        while len(word) > 1 and self.width(word, size) > MEASURE:
            n = max(n for n in range(1, len(word)) if n == 1 or self.width(word[:n], size) <= MEASURE)
            yield word[:n]
            word = word[n:]
        yield word

    def heading_size(self, text: str, style: _Style) -> float:
        fitting = style.size * MEASURE / max(self.width(text, style.size), MEASURE)
        return int(fitting * 10) / 10 if fitting >= max(SMALLEST_HEADING, 0.85 * style.size) else style.size

    def height(self, blocks: Iterable[tuple[_Style, str]]) -> float:
        return sum(
            style.above + style.leading * len(self.broken(text, self._size(style, text))) for style, text in blocks
        )

    def _size(self, style: _Style, text: str) -> float:
        return self.heading_size(text, style) if style in (CHAPTER, ENTRY) else style.size

    def new_sheet(self) -> None:
        """Begins a page, unless this one is still empty."""
        if self.sheets[-1].lines:
            self.sheets.append(_Sheet())
            self._y = TOP

    def keep(self, blocks: Sequence[tuple[_Style, str]]) -> None:
        """Begins a page if these blocks do not fit on this one; if they fit on no page, only the first two count."""
        needed = self.height(blocks)
        if needed > BOTTOM - TOP:
            needed = min(self.height(blocks[:2]), (BOTTOM - TOP) / 2)
        if self._y + needed > BOTTOM:
            self.new_sheet()

    def list(self, words: str, page: int, indent: float) -> None:
        """Sets a line of the contents: words, dots and page. Words that are too long end in an ellipsis."""
        size, right = BODY.size, LEFT + MEASURE
        room = MEASURE - indent - self.width(f" {page}", size)
        while self.width(f"{words} .....", size) > room:
            words = words.removesuffix("…")[:-1].rstrip() + "…"
        n_dots = int((room - self.width(f"{words} ", size)) / self.width(".", size))
        self.add(BODY, f"{words} {'.' * n_dots}", indent=indent, target=page)
        lines = self.sheets[-1].lines
        lines.append(_Line(right, lines[-1].y, str(page), size, BODY, anchor=1.0))

    def add(self, style: _Style, text: str, mark: int | None = None, indent: float = 0.0, target: int = 0) -> int:
        """Sets a block, with a bookmark at depth ``mark`` if given; returns the number of its first sheet, from 1."""
        size = self._size(style, text)
        lines = self.broken(text, size)
        self._y += style.above if self.sheets[-1].lines else 0.0
        first = 0
        for n, line in enumerate(lines):
            if self._y + style.leading > BOTTOM:
                self.new_sheet()
            sheet = self.sheets[-1]
            first = first or len(self.sheets)
            if n == 0 and mark is not None:
                depths = [depth for each in self.sheets for depth, _, _ in each.marks]
                sheet.marks.append((min(mark, depths[-1] + 1 if depths else 0), text, self._y))
            self._y += style.leading
            sheet.lines.append(_Line(LEFT + indent, self._y - 0.28 * style.leading, line, size, style, 0.0, target))
        return first


def compile_register(register: Register, catalog: Catalog, register_doc_id: str) -> bytes:
    """The bytes of the PDF of one register edition: front matter with roman page labels, then the entries, edition by
    edition.

    :raises ConfigError: the edition is not in the catalog, is not a register, or has no entries.
    """
    edition = catalog.get(register_doc_id)
    described = [(each, register.of_document(each.doc_id)) for each in map(catalog.get, edition.register_of)]
    described = [(each, entries) for each, entries in described if entries]
    if not described:
        raise ConfigError(in_file(register_doc_id, notice("register nothing to compile")))
    with _document(edition) as pdf:
        body, contents = _body(register, catalog, described, pdf)
        front = _front(edition, described, contents, pdf)
        for sheets, style in ((front, "r"), (body, "D")):
            for number, sheet in enumerate(sheets, start=1):
                pdf.add_page(label_style=style, label_start=1) if number == 1 else pdf.add_page()
                _draw(pdf, edition, sheet, to_roman(number).lower() if style == "r" else str(number), len(front))
        return bytes(pdf.output())


@contextmanager
def _document(edition: Edition) -> Iterator[PdfWriter]:
    """An empty document with the font, its own date and no page."""
    facts = PdfFacts(
        f"{edition.title} [{edition.doc_id}]",
        f"Descriptions in this project's own words: {REGISTER_MARK}",
        edition.publisher,
        edition.language,
        edition.issued,
    )
    with pdf_document(facts, (WIDTH, HEIGHT)) as pdf:
        pdf.set_auto_page_break(False)
        yield pdf


def _draw(pdf: PdfWriter, edition: Edition, sheet: _Sheet, label: str, n_front: int) -> None:
    """Draws a sheet on the page just added: running head, lines, page number, in the order they are read."""
    notice = f"{REGISTER_MARK} · 공식 문서가 아닌 자체 설명"
    _draw_text(pdf, LEFT, HEAD, edition.ref, SMALL.size, SMALL)
    _draw_text(pdf, WIDTH - LEFT, HEAD, notice, SMALL.size, SMALL, anchor=1.0)
    pdf.set_draw_color(170)
    pdf.set_line_width(0.5)
    pdf.line(LEFT, HEAD + 6, WIDTH - LEFT, HEAD + 6)
    for depth, title, y in sheet.marks:
        pdf.set_y(y)
        pdf.start_section(title, depth)
    for line in sheet.lines:
        _draw_text(pdf, line.x, line.y, line.text, line.size, line.style, line.anchor)
        if line.target:
            link = pdf.add_link(page=n_front + line.target)
            pdf.link(line.x, line.y - line.size, MEASURE, line.style.leading, link)
    _draw_text(pdf, WIDTH / 2, FOOT, label, BODY.size, BODY, anchor=0.5)


def _draw_text(pdf: PdfWriter, x: float, y: float, text: str, size: float, style: _Style, anchor: float = 0.0) -> None:
    """Draws a text on a baseline; ``anchor`` 0 puts its beginning at ``x``, 1 its end."""
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(style.grey)
    pdf.set_draw_color(style.grey)
    x -= anchor * float(pdf.get_string_width(text))
    if style.bold:  # the font has one weight: for bold the outline is drawn as well
        with pdf.local_context(text_mode="FILL_STROKE", line_width=0.032 * size):
            pdf.text(x, y, text)
    else:
        pdf.text(x, y, text)


# --- the body --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Listed:
    """A line of the contents: depth from 0, words, page of the body."""

    depth: int
    words: str
    page: int


def _body(
    register: Register, catalog: Catalog, described: Sequence[Described], pdf: PdfWriter
) -> tuple[list[_Sheet], list[_Listed]]:
    """The entries of all editions, and the lines of the contents: editions, and entries that have others below them."""
    setter = _Setter(pdf)
    contents: list[_Listed] = []
    for edition, entries in described:
        name = f"{edition.ref} — {edition.title}"
        opening = [
            (CHAPTER, f"{name} [{edition.doc_id}]"),
            (SMALL, _facts_of_edition(edition, catalog, entries)),
        ]
        setter.keep([*opening, *_blocks_of_entry(entries[0])])
        for n, (style, text) in enumerate(opening):
            page = setter.add(style, text, 0 if n == 0 else None)
            if n == 0:
                contents.append(_Listed(0, name, page))
        for entry in entries:
            blocks = _blocks_of_entry(entry)
            setter.keep(blocks)
            depth = _depth(register, entry)
            page = setter.add(*blocks[0], depth + 1)
            for style, text in blocks[1:]:
                setter.add(style, text)
            if entry.kind in DIVISIONS and register.children(register.unit_id(entry)):
                contents.append(_Listed(1, f"{entry.path} — {entry.title}", page))
    return setter.sheets, contents


def _depth(register: Register, entry: RegisterEntry) -> int:
    above = register.parent(entry)
    return 0 if above is None else 1 + _depth(register, above)


def _blocks_of_entry(entry: RegisterEntry) -> list[tuple[_Style, str]]:
    """The heading, the two descriptions, and the small line of one entry."""
    korean = entry.gist_ko or NO_GIST_KO
    return [
        (ENTRY, f"{entry.path} — {entry.title} [{entry.key}]"),
        (BODY, entry.gist_en or NO_GIST_EN),
        (BODY, f"{entry.title_ko} — {korean}" if entry.title_ko else korean),
        (SMALL, _meta(entry)),
    ]


def _meta(entry: RegisterEntry) -> str:
    # The line begins with a capital, so that no reader takes it for the rest of the sentence before it.
    checked = f"checked against {entry.verified_against}" if entry.verified else NOT_CHECKED
    return " · ".join(filter(None, (f"Force: {entry.force}", entry.addressee, checked)))


def _facts_of_edition(edition: Edition, catalog: Catalog, entries: Sequence[RegisterEntry]) -> str:
    status = edition.status.value
    if edition.status is Status.SUPERSEDED and (successor := catalog.successor(edition)) is not None:
        status = f"superseded by {successor.ref}"
    elif edition.status is Status.AMENDED:
        status = f"in force, amended by {edition.amended_by} since {edition.amended_on}"
    url = edition.landing_url or entries[0].url
    official = f"official text: {url}" if url else "no address of the official text is known"
    known = "status not known" if edition.status is Status.UNKNOWN else status
    return " · ".join(
        filter(None, (edition.publisher, edition.edition, known, f"licence: {edition.licence}", official))
    )


# --- the front matter ------------------------------------------------------------------------------------------------


def _front(
    edition: Edition,
    described: Sequence[Described],
    contents: Sequence[_Listed],
    pdf: PdfWriter,
) -> list[_Sheet]:
    setter = _Setter(pdf)
    entries = [entry for _, of_one in described for entry in of_one]
    n_unchecked = sum(not entry.verified for entry in entries)
    n_place_only = sum(not entry.gist_en for entry in entries)
    setter.add(TITLE, edition.title)
    setter.add(CHAPTER, "등록부: 조항에 대한 자체 설명")
    for text in (
        f"This is a {REGISTER_MARK}. It is this project's own description of provisions; it quotes nothing.",
        "공식 문서가 아닙니다. 이 프로젝트가 조항을 자체 표현으로 설명한 것이며, 원문을 인용하지 않습니다.",
        f"{edition.doc_id} · {edition.edition} · {edition.issued}",
        f"{_count(len(entries), 'entry', 'entries')} on {_count(len(described), 'edition', 'editions')}; "
        f"{n_unchecked} not checked against the official text; {n_place_only} with their place only.",
    ):
        setter.add(BODY, text)
    setter.new_sheet()
    for depth, style, text in _about(edition, described, n_unchecked):
        setter.add(style, text, depth)
    setter.new_sheet()
    setter.add(CHAPTER, "Contents", 0)
    for listed in contents:
        setter.list(listed.words, listed.page, 14.0 * listed.depth)
    return setter.sheets


def _about(
    edition: Edition, described: Sequence[Described], n_unchecked: int
) -> Iterator[tuple[int | None, _Style, str]]:
    """The texts of the front matter: the depth of the bookmark, the style, and the words."""
    n = sum(len(entries) for _, entries in described)
    yield 0, CHAPTER, "About this register"
    yield None, BODY, _INTRODUCTION
    yield None, BODY, _HOW_TO_READ
    yield 1, ENTRY, "Checked and unchecked entries"
    checked = f"{n - n_unchecked} of {_count(n, 'entry was', 'entries were')} checked against the source it names."
    yield None, BODY, f"{checked} {n_unchecked} {'was' if n_unchecked == 1 else 'were'} not. {_UNCHECKED}"
    for each, entries in described:
        n_here = sum(not entry.verified for entry in entries)
        fewer = [entry.key for entry in entries if entry.verified == (2 * n_here > len(entries))]
        words = "checked" if 2 * n_here > len(entries) else "not checked"
        if n_here == len(entries):
            yield None, BODY, f"{each.ref}: none of {n_here} checked."
        elif n_here:
            yield None, BODY, f"{each.ref}: {len(fewer)} of {len(entries)} {words}, namely {', '.join(fewer)}."
    yield 1, ENTRY, "Licences"
    yield None, BODY, f"The words of this register are the project's own, under {edition.licence}. {_LICENCES}"
    for licence, group in groupby(described, key=lambda pair: pair[0].licence):
        yield None, BODY, f"{', '.join(each.ref for each, _ in group)}: {licence}."
    yield None, BODY, "The letters are Noto Sans KR, under the SIL Open Font License 1.1."
    yield 1, ENTRY, "이 등록부에 대하여"
    yield None, BODY, _INTRODUCTION_KO
    yield (
        None,
        BODY,
        f"전체 {n}개 항목 가운데 {n_unchecked}개는 공식 문서와 대조하지 않았습니다(not checked). {_UNCHECKED_KO}",
    )


_INTRODUCTION = """
    Each entry says in our own words what one provision is about, so that a reader finds it and knows what to expect.
    It is not the provision: the wording that counts is in the official text alone, at the address given under the name
    of each publication. Titles are the official ones where the publication has them, else our own short titles.
"""
_HOW_TO_READ = """
    An entry's heading gives the place as people cite it, a title, and in square brackets the key, which stays the same
    between compilations. English and Korean descriptions follow; neither is a translation made by the issuer. The small
    line below names the force of the provision's words, who is addressed, and what the entry was checked against.
"""
_UNCHECKED = """
    An unchecked entry was written from general knowledge or from what others report. It can be incomplete or wrong, in
    its numbering too, and should be relied on only after a look at the official text. An entry whose content is not
    known with confidence gives its place and says no more.
"""
_LICENCES = """
    The publications it describes belong to their issuers, under these terms as far as we know them:
"""
_INTRODUCTION_KO = """
    각 항목은 조항이 무엇을 다루는지 이 프로젝트의 표현으로 설명한 것이며, 조항 자체가 아닙니다. 기준이 되는 문구는
    각 간행물 이름 아래에 적힌 주소의 공식 문서에만 있습니다. 제목은 공식 제목이 있으면 그것을, 없으면 자체의 짧은
    제목을 씁니다. 한국어 설명은 발행 기관의 번역이 아닙니다.
"""
_UNCHECKED_KO = """
    이런 항목은 일반 지식이나 다른 자료를 바탕으로 쓴 것이므로 번호를 포함하여 불완전하거나 틀릴 수 있으니, 공식 문서를
    확인한 뒤에만 근거로 삼으십시오. 내용을 확실히 알 수 없는 항목은 위치만 적습니다.
"""


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
