"""Finds footnote marks among the small figures of a page's text, to cut them from it. Pure.

A figure's form alone does not make it a mark; there must be further evidence. A figure that is printed small and above
the base line is a mark if it follows a word or a full stop. Behind a figure, a letter or a unit of measure it is one
only if a note at the foot of the page has its number, or if it fills a gap in the sequence of marks. A figure that is
attached to a word and printed like it ("records12") is a mark only if a note at the foot of the same page has this
number, no raised mark refers to that note, and the same word with the same figure occurs nowhere else. Exponents,
units, formulas and years ("10²⁵", "m²", "CO2", "20 million") stay in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from ingest.layout.source_lists import lists_sources
from kb.text.numerals import roman_value
from kb.types import RAISED_FIGURES

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from ingest.layout.source_page import SourceLine, SourcePage

_NOTE_LABEL = re.compile(
    r"\s*[(\[]?\s{0,2}(?P<name>\d{1,3}|[ivxl]{1,6}|[*†‡§+]{1,3}|[⁰¹²³⁴-⁹]{1,3})\s{0,2}[)\]]?[.:]?(?P<gap>\s*)(?=\S)"
)
_NAMES = re.compile(r"\d{1,3}|[ivxl]+|[*†‡§+]+")
_BEFORE_EXPONENT = frozenset(
    ["m", "km", "cm", "mm", "dm", "ft", "in", "mi", "yd", "s", "sec", "kg", "ha", "x", "r", "n"]
)
"""Units of measure and names of variables, which an exponent may follow."""

_FIGURE_AT_WORD = re.compile(
    r"(?P<base>[^\W\d_]{3,})(?P<stop>[.,;:!?)\]”’\"'»]{0,3})(?P<name>\d{1,3})(?=$|[\s.,;:)\]”’\"])", re.MULTILINE
)
_NOTE_SIZE = 0.93
"""Notes are set smaller than this share of the body, or their number is."""

_FOOT = 0.3
"""Notes are below this part of the page height."""

_NEAR = 3
"""A mark that is missing is looked for on a page when its neighbours are no more than this many pages away."""

_CLOSING = ".,;:!?)]”’»"
_STOPS_BEFORE_MARK = frozenset(".,;:!?)]”’»\"'%…")
_RUN_OF_MARKS = 3
"""Number of consecutive marks that count as marks even if no note is found."""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A mark in a page's raw text: its words, its range, and the range that is cut with it."""

    name: str
    start: int
    end: int
    cut: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    start: int
    end: int
    names: tuple[str, ...]
    base: str


def note_marks(
    pages: Sequence[SourcePage], furniture: Sequence[Set[int]], body_size: float
) -> list[tuple[NoteMark, ...]]:
    """Per page, the marks in the order in which they are in its raw text; ``furniture`` are lines that are cut."""
    if not any(page.lines for page in pages):
        return [() for _ in pages]
    feet = [_foot(page, dropped, body_size) for page, dropped in zip(pages, furniture, strict=True)]
    labels = [_labels(page, foot, body_size) for page, foot in zip(pages, feet, strict=True)]
    listed = _end_notes(pages)
    found = [
        [
            _Candidate(n, start, end, names, _base(page.text, start))
            for start, end in page.marks
            if (names := _names(page.text[start:end]))
        ]
        for n, page in enumerate(pages)
    ]
    counted = _counting(found)
    out: list[tuple[NoteMark, ...]] = []
    tokens: Counter[str] = Counter()
    taken: list[list[_Candidate]] = [[] for _ in pages]
    for n, page in enumerate(pages):
        near = labels[n] | (labels[n + 1] if n + 1 < len(pages) else frozenset())
        taken[n] = [c for c in found[n] if _is_mark(c, page, near, listed, counted)]
    for n, page in enumerate(pages):
        near_pages = range(max(0, n - _NEAR), min(len(pages), n + _NEAR + 1))
        have = {name for i in near_pages for c in taken[i] for name in c.names}
        possible = {name for i in near_pages for c in found[i] for name in c.names}
        once = Counter(name for c in found[n] for name in c.names)
        for c in found[n]:
            has_a_note = c.names[0] in labels[n] and once[c.names[0]] == 1
            if c not in taken[n] and (has_a_note or _fills_a_gap(c, page, have, possible)):
                taken[n].append(c)
                have.update(c.names)
        if wanted := _without_a_mark(page, feet[n], taken[n]):
            tokens = tokens or _glued_tokens(pages)
            taken[n] += _unraised(n, page, feet[n], wanted, tokens)
        if (missing := _missing_between(page, taken[n])) and len(taken[n]) > 1:
            tokens = tokens or _glued_tokens(pages)
            for name, start, end in missing:
                found_here = _unraised(n, page, feet[n], [name], tokens)
                taken[n] += [c for c in found_here if start < c.start < end]
        out.append(tuple(_note_mark(page.text, c) for c in sorted(taken[n], key=lambda c: c.start)))
    return out


def without_marks(page: SourcePage, marks: Sequence[NoteMark]) -> SourcePage:
    """The page with lines that marks do not divide: a mark alone is not a line, and it ends none.

    If only a mark was between two words, its last character becomes the blank between them. The text keeps its length,
    so that every offset stays valid.
    """
    if not marks:
        return page
    text = list(page.text)
    for mark in marks:
        if mark.cut[1] < mark.end:
            text[mark.cut[1]] = " "
    lines: list[SourceLine] = []
    for line in page.lines:
        before = lines[-1] if lines else None
        beside = before is not None and before.end <= line.start and _goes_on_to_the_right(before, line)
        is_mark = any(a <= line.start and not page.text[b : line.end].strip() for a, b in _cuts_in_line(marks, line))
        if before is not None and beside and (is_mark or any(_is_at_line_break(mark, before, line) for mark in marks)):
            for i in range(before.end, line.start):
                text[i] = " "
            lines[-1] = replace(before, end=line.end, x1=max(before.x1, line.x1))
        elif not is_mark:
            lines.append(line)
    return replace(page, text="".join(text), lines=tuple(lines))


def with_exponents(page: SourcePage, marks: Sequence[NoteMark]) -> SourcePage:
    """The page with the raised figures behind a figure or a unit that are no marks as raised characters: "10²⁵" is not
    read as "1025". The text keeps its length."""
    text = page.text
    for start, end in page.marks:
        figure = text[start:end]
        is_cut = any(mark.cut[0] < end and start < mark.cut[1] for mark in marks)
        base = _base(text, start) if start and not text[start - 1].isspace() else ""
        is_exponent = base.isdigit() or base.casefold() in _BEFORE_EXPONENT
        if not is_cut and figure.isascii() and figure.isdigit() and is_exponent:
            text = text[:start] + figure.translate(RAISED_FIGURES) + text[end:]
    return replace(page, text=text)


def _cuts_in_line(marks: Sequence[NoteMark], line: SourceLine) -> list[tuple[int, int]]:
    return [mark.cut for mark in marks if mark.cut[0] < line.end and line.start < mark.cut[1]]


def _is_at_line_break(mark: NoteMark, before: SourceLine, line: SourceLine) -> bool:
    """Whether a mark stands where one line ends and the other begins."""
    return mark.start <= line.start and mark.end >= before.end and before.start < mark.end


def _goes_on_to_the_right(before: SourceLine, line: SourceLine) -> bool:
    """Whether a line goes on to the right of another on the same visual line."""
    height = max(before.bottom - before.top, line.bottom - line.top)
    middle = abs((before.top + before.bottom) - (line.top + line.bottom)) / 2
    return bool(before.bottom) and middle < 0.8 * height and -3 <= line.x0 - before.x1 < 40


def _names(text: str) -> tuple[str, ...]:
    """The names of the notes that a mark calls: figures as figures, a range by both its ends."""
    return tuple(name.lstrip("0") or name for name in _NAMES.findall(_figures(text)))


def _figures(text: str) -> str:
    """The text with raised figures as plain ones."""
    return "".join(str(unicodedata.digit(c)) if c in "⁰¹²³⁴⁵⁶⁷⁸⁹" else c for c in text)


def _base(text: str, start: int) -> str:
    """The letters or figures right before a place, blanks aside."""
    match = re.search(r"[^\W\d_]+$|\d+$", text[max(0, start - 40) : start].rstrip())
    return match.group() if match else ""


def _labels(page: SourcePage, foot: Sequence[SourceLine], body_size: float) -> frozenset[str]:
    """The names of the notes that begin on a page: small lines, or lines with a small figure in front."""
    low = [line for line in page.lines if line.top >= _FOOT and line.size < _NOTE_SIZE * body_size]
    return frozenset(name for line in (*low, *foot) if (name := _note_label(page.text, line.start)))


def _note_label(text: str, start: int) -> str:
    """The name of the note that begins at a place, or ""."""
    match = _NOTE_LABEL.match(text, start)
    if match is None:
        return ""
    after = text[match.end() : match.end() + 1]
    closed = match.group().rstrip()[-1:] in ")]"
    if not (match["gap"] or closed) and (match["name"][0].isalpha() or not (after.isalpha() or after in "\"'“‘(<")):
        return ""
    return _names(match["name"])[0]


def _end_notes(pages: Sequence[SourcePage]) -> frozenset[str]:
    """The names in the lists of notes or sources that are at the end of a document or of its chapters."""
    out: set[str] = set()
    inside = False
    for page in pages:
        for line in page.lines:
            words = " ".join(page.text[line.start : line.end].split())
            if words and len(words) < 60 and lists_sources(words):
                inside = True
            elif inside and (name := _note_label(page.text, line.start)):
                out.add(name)
    return frozenset(out)


def _number_of_note(name: str) -> int | None:
    return int(name) if name.isdigit() else roman_value(name)


def _counting(found: Sequence[Sequence[_Candidate]]) -> frozenset[tuple[int, int]]:
    """Page and start of the candidates that count on, three or more in a row; up to two others may be between."""
    row = [
        (value, c) for page in found for c in page for name in c.names if (value := _number_of_note(name)) is not None
    ]

    def lengths(values: Sequence[int]) -> list[int]:
        out: list[int] = []
        for i, value in enumerate(values):
            out.append(1 + max((out[j] for j in range(max(0, i - 3), i) if values[j] == value - 1), default=0))
        return out

    values = [value for value, _ in row]
    before = lengths(values)
    after = lengths([-value for value in reversed(values)])[::-1]
    return frozenset(
        (c.page, c.start) for (_, c), a, b in zip(row, before, after, strict=True) if a + b - 1 >= _RUN_OF_MARKS
    )


def _is_mark(c: _Candidate, page: SourcePage, near: Set[str], listed: Set[str], counting: Set[tuple[int, int]]) -> bool:
    """Whether a raised figure is the mark of a note by the characters before it: ``near`` are notes of this page and
    the next."""
    if c.base.isdigit() or c.base.casefold() in _BEFORE_EXPONENT:
        return False
    if re.match(r"\.\d", page.text[c.end : c.end + 2]):
        return False  # the number of a row behind its label: "Care of ropes 1.6"
    before = page.text[: c.start].rstrip()[-1:]
    behind_a_word = len(c.base) > 2 or before in _STOPS_BEFORE_MARK
    named = any(name in near for name in c.names) or all(name in listed for name in c.names)
    return behind_a_word or named or (c.page, c.start) in counting


def _fills_a_gap(c: _Candidate, page: SourcePage, have: Set[str], possible: Set[str]) -> bool:
    """Whether a raised figure behind a figure is a mark: in brackets, or missing among the marks of the pages near it.

    ``have`` are the marks of those pages that are known, ``possible`` all raised figures there.
    """
    value = _number_of_note(c.names[0])
    if value is None or c.names[0] in have:
        return False
    return page.text[c.start] in "([" or all(str(n) in possible for n in (value - 1, value + 1) if n)


# --- marks that are printed like the words


def _glued_tokens(pages: Sequence[SourcePage]) -> Counter[str]:
    """How often each word with a figure glued to it is in the document."""
    return Counter(m["base"].casefold() + m["name"] for page in pages for m in _FIGURE_AT_WORD.finditer(page.text))


def _without_a_mark(page: SourcePage, foot: Sequence[SourceLine], taken: Sequence[_Candidate]) -> list[str]:
    """The notes at the foot of a page, numbered one after the other, that no mark calls."""
    have = {name for c in taken for name in c.names}
    at_foot = [name for line in foot if (name := _note_label(page.text, line.start)) and name.isdigit()]
    if any(int(b) != int(a) + 1 for a, b in pairwise(at_foot)):
        return []
    return [name for name in at_foot if name not in have]


def _missing_between(page: SourcePage, taken: Sequence[_Candidate]) -> list[tuple[str, int, int]]:
    """The numbers that are missing in the sequence of a page's marks, and the places between which each must be.

    One or two marks may be missing between two that are in the order of the text: "…humanos⁶⁷ … públicas.68 … dos⁶⁹".
    """
    row = [(int(c.names[-1]), c) for c in sorted(taken, key=lambda c: c.start) if c.names[-1].isdigit()]
    have = {n for n, _ in row}
    return [
        (str(n), a.end, b.start)
        for (first, a), (last, b) in pairwise(row)
        if 1 < last - first <= _MOST_MISSING + 1
        for n in range(first + 1, last)
        if n not in have
    ]


_MOST_MISSING = 2


def _unraised(
    n: int, page: SourcePage, foot: Sequence[SourceLine], wanted: Sequence[str], tokens: Counter[str]
) -> list[_Candidate]:
    """The marks of notes that are printed like the words before them."""
    out: list[_Candidate] = []
    for name in wanted:
        hits = [
            m
            for m in _FIGURE_AT_WORD.finditer(page.text)
            if m["name"] == name
            and tokens[m["base"].casefold() + name] == 1
            and not m["base"][-2:].isupper()
            and not (m["stop"] == "." and m["base"].casefold() in _BEFORE_A_NUMBER)
            and not any(line.start <= m.start() < line.end for line in foot)
        ]
        if len(hits) == 1:
            out.append(_Candidate(n, hits[0].start("name"), hits[0].end("name"), (name,), hits[0]["base"]))
    return out


_BEFORE_A_NUMBER = frozenset("art arts nos para paras vol fig figs sec eds ver cap núm pág págs abs ziff".split())


_APART = 0.03
"""Notes in the print of the text begin this part of the page height below it."""
_MOST_LINES_OF_A_NOTE = 12


def _foot(page: SourcePage, dropped: Set[int], body_size: float) -> list[SourceLine]:
    """The lines of notes at the end of a page, from the first to the last.

    They are in small print, or in the print of the text behind a small number and well below it.
    """
    lines = sorted((line for i, line in enumerate(page.lines) if i not in dropped), key=lambda line: -line.top)
    small = 0
    for n, (line, above) in enumerate(zip_longest(lines, lines[1:])):
        if line.size < _NOTE_SIZE * body_size:
            apart = above is None or line.top - above.bottom > _APART
            if small == n or (apart and _note_label(page.text, line.start)):
                small = n + 1
        elif n - small >= _MOST_LINES_OF_A_NOTE:
            break
    return lines[:small][::-1]


# --- the ranges that are cut


def _note_mark(text: str, c: _Candidate) -> NoteMark:
    return NoteMark("".join(text[c.start : c.end].split()), c.start, c.end, _range_to_cut(text, c))


def _range_to_cut(text: str, c: _Candidate) -> tuple[int, int]:
    """The range that is cut with a mark: blanks before it, and those after it that would be before a comma."""
    start, end = c.start, c.end
    left = start
    while left and text[left - 1] in " \n":
        left -= 1
    right = end
    while right < len(text) and text[right] in " \n":
        right += 1
    if right < len(text) and text[right] in _CLOSING:
        return left, right
    if right > end or right == len(text):
        return left, end
    if left < start:
        return start, end  # the blank before the mark stays between the words
    return start, end - 1 if text[end].isalnum() else end  # the last character becomes the blank between two words
