"""From raw pages to the document text: furniture cut, printed labels read, line-end hyphens decided. Pure.

The steps keep every remaining character traceable: a page's body is a list of slices of its raw text
(:attr:`kb.types.Page.segments`), and deciding a hyphen replaces one character by one character.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.locators import roman_value
from kb.types import PAGE_BREAK, SOFT_HYPHEN, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BAND = 0.13
"""Furniture is looked for in this part of the page height at the top and at the bottom."""

MIN_REPEATS = 3
"""A line is a running header or footer when it stands at the same height on this many pages."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a page before furniture is cut; offsets are of the page's raw text, ``top`` counts down from 0 to 1."""

    start: int
    end: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as a reader hands it over, whatever the file form. ``label`` only where the file itself declares one."""

    index: int
    text: str
    lines: tuple[SourceLine, ...]
    label: str | None = None
    marks: tuple[tuple[int, int], ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A body line in the document text: ``[start, end)``, its page, and how it is set (sizes relative to the body)."""

    start: int
    end: int
    page: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A bookmark of the file: depth from 0, title, page from 1."""

    depth: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The document text with its pages and lines, and what was taken out on the way."""

    text: str
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, int], ...]
    furniture: tuple[tuple[int, str], ...]
    n_soft_hyphens: int
    outline: tuple[OutlineItem, ...] = ()
    notes: tuple[str, ...] = ()

    def line_text(self, line: Line) -> str:
        """The characters of a line, soft hyphens closed."""
        return self.text[line.start : line.end].replace(SOFT_HYPHEN, "")


MAX_GAP = 3
"""…most of them no further apart than this many pages."""

_DIGITS = re.compile(r"\d{1,5}")

WATERMARK = re.compile(
    r"Authorized licensed use limited to|Downloaded on .{0,60} from IEEE Xplore|^\s*Restrictions apply\.?\s*$"
    r"|licensed to:? .{0,80} (?:single[- ]user|copying)|^\s*Copyrighted and Authorized by IEEE",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
def lay_out(
    pages: Sequence[SourcePage], outline: Iterable[OutlineItem] = (), notes: Iterable[str] = ()
) -> Layout:
    """The document text and its lines, furniture cut, labels and hyphens decided."""
    notes = list(notes)
    pages = _decide_hyphens(pages)
    furniture = [_furniture(page, repeated) for page, repeated in zip(pages, _repeated(pages), strict=True)]
    labels = _labels(pages, furniture, notes)
    parts: list[str] = []
    out_pages: list[Page] = []
    out_lines: list[Line] = []
    marks: list[tuple[int, int]] = []
    cut: list[tuple[int, str]] = []
    at = 0
    body_size = _body_size(pages)
    for page, dropped, (label, source) in zip(pages, furniture, labels, strict=True):
        segments = _segments(page, dropped)
        body = "".join(page.text[raw : raw + length] for _, raw, length in segments)
        cut.extend((page.index, page.text[page.lines[i].start : page.lines[i].end].strip()) for i in sorted(dropped))
        for i, line in enumerate(page.lines):
            if i in dropped:
                continue
            offset = _to_body(segments, line.start)
            out_lines.append(
                Line(
                    at + offset,
                    at + offset + line.end - line.start,
                    page.index,
                    line.x0,
                    line.x1,
                    line.top,
                    line.size / body_size,
                    line.bold,
                )
            )
        for start, end in page.marks:
            if any(raw <= start and end <= raw + length for _, raw, length in segments):
                offset = _to_body(segments, start)
                marks.append((at + offset, at + offset + end - start))
        out_pages.append(Page(page.index, at, at + len(body), label, source, page.ocr, segments))
        parts.append(body)
        at += len(body) + 1
    text = PAGE_BREAK.join(parts)
    return Layout(
        text,
        tuple(out_pages),
        tuple(out_lines),
        tuple(marks),
        tuple(cut),
        text.count(SOFT_HYPHEN),
        tuple(outline),
        tuple(notes),
    )


def _to_body(segments: Sequence[tuple[int, int, int]], raw_offset: int) -> int:
    for offset, raw, length in segments:
        if raw <= raw_offset < raw + length:
            return offset + raw_offset - raw
    raise AssertionError("a body line lies outside every segment")


def _segments(page: SourcePage, dropped: frozenset[int]) -> tuple[tuple[int, int, int], ...]:
    """The page text without the dropped lines and their line ends, as (body offset, raw offset, length)."""
    holes = sorted((page.lines[i].start, min(page.lines[i].end + 1, len(page.text))) for i in dropped)
    kept: list[tuple[int, int, int]] = []
    raw = offset = 0
    for start, end in [*holes, (len(page.text), len(page.text))]:
        if start > raw:
            kept.append((offset, raw, start - raw))
            offset += start - raw
        raw = max(raw, end)
    return tuple(kept)


def _body_size(pages: Sequence[SourcePage]) -> float:
    """The line height most of the text is set in."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[round(line.size, 1)] += line.end - line.start
    return max(weights.most_common(1)[0][0], 0.1) if weights else 1.0


def _key(text: str) -> str:
    """A line without what changes from page to page: digits, blanks, case."""
    return re.sub(r"\s+", "", re.sub(r"\d+", "#", text)).casefold()


def _in_band(line: SourceLine) -> str | None:
    if line.top < BAND:
        return "top"
    if line.top > 1 - BAND:
        return "bottom"
    return None


def _repeated(pages: Sequence[SourcePage]) -> list[frozenset[int]]:
    """Per page, the lines that recur at the same height in the head or foot of neighbouring pages.

    A line recurs with its figures as they are, or with figures that keep their distance from the page number. Places
    that merely look alike ("Article 3" here, "Article 14" far away) do not.
    """
    seen: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    places: list[list[tuple[int, list[tuple[str, str, int]]]]] = []
    offsets = _page_number_offsets(pages)
    for page in pages:
        here: list[tuple[int, list[tuple[str, str, int]]]] = []
        for i, line in enumerate(page.lines):
            band = _in_band(line)
            text = page.text[line.start : line.end]
            if band and sum(c.isalnum() for c in text) > 1:
                top = round(line.top * 100)
                keys = [re.sub(r"\s+", "", text).casefold()]
                pattern = _key(text)
                for slot, digits in enumerate(_DIGITS.findall(text)[:8]):
                    if page.index - int(digits) in offsets:
                        keys.append(f"{pattern}@{slot}:{page.index - int(digits)}")
                here.append((i, [(band, key, top) for key in keys]))
                for key in keys:
                    seen[(band, key, top)].add(page.index)
        places.append(here)

    def recurs(place: tuple[str, str, int]) -> bool:
        band, key, top = place
        found = sorted(set().union(*(seen.get((band, key, t), set()) for t in (top - 1, top, top + 1))))
        near = sum(b - a <= MAX_GAP for a, b in pairwise(found))
        return len(found) >= MIN_REPEATS and near >= 0.6 * (len(found) - 1)

    return [frozenset(i for i, keys in here if any(recurs(key) for key in keys)) for here in places]


def _page_number_offsets(pages: Sequence[SourcePage]) -> frozenset[int]:
    """Distances between page and figure that a fifth of the pages show in their head or foot: page numbers."""
    support: Counter[int] = Counter()
    for page in pages:
        here: set[int] = set()
        for line in page.lines:
            if _in_band(line):
                here.update(page.index - int(d) for d in _DIGITS.findall(page.text[line.start : line.end])[:8])
        support.update(here)
    return frozenset(o for o, n in support.items() if n >= max(MIN_REPEATS, 0.2 * len(pages)))


def _furniture(page: SourcePage, repeated: frozenset[int]) -> frozenset[int]:
    """Lines to cut: recurring ones, licence watermarks wherever they stand, and lone page numbers at an edge."""
    out = set(repeated)
    for i, line in enumerate(page.lines):
        text = page.text[line.start : line.end].strip()
        if WATERMARK.search(text) or (_in_band(line) and _lone_number(text) and _at_edge(page, i)):
            out.add(i)
    return frozenset(out)


def _lone_number(text: str) -> bool:
    core = text.strip(" -–—|.[]")
    return bool(re.fullmatch(r"(?:page|p\.?|página|쪽)?\s*\d{1,4}(?:\s*(?:/|of|de)\s*\d{1,4})?", core, re.IGNORECASE)) or (
        core != "" and core.casefold() == core and roman_value(core) is not None
    )


def _at_edge(page: SourcePage, i: int) -> bool:
    """No line of the page stands further out than line ``i`` on its side."""
    tops = [line.top for line in page.lines]
    top = page.lines[i].top
    return top <= min(tops) + 0.012 or top >= max(tops) - 0.012


def _labels(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], notes: list[str]
) -> list[tuple[str | None, str]]:
    """Each page's printed label and where it was read.

    A number in a running line counts as a page number when, over the pages that carry such a line, it grows with the
    page: at least two pages agree on its distance from the physical page. It is then read from each page itself, so a
    gap or a restart is no error, and a page that prints none has none.
    """
    slots: defaultdict[tuple[str, int, bool], list[tuple[int, str, int]]] = defaultdict(list)
    for p, (page, lines) in enumerate(zip(pages, furniture, strict=True)):
        for i in lines:
            text = page.text[page.lines[i].start : page.lines[i].end]
            key = re.sub(r"\b[ivxlc]+\b", "#", _key(text)) if _lone_number(text.strip()) else _key(text)
            for slot, token in enumerate(_NUMBER.findall(text)):
                value = int(token) if token.isdigit() and len(token) < 6 else roman_value(token)
                if value is not None and (token.isdigit() or token == token.lower()):
                    slots[(key, slot, token.isdigit())].append((p, token, value))
    printed: dict[int, tuple[int, str]] = {}
    for entries in slots.values():
        offsets = Counter(page_at - value for page_at, _, value in entries)
        for page_at, token, value in entries:
            support = offsets[page_at - value]
            if support >= 2 and support > printed.get(page_at, (0, ""))[0]:
                printed[page_at] = (support, token)
    declared = any(page.label for page in pages)
    out: list[tuple[str | None, str]] = []
    for p, page in enumerate(pages):
        read = printed.get(p, (0, ""))[1] or None
        if declared and page.label:
            if read and read != page.label:
                notes.append(
                    f"page {page.index}: the file's page label is {page.label!r}, the page itself prints {read!r}; "
                    "the printed one is cited"
                )
                out.append((read, "printed"))
            else:
                out.append((page.label, "pdf"))
        else:
            out.append((read, "printed" if read else "none"))
    return out


_BROKEN = re.compile(rf"([^\W_]+){SOFT_HYPHEN}([^\W_]+)")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def _decide_hyphens(pages: Sequence[SourcePage]) -> list[SourcePage]:
    """Pages in which a marked line-end hyphen that belongs to the word has become an ordinary hyphen.

    The document's own vocabulary decides: the closed form if it occurs elsewhere, else the hyphenated form, else the
    hyphen stays when both halves are words of the document (each of three letters or more), a half is a figure, or
    the second half begins with a capital.
    """
    if not any(SOFT_HYPHEN in page.text for page in pages):
        return list(pages)
    words: Counter[str] = Counter()
    for page in pages:
        if SOFT_HYPHEN in page.text:
            clean = re.sub(rf"\S*{SOFT_HYPHEN}\S*", " ", page.text)
        else:
            clean = page.text
        words.update(w.casefold() for w in _WORD.findall(clean))

    def decide(match: re.Match[str]) -> str:
        left, right = match.group(1), match.group(2)
        a, b = left.casefold(), right.casefold()
        if right[0].isdigit() or left[-1].isdigit():
            keep = True
        elif words[a + b]:
            keep = words[f"{a}-{b}"] > words[a + b]
        elif words[f"{a}-{b}"]:
            keep = True
        elif right[0].isupper() and not left.isupper():
            keep = True
        else:
            keep = len(a) > 2 and len(b) > 2 and words[a] > 0 and words[b] > 0
        return left + ("-" if keep else SOFT_HYPHEN) + right

    out: list[SourcePage] = []
    for page in pages:
        text = page.text
        if SOFT_HYPHEN in text:
            text = _BROKEN.sub(decide, text)
            # a mark that does not stand between two word parts is a printed hyphen
            text = re.sub(rf"(?<![^\W_]){SOFT_HYPHEN}|{SOFT_HYPHEN}(?![^\W_])", "-", text)
        out.append(SourcePage(page.index, text, page.lines, page.label, page.marks, page.ocr))
    return out
