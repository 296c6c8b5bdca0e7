"""Finds enumerations in a document's text: the words that introduce one, and its points, as spans. Pure.

The languages are English, Korean and Spanish.

A point begins with a mark: a bullet, a letter, a number, or a Korean syllable used as a number. The first mark after
the introducing words decides which kind of mark separates the points; marks of other kinds belong to the inside of a
point. Numbers must be consecutive.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.text.lazy_patterns import lazy
from kb.text.numerals import roman_value
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_POINTS = 60
"""Points of one enumeration that are followed."""
LONGEST_ENUMERATION = 16_000
"""Characters after the opening words in which points are looked for."""
LONGEST_POINT = 2_500
"""Characters of a point that nothing after it ends."""

_OPENING_WORDS = lazy(
    r"[:：](?:\s*[\"”’')\]])?\s*\d{0,3}$"
    r"|다음(?:과 ?같|의 ?(?:각 ?)?(?:호|목|사항|어느)|[ 각]*(?:호|목)|에 ?해당|사항)[^.。]{0,60}[.。]?$"
    r"|아래와 ?같[^.。]{0,12}[.。]?$"
    r"|\b(?:the following|as follows|below|lo siguiente|los siguientes|las siguientes)\.?$",
    re.IGNORECASE,
)
_LINE_END = lazy(r"[\n\u2029]")
"""A line ends, or a paragraph does (:data:`kb.types.PARAGRAPH_END`)."""
_COUNTING_SYLLABLES = "가나다라마바사아자차카타파하"
_CIRCLED_NUMBER = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_AT_LINE = r"(?:^|(?<=[\n\f\u2029]))[ \t]*"
_INSIDE = r"(?<=[;:：,.])\s+(?:(?:and|or|y|o|및|또는)\s+)?|(?<=\band)\s+|(?<=\bor)\s+|(?<=및)\s+|(?<=또는)\s+"
_POINT_MARK = lazy(
    rf"(?:{_AT_LINE}|(?P<inside>{_INSIDE}))"
    r"(?P<mark>"
    r"\((?P<pletter>[a-z]{1,2})\)"
    r"|\((?P<pnumber>\d{1,2})\)"
    rf"|(?P<circled>[{_CIRCLED_NUMBER}])"
    r"|(?P<letter>[a-z])\)"
    r"|(?P<number>\d{1,2})(?:의(?P<branch>\d{1,2}))?(?P<sign>[.)])(?!\d)"
    rf"|(?P<syllable>[{_COUNTING_SYLLABLES}])(?P<ssign>[.)])"
    r"|(?P<bullet>[•▪◦·●○◯□■◆❍➢✓‣∙⁃–—\-*\ue000-\uf8ffㅇ])(?=\s)"
    r"|(?P<ldot>[a-z])\.(?=\s)"
    r")(?=\s|[^\W\d_]|[“\"‘'(「『])"
)
_FIRST_ANYWHERE = ("pletter", "pnumber", "circled")
"""Kinds of marks that may also stand inside a line: brackets and circles are no part of a sentence."""
_SENTENCE_OVER = lazy(r"[.。!?][\"”’')\]]*\d{0,3}\s*$")
_CONTINUES = lazy(r"\s*(?:[a-zà-ÿ,;]|\((?!\w{1,4}\)))")
_SENTENCE_CUT = lazy(r"[.。!?;:][\"”’')\]]*\d{0,3}\s+(?=[A-ZÀ-Þ“\"‘'(가-힣\d•])|\n\s*\n|[\f\u2029]")
_NO_CUT = lazy(r"(?:\b(?:[Aa]rt|[Nn]o|[Pp]ara|e\.g|i\.e|cf|vs|pp?)|(?:^|[\n\u2029])\s*\d+)\.\s+$")
"""An abbreviation, or a number that opens a line."""
_INLINE_END = lazy(r"[.。!?][\"”’')\]]*(?=\s+[A-ZÀ-Þ“\"가-힣]|\s*$)")


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    value: tuple[int, int]
    start: int
    inside: bool
    roman: int = 0


def opens_enumeration(words: str) -> bool:
    """Whether words end where an enumeration begins: at a colon, or with "the following", "다음 각 호와 같다."."""
    return _OPENING_WORDS.search(words.rstrip()) is not None


def points_after(text: str, at: int, stop: int) -> tuple[Span, ...]:
    """The points that follow opening words which end at ``at``, in order; none where no mark is there.

    Nothing behind ``stop`` is a point. Each point ends where the next one begins, the last one where its sentence does.
    """
    stop = min(stop, len(text), at + LONGEST_ENUMERATION)
    marks = _marks_of_points(text, at, stop)
    if not marks or text[at : marks[0].start].strip(" \t\n\f\u2029:：*·"):
        return _points_by_semicolons(text, at, stop)
    first = marks[0]
    mine = [first]
    for n, mark in enumerate(marks[1:], 1):
        if len(mine) < MOST_POINTS and _comes_next(mine[-1], mark, first) and not _begins_romans(marks, n):
            mine.append(mark)
    last = mine[-1]
    over = _INLINE_END.search(text, last.start + 3, stop) if last.inside else None
    ends = [*(mark.start for mark in mine[1:]), over.end() if over else _last_end(text, last.start, stop)]
    return tuple(_without_blanks(text, mark.start, end) for mark, end in zip(mine, ends, strict=True))


def enumeration_around(text: str, at: int, floor: int, stop: int) -> tuple[Span, tuple[Span, ...]] | None:
    """The innermost enumeration with a point that contains the character ``at``: its introducing words and its points.

    Introducing words are searched for from ``at`` back to ``floor``; ``None`` if none of them introduce that point.
    """
    for opening in reversed(_openings(text, floor, at)):
        points = points_after(text, opening.end, stop)
        if len(points) > 1 and any(p.start <= at < p.end for p in points):
            return opening, points
    return None


def _openings(text: str, floor: int, at: int) -> list[Span]:
    """The stretches before ``at`` that open an enumeration, each from the beginning of its sentence."""
    out: list[Span] = []
    for match in re.finditer(r"[:：](?=\s)|다음[^.。\n]{0,20}(?:\n[^.。\n]{0,40})?[.。](?=\s)", text[floor:at]):
        end = floor + match.end()
        start = sentence_start(text, end - 1, floor)
        if opens_enumeration(" ".join(text[start:end].split())):
            out.append(Span(start, end))
    return out


def sentence_start(text: str, at: int, floor: int) -> int:
    """The start of the sentence that contains the character ``at``, not before ``floor``."""
    behind = text[floor:at]
    cuts = [
        m.end() for m in _SENTENCE_CUT.finditer(behind) if not _NO_CUT.search(behind[max(0, m.end() - 12) : m.end()])
    ]
    start = floor + (cuts[-1] if cuts else 0)
    while start < at and text[start].isspace():
        start += 1
    return start


def _marks_of_points(text: str, at: int, stop: int) -> list[_Mark]:
    out: list[_Mark] = []
    for match in _POINT_MARK.finditer(text, at, stop):
        kind = match.lastgroup or ""
        kind = next(k for k in _MARK_KINDS if match[k] is not None)
        inside = match["inside"] is not None and not _LINE_END.search(match["inside"])
        if inside and kind not in _FIRST_ANYWHERE and out:
            continue
        out.append(_mark_of(kind, match, inside))
    return out


_MARK_KINDS = ("pletter", "pnumber", "circled", "letter", "number", "syllable", "bullet", "ldot")


def _mark_of(kind: str, match: re.Match[str], inside: bool) -> _Mark:
    found, start = match[kind], match.start("mark")
    if kind in {"pletter", "letter", "ldot"}:
        value = ord(found[0]) - 96 if len(found) == 1 else 0
        return _Mark(kind, (value, 0), start, inside, roman_value(found) or 0)
    if kind == "circled":
        return _Mark(kind, (_CIRCLED_NUMBER.index(found) + 1, 0), start, inside)
    if kind == "syllable":
        return _Mark(kind + match["ssign"], (_COUNTING_SYLLABLES.index(found) + 1, 0), start, inside)
    if kind == "bullet":
        return _Mark(kind + found, (0, 0), start, inside)
    sign = match["sign"] if kind == "number" else ""
    return _Mark(kind + (sign or ""), (int(found), int(match["branch"] or 0) if kind == "number" else 0), start, inside)


def _comes_next(last: _Mark, mark: _Mark, first: _Mark) -> bool:
    """Whether a mark is the next one of the enumeration that ``first`` began."""
    if mark.kind != first.kind:
        return False
    if first.kind.startswith("bullet"):
        return True
    if first.roman == 1 and first.value != (1, 0):  # (i), (ii), (iii)
        return last.roman > 0 and mark.roman == last.roman + 1
    (a, branch), (b, other) = last.value, mark.value
    return (b == a + 1 and other == 0) or (b == a and other == (branch or 1) + 1)


def _begins_romans(marks: Sequence[_Mark], n: int) -> bool:
    """Whether the letter i behind an h is the first of the roman numerals (i), (ii)."""
    one, after = marks[n], next((m for m in marks[n + 1 :] if m.kind == marks[n].kind), None)
    return one.roman == 1 and one.value == (9, 0) and after is not None and after.roman == 2


def run_of_points(text: str, at: int, floor: int, stop: int) -> tuple[Span, tuple[Span, ...]] | None:
    """The run ①, ②, ③ … of which a point holds the character ``at``, with the sentence before it; ``None``: none."""
    first = next((m.start() for m in reversed(list(re.finditer(_CIRCLED_NUMBER[0], text[floor : at + 1])))), None)
    if first is None:
        return None
    points = points_after(text, floor + first, stop)
    if len(points) < 2 or not any(p.start <= at < p.end for p in points):
        return None
    before = floor + len(text[floor : floor + first].rstrip())
    return Span(sentence_start(text, max(floor, before - 1), floor), before), points


def _last_end(text: str, start: int, stop: int) -> int:
    """The end of the last point: the end of a paragraph, or of a line that ends its sentence before the next begins
    another one."""
    at = start
    end = min(stop, start + LONGEST_POINT)
    while at < end:
        broken = _LINE_END.search(text, at, end)
        line_end = broken.start() if broken else end
        done = text[start:line_end]
        rest = text[line_end:end].lstrip(" \t\n\f\u2029")
        blank = re.match(r"[ \t]*(?:\n[ \t]*\n|\u2029)", text[line_end:end])
        if line_end > start and blank and not _CONTINUES.match(rest):
            return line_end
        if _SENTENCE_OVER.search(done) and not _CONTINUES.match(rest):
            return line_end
        at = line_end + 1
    over = [m.end() for m in re.finditer(r"[.。!?;](?=\s|$)", text[start:end])]
    return end if end == stop or not over else start + over[-1]


def _points_by_semicolons(text: str, at: int, stop: int) -> tuple[Span, ...]:
    """Points without marks: the pieces of a sentence that semicolons divide, each on a line of its own."""
    end = _last_end(text, at, stop)
    pieces: list[Span] = []
    start = at
    for match in re.finditer(r";(?:\s+(?:and|or|y|o))?\s*[\n\u2029]", text[at:end]):
        pieces.append(_without_blanks(text, start, at + match.end()))
        start = at + match.end()
    if not pieces:
        return ()
    pieces.append(_without_blanks(text, start, _last_end(text, start, stop)))
    return tuple(p for p in pieces if p.end > p.start)


def _without_blanks(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
