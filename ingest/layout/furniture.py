"""Finds running headers and footers, page numbers and watermarks, which are not part of a page's text. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.source_page import SourceLine, SourcePage

BAND = 0.13
"""The share of the page height, at the top and at the bottom, in which furniture is looked for."""

MIN_REPEATS = 3
"""A line is a running header or footer if it occurs at the same height on this many pages."""

MAX_GAP = 3
"""The largest distance, in pages, between most pages with a running line."""

_RUNNING_NUMBER = re.compile(r"\d{1,5}")
WATERMARK = re.compile(
    r"Authorized licensed use limited to|Downloaded on .{0,60}(?:from IEEE|$)"
    r"|^\s*(?:from )?IEEE Xplore\.?\s*Restrictions"
    r"|^\s*Restrictions apply\.?\s*$|^\s*(?:from )?IEEE Xplore\.\s*$"
    r"|licensed to:? .{0,80} (?:single[- ]user|copying)|^\s*Copyrighted and Authorized by IEEE",
    re.IGNORECASE,
)
_WATERMARK_BEGINS = re.compile(r"Authorized licensed use limited", re.IGNORECASE)
_WATERMARK_ENDS = re.compile(r"Restrictions\s+apply", re.IGNORECASE)
MAX_WATERMARK_LINES = 6
"""A licence watermark is broken into at most this many lines."""

_CONTINUED = re.compile(
    r"\W*(?:table )?(?:continued (?:on|from) (?:the )?(?:next|previous|following) page"
    r"|continúa en la página siguiente)\W*",
    re.IGNORECASE,
)


def line_pattern(text: str) -> str:
    """A line without the parts that change from page to page: digits, blanks, letter case."""
    return re.sub(r"\s+", "", re.sub(r"\d+", "#", text)).casefold()


def _in_band(line: SourceLine) -> str | None:
    if line.top < BAND:
        return "top"
    if line.top > 1 - BAND:
        return "bottom"
    return None


def recurring_lines(pages: Sequence[SourcePage]) -> list[frozenset[int]]:
    """Per page, the lines that recur at the same height in the head or foot of neighbouring pages.

    A line recurs either with the same figures, or with figures that keep their distance from the page number. Lines
    that only look alike ("Article 3" on one page, "Article 14" many pages later) do not recur.
    """
    seen: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    places: list[list[tuple[int, list[tuple[str, str, int]]]]] = []
    offsets = _page_number_offsets(pages)
    for page in pages:
        here: list[tuple[int, list[tuple[str, str, int]]]] = []
        for i, line in enumerate(page.lines):
            band = _in_band(line)
            text = page.text[line.start : line.end] if band else ""
            if band and (len(text) > 40 or sum(c.isalnum() for c in text) > 1):
                top = round(line.top * 100)
                keys = [re.sub(r"\s+", "", text).casefold()]
                pattern = line_pattern(text)
                for slot, digits in enumerate(_RUNNING_NUMBER.findall(text)[:8]):
                    if page.index - int(digits) in offsets:
                        keys.append(f"{pattern}@{slot}:{page.index - int(digits)}")
                here.append((i, [(band, key, top) for key in keys]))
                for key in keys:
                    seen[(band, key, top)].add(page.index)
        places.append(here)

    least = min(MIN_REPEATS, max(2, len(pages)))  # a leaflet of two pages has running lines too

    def recurs(place: tuple[str, str, int]) -> bool:
        band, key, top = place
        found = sorted(set().union(*(seen.get((band, key, t), set()) for t in (top - 1, top, top + 1))))
        near = sum(b - a <= MAX_GAP for a, b in pairwise(found))
        return len(found) >= least and near >= 0.6 * (len(found) - 1)

    counters = _counting_edges(pages)
    sections = _numbered_running_lines(pages, offsets)
    return [
        frozenset(i for i, keys in here if any(recurs(key) for key in keys)) | counting | of_section
        for here, counting, of_section in zip(places, counters, sections, strict=True)
    ]


def _numbered_running_lines(pages: Sequence[SourcePage], offsets: frozenset[int]) -> list[frozenset[int]]:
    """Per page, its outermost line if that is the title of the current section with the page's number beside it.

    "2.3. Scope of the rules 17" has other words on each page. It is recognised because its first or last figure is the
    page's number, at the height where other pages have theirs. A figure before the words may also be a heading's ("3
    Transparency" on page 3); therefore the same words must then occur on a second page.
    """
    found: list[tuple[int, int, float]] = []
    ahead: dict[tuple[int, int], str] = {}
    for n, page in enumerate(pages):
        shown = [i for i, line in enumerate(page.lines) if page.text[line.start : line.end].strip() and not line.hidden]
        for pick in (min, max) if len(shown) > 1 else ():
            i = pick(shown, key=lambda i: page.lines[i].top)
            beside = _BESIDE_WORDS.fullmatch(page.text[page.lines[i].start : page.lines[i].end].strip())
            number = (beside["before"] or beside["after"]) if beside and _in_band(page.lines[i]) else ""
            if number and page.index - int(number) in offsets:
                found.append((n, i, page.lines[i].top))
                if beside and beside["before"]:
                    ahead[n, i] = beside[0].removeprefix(beside["before"]).strip().casefold()
    recurring = Counter(ahead.values())
    found = [each for each in found if each[:2] not in ahead or recurring[ahead[each[:2]]] > 1]
    out: list[set[int]] = [set() for _ in pages]
    least = max(MIN_REPEATS, 0.1 * len(pages))
    for n, i, top in found:
        if sum(abs(other - top) < _LEVEL for _, _, other in found) >= least:
            out[n].add(i)
    return [frozenset(lines) for lines in out]


_DECORATED = re.compile(
    r"[-–—]\s?\d{1,4}\s?[-–—]|\[\s?(?:page\s)?\d{1,4}\s?\]|(?:page|página|쪽)\s\d{1,4}(?:\s(?:of|de|/)\s\d{1,4})?"
    r"|[-–—]?\s?\d{1,4}\s?쪽\s?[-–—]?",
    re.IGNORECASE,
)
_MARKED_NUMBER = re.compile(
    r"\[\s?(?:page\s)?\d{1,4}\s?\]|\b(?:page|página)\s\d{1,4}|\d{1,4}\s?쪽|(?<!\S)[-–—]\s?\d{1,4}\s?[-–—](?!\S)",
    re.IGNORECASE,
)
_BESIDE_WORDS = re.compile(r"(?P<before>\d{1,4})\s+[^\W\d].*\D|(?=.*[^\W\d]{3}).{3,120}\s(?P<after>\d{1,4})")
_LEVEL = 0.008
_SAME_HEIGHT = 0.03
_OUTER = 0.3


def _counting_edges(pages: Sequence[SourcePage]) -> list[frozenset[int]]:
    """Per page, its lowest or highest line if that counts the pages, at any distance from the paper's edge.

    Such a line is only a page number in dashes, brackets or after the word "page"; or it has a page number beside words
    that are the same on most pages and on three at least, all at one height in the outer thirds of the page.
    """
    found: list[list[tuple[int, str, int, bool, float, str]]] = []
    for page in pages:
        here: list[tuple[int, str, int, bool, float, str]] = []
        kept = [i for i, line in enumerate(page.lines) if page.text[line.start : line.end].strip() and not line.hidden]
        for edge, pick in (("bottom", max), ("top", min)):
            if len(kept) < 2:
                continue
            i = pick(kept, key=lambda i: page.lines[i].top)
            text = page.text[page.lines[i].start : page.lines[i].end].strip()
            numbers = _RUNNING_NUMBER.findall(text)
            lone = _DECORATED.fullmatch(text) is not None
            marked = _MARKED_NUMBER.search(text)
            if numbers and (lone or (marked and min(page.lines[i].top, 1 - page.lines[i].top) < _OUTER)):
                number = _RUNNING_NUMBER.search(marked.group() if marked else text)
                offset = page.index - int(number.group() if number else numbers[0])
                here.append((i, edge, offset, lone, page.lines[i].top, line_pattern(text)))
        found.append(here)
    every = [entry for here in found for entry in here]

    def counts(entry: tuple[int, str, int, bool, float, str]) -> bool:
        _, edge, offset, lone, top, pattern = entry
        same = [e for e in every if e[1:4] == (edge, offset, lone) and e[5] == pattern]
        if lone:
            return len(same) >= 2
        level = [e for e in same if abs(e[4] - top) < _SAME_HEIGHT]
        return len(level) >= max(MIN_REPEATS, 0.5 * len(pages))

    return [frozenset(entry[0] for entry in here if counts(entry)) for here in found]


def _page_number_offsets(pages: Sequence[SourcePage]) -> frozenset[int]:
    """The differences "physical page minus printed figure" found in the head or foot of a fifth of the pages.

    Such figures are page numbers.
    """
    support: Counter[int] = Counter()
    for page in pages:
        here: set[int] = set()
        for line in page.lines:
            if _in_band(line):
                here.update(page.index - int(d) for d in _RUNNING_NUMBER.findall(page.text[line.start : line.end])[:8])
        support.update(here)
    least = min(MIN_REPEATS, max(2, len(pages)))
    return frozenset(o for o, n in support.items() if n >= max(least, 0.2 * len(pages)))


def furniture_lines(page: SourcePage, repeated: frozenset[int]) -> frozenset[int]:
    """The indices of a page's lines to cut.

    These are recurring lines and page numbers beside them, licence watermarks anywhere on the page however they are
    broken into lines, "continued on next page", lone page numbers at an edge, and words that are painted over.
    """
    out = set(repeated)
    texts = [page.text[line.start : line.end].strip() for line in page.lines]
    for i, line in enumerate(page.lines):
        text = texts[i]
        if (
            line.hidden
            or WATERMARK.search(text)
            or _CONTINUED.fullmatch(text)
            or (
                _in_band(line)
                and is_lone_number(text)
                and (_at_edge(page, i) or _is_level_with_recurring_line(page, i, repeated))
            )
        ):
            out.add(i)
        if _WATERMARK_BEGINS.search(text):
            # the watermark includes the licensee's name and may be broken into lines anywhere
            for j in range(i, min(i + MAX_WATERMARK_LINES, len(texts))):
                if _WATERMARK_ENDS.search(" ".join(texts[i : j + 1])):
                    out.update(range(i, j + 1))
                    break
    return frozenset(out)


def _is_level_with_recurring_line(page: SourcePage, i: int, repeated: frozenset[int]) -> bool:
    """Whether line ``i`` is at the height of a recurring line: a chapter's number before its running title."""
    line = page.lines[i]
    return any(abs(page.lines[j].top - line.top) < 0.015 for j in repeated if j != i)


def is_lone_number(text: str) -> bool:
    """Whether a line is only a page number: "12", "iv", "Page 3 of 9", "쪽 7"."""
    core = text.strip(" -–—|.[]")
    counted = r"(?:page|p\.?|página|쪽)?\s*(?:\d{1,4}|[ivxlc]{1,8})(?:\s*(?:/|of|de)\s*\d{1,4})?"
    if re.fullmatch(r"[ivxlc]+", core, re.IGNORECASE):
        return core.casefold() == core and roman_value(core) is not None
    return bool(re.fullmatch(counted, core, re.IGNORECASE))


def _at_edge(page: SourcePage, i: int) -> bool:
    """Whether line ``i`` is the outermost line of the page at the top or at the bottom."""
    tops = [line.top for line in page.lines]
    top = page.lines[i].top
    return top <= min(tops) + 0.012 or top >= max(tops) - 0.012
