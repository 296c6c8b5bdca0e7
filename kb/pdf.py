"""PDF pages through pdfium: text, line geometry, character boxes, page images. The only importer of ``pypdfium2``.

The *raw* page text is pdfium's own character sequence with three one-for-one substitutions and one contraction:
``\\r\\n`` becomes ``\\n``; U+FFFE (pdfium's mark for a hyphen at a line end, U+0002 inside pdfium) becomes U+0002;
other control characters become a blank; a lone surrogate becomes U+FFFD. Because every raw character goes back to one
pdfium character, a character's box is found by its position, never by searching for its text.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.boxes import Rect, line_boxes
from kb.errors import EncryptedError, UnreadableError
from kb.types import DISCRETIONARY_HYPHEN, RAISED_FIGURES, SOFT_HYPHEN, notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from PIL.Image import Image

_CONTROL = {c: " " for c in range(32) if chr(c) not in "\n\r\x02"} | {0x7F: " ", 0xFFFE: "\x02", 0xFFFF: " "}


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as pdfium breaks them: raw text ``[start, end)`` of its page and where its first and last glyph stand.

    A line-end hyphen ends a line here although pdfium's text runs on behind it. Coordinates are PDF points from the
    page's lower left corner; ``size`` is the height of the first glyph's font band as drawn, ``font`` the
    name of its font, ``weight`` its weight as pdfium guesses it (400 regular, 700 bold, -1 unknown). ``hidden``: the
    words are painted over and nobody sees them; only the first and last two pages are examined for this.
    """

    start: int
    end: int
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    weight: int
    hidden: bool = False
    font: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """Raw text and lines of one page; width and height in points; ``label`` as the PDF declares it, if it does.

    ``marks`` are raw ranges of raised figures, with the brackets around them: glued to a word or a sentence's end, or
    on a line of their own. They are the marks of notes, or exponents. ``spaced`` are raw offsets of blanks that only
    set the letters of a word apart.
    """

    index: int
    text: str
    lines: tuple[RawLine, ...]
    width: float
    height: float
    label: str | None
    marks: tuple[tuple[int, int], ...] = ()
    spaced: tuple[int, ...] = ()


@contextmanager
def open_pdf(path: Path, password: str | None = None) -> Iterator[pdfium.PdfDocument]:
    """The opened document; one thread at a time may hold one, for pdfium may not be entered by two.

    :raises EncryptedError: the file wants a password that was not given.
    :raises UnreadableError: pdfium cannot make a document of the file.
    """
    with _LOCK:
        yield from _opened(path, password)


_LOCK = threading.RLock()


def _opened(path: Path, password: str | None) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(path, password=password)
    except pdfium.PdfiumError as error:
        message = str(error)
        if "password" in message.lower():
            raise EncryptedError(notice("file protected", file=path.name)) from error
        raise UnreadableError(notice("pdf not readable", file=path.name, why=message)) from error
    except OSError as error:
        raise UnreadableError(notice("file fault", file=path.name, why=error.strerror or str(error))) from error
    try:
        yield document
    finally:
        document.close()


def _utf16(textpage: pdfium.PdfTextPage) -> str:
    """The page's text in pdfium's order, code points; lone surrogates become U+FFFD."""
    n = pdfium_c.FPDFText_CountChars(textpage)
    if n <= 0:
        return ""
    buffer = (ctypes.c_ushort * (n + 1))()
    written = pdfium_c.FPDFText_GetText(textpage, 0, n, buffer)
    data = bytes(buffer)[: max(0, written - 1) * 2]
    return data.decode("utf-16-le", errors="replace")


def _has_surrogates(text: str) -> bool:
    """Whether a character takes two of pdfium's text positions."""
    return not text.isascii() and max(text) > "\uffff"


def raw_text(pdfium_text: str) -> str:
    """pdfium's text in the form the whole project quotes from."""
    return pdfium_text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)


MOST_FONT_NAME = 128
"""Bytes of the name of a font; a longer one is not read."""


class _Box:
    """Reusable output cells for pdfium's box calls; one per page read, they are not thread-safe."""

    def __init__(self) -> None:
        self.left, self.right, self.bottom, self.top = (ctypes.c_double() for _ in range(4))
        self.rect, self.name, self.flags = (
            pdfium_c.FS_RECTF(),
            ctypes.create_string_buffer(MOST_FONT_NAME),
            ctypes.c_int(),
        )

    def font(self, textpage: Any, index: int) -> str:
        """The name of a character's font, empty where the file gives none or a longer one."""
        n = pdfium_c.FPDFText_GetFontInfo(textpage, index, self.name, len(self.name), self.flags)
        if n > len(self.name):  # pdfium writes nothing, and the name before it would stand here
            return ""
        return self.name.raw[:n].decode("utf-8", errors="replace").rstrip("\0")

    def height(self, textpage: Any, index: int) -> float:
        """Height of the font's own band around a character; unlike the font size it includes the text matrix."""
        if pdfium_c.FPDFText_GetLooseCharBox(textpage, index, self.rect):
            return float(abs(self.rect.top - self.rect.bottom))
        return 0.0

    def of(self, textpage: Any, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of a character, tight around its glyph; zeros where pdfium knows none."""
        ok = pdfium_c.FPDFText_GetCharBox(textpage, index, self.left, self.right, self.bottom, self.top)
        if not ok:
            return (0.0, 0.0, 0.0, 0.0)
        return (self.left.value, self.bottom.value, self.right.value, self.top.value)


def _declared_label(document: pdfium.PdfDocument, index: int) -> str | None:
    """The label that the file declares for a page; ``None`` where it declares none, or half a character."""
    try:
        return document.get_page_label(index - 1) or None
    except UnicodeDecodeError:
        return None


def read_page(document: pdfium.PdfDocument, index: int) -> RawPage:
    """Page ``index`` (from 1) with its lines.

    :raises UnreadableError: pdfium cannot load this page.
    """
    try:
        page = document[index - 1]
        textpage = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise UnreadableError(notice("pdf page not readable", page=index, why=str(error))) from error
    try:
        text = _utf16(textpage)
        lines = tuple(_lines(textpage, text))
        width, height = page.get_size()
        if lines and not 2 < index < len(document) - 1:
            lines = _hidden(page, lines)
        label = _declared_label(document, index)
        marks = tuple(sorted(set(_marks(textpage, text))))
        spaced = tuple(_spaced(textpage, text, lines))
        return RawPage(index, raw_text(text), lines, width, height, label, marks, spaced)
    finally:
        textpage.close()
        page.close()


_LINE = re.compile("[^\n\ufffe\x02]*[\ufffe\x02]|[^\n\ufffe\x02]+|\n")


def _lines(textpage: Any, text: str) -> Iterator[RawLine]:
    box = _Box()
    has_surrogates = _has_surrogates(text)
    raw_at = 0  # in the raw text, where a line end is one character
    at = 0  # in pdfium's text, where it is two
    for match in _LINE.finditer(text.replace("\r\n", "\n").replace("\r", "\n")):
        line = match.group()
        if line == "\n":
            raw_at += 1
            at += 2 if text.startswith("\r\n", at) else 1
            continue
        stripped = line.strip()
        if stripped:
            lead = len(line) - len(line.lstrip())
            first, last = at + lead, at + lead + len(stripped) - 1
            if has_surrogates:
                first, last = (len(text[:i].encode("utf-16-le")) // 2 for i in (first, last))
            a = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, first)
            b = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, last)
            x0, y0, _, y1 = box.of(textpage, a)
            _, z0, x1, z1 = box.of(textpage, b)
            yield RawLine(
                raw_at,
                raw_at + len(line),
                x0,
                x1,
                min(y0, z0),
                max(y1, z1),
                box.height(textpage, a),
                pdfium_c.FPDFText_GetFontWeight(textpage, a),
                font=box.font(textpage, a),
            )
        at += len(line)
        raw_at += len(line)


_COVERS = frozenset({pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING})


def _hidden(page: pdfium.PdfPage, lines: tuple[RawLine, ...]) -> tuple[RawLine, ...]:
    """The lines, those marked that a later picture or filled shape covers and whose place shows no letters."""
    bounds = [ctypes.c_float() for _ in range(4)]
    written: list[int] = [-1] * len(lines)
    covered: list[int] = [-1] * len(lines)
    for n in range(min(pdfium_c.FPDFPage_CountObjects(page), 20_000)):
        item = pdfium_c.FPDFPage_GetObject(page, n)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        is_text = kind == pdfium_c.FPDF_PAGEOBJ_TEXT
        if not (is_text or kind in _COVERS) or not pdfium_c.FPDFPageObj_GetBounds(item, *bounds):
            continue
        left, bottom, right, top = (b.value for b in bounds)
        for i, line in enumerate(lines):
            x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
            if is_text and bottom - 1 <= y <= top + 1 and left - 1 <= line.x1 and line.x0 <= right + 1:
                written[i] = n
            elif not is_text and left <= line.x0 and line.x1 <= right and left <= x <= right and bottom <= y <= top:
                covered[i] = n
    suspects = [i for i in range(len(lines)) if covered[i] > written[i] >= 0]
    if not suspects:
        return lines
    image = page.render(scale=1).to_pil().convert("L")
    out = list(lines)
    for i in suspects:
        line = lines[i]
        x0, y0, x1, y1 = _fractions(page, (line.x0, line.y0, line.x1, line.y1))
        if _mostly_even(image, (x0 * image.width, y0 * image.height, x1 * image.width, y1 * image.height)):
            out[i] = replace(line, hidden=True)
    return tuple(out)


_EVEN = 24
"""Grey levels (of 255) within which a patch counts as one colour."""


def _mostly_even(image: Any, box: Rect) -> bool:
    """Whether most squares along a line show one colour: letters would not."""
    left, top, right, bottom = round(box[0]), round(box[1]), round(box[2]), round(box[3])
    side = max(3, bottom - top)
    even = n = 0
    for x in range(left, max(right - side // 2, left + 1), side):
        low, high = image.crop((x, top, x + side, top + side)).getextrema()
        even += high - low < _EVEN
        n += 1
    return even > 0.6 * n


_FIGURE = r"\d{1,3}(?:[ \n]{0,2}[,–-]?[ \n]{1,2}\d{1,3}|[,–-]\d{1,3}){0,3}[*†‡+]{0,2}|[*†‡§+]{1,3}"
_MARK = re.compile(
    rf"(?P<mark>[(\[][ \n]{{0,2}}(?:{_FIGURE})[ \n]{{0,2}}[)\]]|(?<!\d)(?:{_FIGURE})(?!\d))"
    r"|(?P<roman>[ivxl]{1,6})(?=$|[\s.,;:)\]”’\"])",
    re.MULTILINE,
)
_NUMBER = re.compile(r"(?<![\d.,])\d{2,7}(?!\d)")
_SUPERSCRIPTS = re.compile(r"(?<=\S)[⁰¹²³⁴-⁹]{1,3}")
RAISED = 0.85
"""A mark is set smaller than this share of the letters before it."""


def _marks(textpage: Any, text: str) -> Iterator[tuple[int, int]]:
    """Raw ranges of small figures, romans and asterisks above the base line of the characters before them.

    The brackets around them belong to them. Whether such a figure is the mark of a note or an exponent is not decided
    here.
    """
    raw = raw_text(text)
    positions = raw_positions(text)
    box = _Box()
    for match in _MARK.finditer(raw):
        start, end = match.span()
        at = start - 1
        while at > start - 3 and match["mark"] and raw[at : at + 1] in (" ", "\n"):
            at -= 1
        if at < 0 or raw[at].isspace() or raw[at] in "([":
            continue
        before = positions[at]
        figures = list(re.finditer(r"[^\W_]+|[*†‡§+]+", raw[start:end]))
        raised = [m for m in figures if _is_raised(textpage, before, positions[start + m.start()], box)]
        if raised and raised[0] is figures[0]:
            n = next((i for i, m in enumerate(figures) if m not in raised), len(figures))
            last = end if n == len(figures) else start + figures[n - 1].end()
            closed = raw[last : last + 1] == ")" and raw[start] != "("
            yield start, last + (closed and _is_raised(textpage, before, positions[last], box))
    for match in _NUMBER.finditer(raw):  # a mark behind a figure: "in 2023" and a raised 4
        first, last = match.start(), match.end() - 1
        if _is_raised(textpage, positions[first], positions[last], box, False):
            start = next(
                n
                for n in range(first + 1, last + 1)
                if _is_raised(textpage, positions[first], positions[n], box, False)
            )
            yield start, match.end()
    for match in _SUPERSCRIPTS.finditer(raw):
        yield match.span()


def _is_raised(textpage: Any, before: int, mark: int, box: _Box, across: bool = True) -> bool:
    """Whether a character is smaller than the one before it and is above its base line, on the same visual line.

    The indices are positions in pdfium's text. With ``across`` the two are next to each other.
    """
    a = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, before)
    b = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, mark)
    height = box.height(textpage, a)
    if box.height(textpage, b) >= RAISED * height:
        return False
    ax, ay, bx, by = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharOrigin(textpage, a, ax, ay)
    pdfium_c.FPDFText_GetCharOrigin(textpage, b, bx, by)
    if not 0.1 * height < by.value - ay.value < 0.9 * height:
        return False
    right = box.of(textpage, a)[2]
    return not across or -0.5 * height < bx.value - right < 2.5 * height


_APART = re.compile(r"\S{1,2}(?: \S{1,2}){2,}")
MIN_APART = 5
"""A line in the Latin script has letters set apart where it has so many single ones; a Korean one needs three."""


def _spaced(textpage: Any, text: str, lines: tuple[RawLine, ...]) -> Iterator[int]:
    """Raw offsets of the blanks between letters that are set apart; the wider blanks between words are not among them.

    Such a line is made of single letters nearly throughout. The distance between its letters is the usual one; a blank
    between words is wider by that of a letter and more.
    """
    raw = raw_text(text)
    positions: list[int] = []
    rect = pdfium_c.FS_RECTF()
    for line in lines:
        words = raw[line.start : line.end]
        if not _APART.fullmatch(words.strip()):
            continue
        tokens = words.split()
        letters = [t for t in tokens if len(t.strip(".,:;!?()")) == 1 and t.strip(".,:;!?()").isalpha()]
        korean = all("가" <= t <= "힣" for t in letters)
        if len(letters) < 0.8 * len(tokens) or len(letters) < (
            3 if korean and len(letters) == len(tokens) else MIN_APART
        ):
            continue
        positions = positions or raw_positions(text)
        gaps: dict[int, float] = {}
        for at in (line.start + n for n, char in enumerate(words) if char == " " and 0 < n < len(words) - 1):
            edges: list[float] = []
            for offset, side in ((at - 1, "right"), (at + 1, "left")):
                index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, positions[offset])
                if index >= 0 and pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect):
                    edges.append(float(getattr(rect, side)))
            if len(edges) == 2:
                gaps[at] = edges[1] - edges[0]
        if gaps:
            usual = median(gaps.values())
            yield from (at for at, gap in gaps.items() if gap < 1.4 * usual + 0.02 * line.size)


def raw_positions(pdfium_text: str) -> list[int]:
    """For every raw character, the UTF-16 text index pdfium knows it by."""
    positions: list[int] = []
    unit = 0
    wide = _has_surrogates(pdfium_text)
    for n, part in enumerate(pdfium_text.split("\r\n")):
        if n:
            positions.append(unit)
            unit += 2
        if not wide:
            positions.extend(range(unit, unit + len(part)))
            unit += len(part)
            continue
        for char in part:
            positions.append(unit)
            unit += 2 if char > "\uffff" else 1
    return positions


def letter_gaps(document: pdfium.PdfDocument, index: int, spaced: str) -> list[float]:
    """The blank space in points before each visible character but the first of a line of page ``index`` (from 1).

    ``spaced`` is the line's text in raw form; empty where the page does not hold it.
    """
    page = document[index - 1]
    textpage = page.get_textpage()
    try:
        text = _utf16(textpage)
        start = raw_text(text).find(spaced)
        if start < 0:
            return []
        positions = raw_positions(text)
        box = _Box()
        boxes = [
            box.of(textpage, pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, positions[start + n]))
            for n, char in enumerate(spaced)
            if not char.isspace()
        ]
        return [after[0] - before[2] for before, after in pairwise(boxes)]
    finally:
        textpage.close()
        page.close()


def quote_rects(
    document: pdfium.PdfDocument, index: int, ranges: Sequence[tuple[int, int]], expected: str
) -> tuple[Rect, ...]:
    """Boxes around raw characters of page ``index``, one per visual line and range.

    ``ranges`` are ``[start, end)``, in reading order; together they hold ``expected``. Boxes are in page fractions from
    the top left. Empty unless the raw text there is ``expected``, every visible character of it has a box, and no other
    character is in the midst of the boxes: a highlight is exact or there is none. A hyphen between two ranges that
    divides a word at a line end is highlighted with it.
    """
    page = document[index - 1]
    textpage = page.get_textpage()
    try:
        text = _utf16(textpage)
        raw = raw_text(text)
        if not _is_same_text("".join(raw[a:b] for a, b in ranges), expected):
            return ()
        positions = raw_positions(text)
        box = _Box()
        marked: set[int] = set()
        runs: list[list[Rect]] = []
        at = 0
        for n, (start, end) in enumerate(ranges):
            apart = n > 0 and not raw[ranges[n - 1][1] : start].strip(" ")  # letters of a word that are set apart
            char_boxes: list[Rect] = runs.pop() if apart else []
            divided = n + 1 < len(ranges) and raw[end : ranges[n + 1][0]].strip() == SOFT_HYPHEN
            shown = [*zip(range(start, end), expected[at : at + end - start], strict=True)]
            shown += [(end, SOFT_HYPHEN)] if divided else []
            at += end - start
            for offset, char in shown:
                if char.isspace() or (char in _BREAKING_CHARACTERS and raw[offset] == "\n"):
                    continue
                char_index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, positions[offset])
                if char_index < 0:
                    return ()
                left, bottom, right, top = _loose_box(textpage, char_index, box)
                if right <= left or top <= bottom:
                    if pdfium_c.FPDFText_IsGenerated(textpage, char_index) == 1:
                        continue
                    return ()
                char_boxes.append((left, bottom, right, top))
                marked.add(char_index)
            runs.append(char_boxes)
        merged = [rect for char_boxes in runs for rect in line_boxes(char_boxes)]
        bands = [(a, b + (d - b) / 4, c, d - (d - b) / 4) for a, b, c, d in merged]
        if not _only(textpage, bands, "".join(raw[a:b] for a, b in ranges)) and _covers_others(
            textpage, bands, marked, box
        ):
            return ()
        return tuple(_fractions(page, rect) for rect in merged)
    finally:
        textpage.close()
        page.close()


def _only(textpage: Any, bands: list[Rect], text: str) -> bool:
    """Whether pdfium, which looks faster than :func:`_covers_others`, meets no visible character in the bands beyond
    those of the text; False says little, for it counts what touches a band as well."""
    met: Counter[str] = Counter()
    for left, bottom, right, top in bands:
        n = pdfium_c.FPDFText_GetBoundedText(textpage, left, top, right, bottom, None, 0)
        buffer = (ctypes.c_ushort * (n + 1))()
        n = pdfium_c.FPDFText_GetBoundedText(textpage, left, top, right, bottom, buffer, n)
        met.update(bytes(buffer)[: 2 * n].decode("utf-16-le", errors="replace").rstrip("\0"))
    extra = met - Counter(text)
    return all(char.isspace() for char in extra)


def _covers_others(textpage: Any, bands: list[Rect], marked: set[int], box: _Box) -> bool:
    """Whether a visible character that is not marked has its middle in a band."""
    lowest, highest = min((b for _, b, _, _ in bands), default=0.0), max((d for _, _, _, d in bands), default=0.0)
    for index in range(pdfium_c.FPDFText_CountChars(textpage)):
        if index in marked:
            continue
        left, bottom, right, top = box.of(textpage, index)
        x, y = (left + right) / 2, (bottom + top) / 2
        if not lowest < y < highest:
            continue
        if right > left and top > bottom and any(a < x < c and b < y < d for a, b, c, d in bands):
            code = pdfium_c.FPDFText_GetUnicode(textpage, index)
            if not chr(code).isspace() and pdfium_c.FPDFText_IsGenerated(textpage, index) != 1:
                return True
    return False


def _is_same_text(raw: str, expected: str) -> bool:
    """Whether the document text is this raw text: line-end hyphens decided either way, line ends within a visual line
    as blanks, a blank where a mark of a note alone kept two words apart, and a raised figure as a plain one."""
    return len(raw) == len(expected) and all(
        a == b
        or (b in _BREAKING_CHARACTERS and a in _BREAKING_CHARACTERS)
        or (b in _BREAKING_CHARACTERS and a == "\n")
        or (b == " " and (a.isspace() or not a.isalpha()))
        or b == a.translate(RAISED_FIGURES)
        for a, b in zip(raw, expected, strict=True)
    )


_BREAKING_CHARACTERS = frozenset({SOFT_HYPHEN, DISCRETIONARY_HYPHEN, "-"})


def _loose_box(textpage: Any, index: int, box: _Box) -> Rect:
    """A character's box with the font's own height, so that a line is one even band; the tight box as a fallback."""
    rect = pdfium_c.FS_RECTF()
    if pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect):
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        tight = box.of(textpage, index)
        return (min(left, tight[0]), min(bottom, tight[1]), max(right, tight[2]), max(top, tight[3]))
    return box.of(textpage, index)


def page_lines(document: pdfium.PdfDocument, index: int) -> list[tuple[Rect, str]]:
    """The lines of page ``index`` (from 1), each with its box in parts of the page, as a reader selects them."""
    page = document[index - 1]
    textpage = page.get_textpage()
    try:
        text = _utf16(textpage)
        raw = raw_text(text)
        lines = [(raw[line.start : line.end].strip("\x02 "), line) for line in _lines(textpage, text)]
        return [(_fractions(page, (line.x0, line.y0, line.x1, line.y1)), words) for words, line in lines if words]
    finally:
        textpage.close()
        page.close()


def _fractions(page: pdfium.PdfPage, rect: Rect) -> Rect:
    """A box in page points as fractions of the displayed page (rotation and crop included), origin top left."""
    width, height = page.get_size()
    scale = 1000
    device_x, device_y = ctypes.c_int(), ctypes.c_int()
    corners: list[tuple[float, float]] = []
    for x, y in ((rect[0], rect[1]), (rect[2], rect[3])):
        pdfium_c.FPDF_PageToDevice(page, 0, 0, round(width * scale), round(height * scale), 0, x, y, device_x, device_y)
        corners.append((device_x.value / (width * scale), device_y.value / (height * scale)))
    (ax, ay), (bx, by) = corners
    clamp = [round(min(1.0, max(0.0, v)), 6) for v in (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))]
    return (clamp[0], clamp[1], clamp[2], clamp[3])


def render(document: pdfium.PdfDocument, index: int, scale: float = 1.5, max_pixels: int = 16_000_000) -> Image:
    """Page ``index`` (from 1) as an RGB image; ``scale`` 1 is 72 dpi and is lowered to stay under ``max_pixels``."""
    page = document[index - 1]
    try:
        width, height = page.get_size()
        if width * height * scale * scale > max_pixels:
            scale = (max_pixels / (width * height)) ** 0.5
        image: Image = page.render(scale=scale).to_pil().convert("RGB")
        return image
    finally:
        page.close()
