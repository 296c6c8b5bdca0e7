"""Finds lists inside a unit: "1.", "3.1.", "(a)", "(ii)". Pure.

A line opens or continues a list only where its number is expected: the successor of the last number of an open list, or
a first number. An "(i)" after "(h)" can be both; the lines after it decide. Text that begins to the left of a list's
own text closes the list: it belongs to the unit around the list.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, refers
from ingest.layout.source_page import LineRole
from ingest.units.assembly import LIST_RANK, UnitDraft
from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.layout.line_features import LineFeatures

_BEFORE_COUNTER = re.compile(r"[\s▌*]*")
HANGUL_ORDER = "가나다라마바사아자차카타파하"
"""The syllables that count points in Korean texts."""

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("decimal", re.compile(r"(\d{1,2}\.\d{1,2})\.?(?!\d)\s+(?=\S)")),
    ("dot", re.compile(r"(\d{1,3})\.(?!\d)\s*(?=\S|$)")),
    ("paren", re.compile(r"\((\d{1,3}[A-Z]?)\)\s*(?=\S|$)")),
    ("alpha", re.compile(r"\(?([a-z]{1,2})\)\s*(?=\S|$)")),
    ("roman", re.compile(r"\(?([ivxl]{1,6})[).]\s*(?=\S|$)")),
    ("upper", re.compile(r"\(?([IVX]{1,5})[).]\s+(?=\S)")),
    ("letter", re.compile(r"([a-z])\.\s+(?=\S)")),
    ("close", re.compile(r"(\d{1,3})\)\s*(?=\S|$)")),
    ("hangul", re.compile(rf"([{HANGUL_ORDER}])\.\s+(?=\S)")),
    ("hangul close", re.compile(rf"([{HANGUL_ORDER}])\)\s*(?=\S)")),
)
_BEHIND_A_NUMBER = frozenset({"paren", "alpha", "roman"})
_NUMBERED_TITLE = re.compile(r"(?:[IVX]+|[Ⅰ-Ⅻ]|\d{1,2}(?:\.\d{1,2})*|[A-Z])\.?\s+[^\W\d_a-z](?:[^.;:,]{0,50})")
"""A short numbered title, "II. Principles", which no cross-reference begins on, whatever its last word is."""
_COLON = re.compile(r"[:：—]\s*$")
_TABLE = frozenset({LineRole.HEADS, LineRole.ROW})
_HANG = 5.0
"""A list has a hanging indent when its text begins this many points to the right of its numbers."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One way to read the start of a line as a number of a list; ``end`` is where the number ends.

    ``branch`` is the letter of a number that was inserted later: "(2A)".
    """

    form: str
    value: int
    number: str
    end: int
    branch: str = ""


@dataclass(slots=True)
class _Open:
    """A list that may continue: its form, last value, the left edge of its numbers, and the item now open."""

    form: str
    last: int
    indent: float
    page: int
    item: UnitDraft
    nth: int
    counter: str = ""
    shown: str = ""
    branch: str = ""
    closed: bool = False


def indent(features: LineFeatures, i: int) -> int:
    """The number of characters at the start of a line before its words."""
    line = features.layout.lines[i]
    text = features.layout.text[line.start : line.end]
    return len(text) - len(text.lstrip())


def readings(text: str) -> list[NumberReading]:
    """The ways in which a line's start can be read as the number of a list item."""
    lead = _BEFORE_COUNTER.match(text)
    skip = lead.end() if lead else 0
    out: list[NumberReading] = []
    for form, pattern in _FORMS:
        match = pattern.match(text, skip)
        if not match:
            continue
        number = match.group(1)
        if form in {"alpha", "letter"}:
            value = _letters(number)
        elif form in {"roman", "upper"}:
            value = roman_value(number)
        elif form in {"hangul", "hangul close"}:
            value = HANGUL_ORDER.index(number) + 1
        elif form == "decimal":
            value = int(number.rsplit(".", 1)[1])
        else:
            value = int(number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if value:
            branch = number[-1] if form == "paren" and number[-1].isalpha() else ""
            out.append(NumberReading(form, value, number, match.end(), branch))
    return out


def _letters(text: str) -> int | None:
    """a = 1 … z = 26, aa = 27, bb = 28."""
    if len(text) == 1:
        return ord(text) - 96
    return 26 + ord(text[0]) - 96 if text[0] == text[1] else None


def hanging(features: LineFeatures) -> dict[str, float]:
    """For each form of list with a hanging indent, the distance of the items' text from their numbers.

    A paragraph whose first line alone is indented steps back to the left: a form that mostly does so has none.
    """
    offsets: defaultdict[str, list[float]] = defaultdict(list)
    lines = features.layout.lines
    for i in range(len(lines) - 1):
        if i in features.notes or lines[i + 1].page != lines[i].page or i + 1 in features.heads:
            continue
        here = readings(features.texts[i])
        if here and not readings(features.texts[i + 1]) and lines[i].x1 - lines[i].x0 > 120:
            step = features.indents[i + 1] - features.indents[i]
            if -60 < step < 60:
                for reading in here:  # "(i)" counts as a letter and as a roman numeral
                    offsets[reading.form].append(step)
    return {form: median(steps) for form, steps in offsets.items() if len(steps) > 2 and median(steps) > _HANG}


def with_lists(
    features: LineFeatures,
    tops: Sequence[tuple[int, UnitDraft]],
    write: Callable[[str, Sequence[str]], str] | None = None,
) -> list[UnitDraft]:
    """The top units with the lists that were found inside them, in reading order; ``tops`` are (line, unit).

    ``write`` makes a point's path from its top unit's path and the numbers below it.
    """
    hang = hanging(features)
    out: list[UnitDraft] = []
    carried = 0
    for n, (line, unit) in enumerate(tops):
        out.append(unit)
        if unit.lists:
            stop = tops[n + 1][0] if n + 1 < len(tops) else len(features.texts)
            if unit.limit:
                stop = min(stop, features.at(unit.limit))
            beside = n > 0 and unit.kind == tops[n - 1][1].kind == "section"
            inside = _inside(features, unit, line, stop, hang, write or _path, carried if beside else 0)
            counted = [f for f in inside if f.rank == LIST_RANK and f.number.rsplit(" ", 1)[-1].isdigit()]
            carried = int(counted[-1].number.rsplit(" ", 1)[-1]) if counted else 0
            out.extend(inside)
    return out


def in_brackets(numbers: Sequence[str]) -> str:
    """The path of numbers: "(2)(a)", and for the second list of its kind in one place "(2), list 2 (a)"."""
    return "".join(f", {n}" if n.startswith("list ") else f"({n})" for n in numbers)


def _path(top: str, numbers: Sequence[str]) -> str:
    return top + in_brackets(numbers)


@dataclass(slots=True)
class _Inside:
    """The lists in one unit while its lines are read: those that are open, and the items that were found."""

    features: LineFeatures
    top: UnitDraft
    write: Callable[[str, Sequence[str]], str]
    levels: list[_Open] = field(default_factory=list)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: list[tuple[UnitDraft, str, bool]] = field(default_factory=list)

    def add(self, i: int, start: int, depth: int, reading: NumberReading, before: int, *, again: bool) -> None:
        """An item on a line, from an offset on: the next of an open list (``again``), or the first of a new one."""
        lines, levels = self.features.layout.lines, self.levels
        if again:
            del levels[depth + 1 :]
            level = levels[depth]
            level.last, level.branch = reading.value, reading.branch
            level.indent, level.page = self.features.indents[i], lines[i].page
            level.closed = False
        else:
            del levels[depth:]
            family = ".".join(x.counter for x in levels)
            form = "roman" if reading.form == "upper" else reading.form
            self.seen[(family, form)] += 1
            nth, indented = self.seen[(family, form)], self.features.indents[i]
            level = _Open(reading.form, reading.value, indented, lines[i].page, self.top, nth)
            levels.append(level)
        level.shown = reading.number.rsplit(".", 1)[-1]
        counter = level.shown.lower()
        if counter in HANGUL_ORDER:
            counter = chr(ord("a") + HANGUL_ORDER.index(counter))
        level.counter = counter if level.nth == 1 else f"list{level.nth}.{counter}"
        numbers = [x.shown if x.nth == 1 else f"list {x.nth} ({x.shown})" for x in levels]
        parents = [x.counter for x in levels]
        for k in range(depth, 0, -1):
            if levels[k].form == "decimal":  # "3.1" takes the place of "3" and "1"
                numbers[k - 1 : k + 1] = [f"{numbers[k - 1]}.{numbers[k]}"]
        kind = "paragraph" if depth == 0 and reading.form == "dot" else "point" if depth < 2 else "subpoint"
        path = self.write(self.top.path, numbers)
        key = f"{self.top.key}.{'.'.join(parents)}"
        item = UnitDraft(kind, path.split(" ", 1)[-1], key, path, "", start, LIST_RANK + depth, start + reading.end)
        level.item = item
        led_to = _introduced(self.features, levels[:depth], before)
        self.found.append((item, f"{'.'.join(parents[:-1])}#{reading.form}#{level.nth}", led_to))

    def open_on_line(self, i: int, at: int, stop: int) -> None:
        """Lists whose first number stands behind a number on the same line: "3.—(1) Each …", "(2) (a) The …"."""
        line = self.features.layout.lines[i]
        while line.start < at < line.end:
            rest = self.features.layout.text[at : line.end]
            at += len(rest) - len(rest.lstrip(" \u2014\u2013-"))
            forms = {level.form for level in self.levels}
            first = next(
                (
                    option
                    for option in readings(self.features.layout.text[at : line.end])
                    if option.value == 1
                    and not option.branch
                    and option.form in _BEHIND_A_NUMBER - forms
                    and _second_follows(self.features, i, option, stop)
                ),
                None,
            )
            if first is None:
                return
            self.add(i, at, len(self.levels), first, i, again=False)
            at += first.end


def _inside(
    features: LineFeatures,
    top: UnitDraft,
    begin: int,
    stop: int,
    hang: dict[str, float],
    write: Callable[[str, Sequence[str]], str],
    carried: int = 0,
) -> list[UnitDraft]:
    lines = features.layout.lines
    inside = _Inside(features, top, write)
    levels = inside.levels
    smallest = 0.6 * min(1.0, lines[begin].size)
    last_line = begin
    inside.open_on_line(begin, top.head, stop)
    for i in range(begin + 1, stop):
        if i in features.notes or i in features.contents or lines[i].size < smallest:
            continue
        text = features.texts[i]
        if levels and lines[i].role in _TABLE and lines[last_line].role not in _TABLE:
            _close_before_table(features, levels, i, last_line, stop)
        fit = _fit(features, levels, i, last_line, stop, carried)
        if fit is None:
            _close_left(features, levels, i, last_line, hang)
            if text:
                last_line = i
            continue
        depth, reading, again = fit
        inside.add(i, lines[i].start + indent(features, i), depth, reading, last_line, again=again)
        inside.open_on_line(i, lines[i].start + indent(features, i) + reading.end, stop)
        last_line = i
    return _without_singletons(inside.found)


def _fit(
    features: LineFeatures, levels: list[_Open], i: int, before: int, stop: int, carried: int
) -> tuple[int, NumberReading, bool] | None:
    """The place of a line among the open lists: (depth, reading, whether it continues one), or ``None``."""
    text = features.texts[i]
    options = readings(text)
    if not options:
        return None
    same_page = before >= 0 and features.layout.lines[before].page == features.layout.lines[i].page
    rest = "" if options[0].form == "dot" else text[options[0].end :]  # "2. , as" is a misprint, no reference
    headed = before in features.heads or _NUMBERED_TITLE.fullmatch(features.texts[before]) is not None
    cross = refers(features.texts[before] if same_page and not headed else "", rest)
    going_on: list[tuple[int, NumberReading]] = []
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        for option in options:
            if option.form != level.form or not _is_next_of(level, option):
                continue
            if option.form == "decimal" and not _under(levels, depth, option):
                continue
            if cross and abs(features.indents[i] - level.indent) > 3:
                continue
            moved = abs(features.indents[i] - level.indent)
            if option.form != "dot" and level.page == features.layout.lines[i].page and moved > 40:
                continue
            going_on.append((depth, option))
    options = [option for option in options if not option.branch]
    first = [
        o for o in options if o.value == 1 or (carried and not levels and o.form == "dot" and o.value == carried + 1)
    ]
    if going_on:
        depth, option = going_on[0]
        other = next((o for o in first if o.form != option.form), None)
        if other is not None and _opens(features, levels, i, option, other, stop):
            return depth + 1, other, False
        return depth, option, True
    if cross:
        return None
    for depth, level in enumerate(levels):
        for option in options:
            if option.form == level.form and _after_a_gap(features, level, option, i, before, stop):
                return depth, option, True
    for option in first:
        new = _depth_of_new(features, levels, i, option, bool(_COLON.search(features.texts[before])))
        if new is None or (option.form == "decimal" and not _under(levels, new, option)):
            continue
        if option.value > 1 or _introduced(features, levels, before) or _second_follows(features, i, option, stop):
            return new, option, False
    return None


def _is_next_of(level: _Open, option: NumberReading) -> bool:
    """Whether a number is the next of an open list, "(3)" after "(2)", or was inserted behind its last: "(2A)"."""
    if option.branch:
        return option.value == level.last and ord(option.branch) == ord(level.branch or "@") + 1
    return option.value == level.last + 1


def _after_a_gap(features: LineFeatures, level: _Open, option: NumberReading, i: int, before: int, stop: int) -> bool:
    """Whether a list continues here after one or two numbers that are missing everywhere; the check reports the gap."""
    if not 2 <= option.value - level.last <= 4 or (option.form in {"roman", "alpha"} and len(option.number) > 1):
        return False
    if abs(features.indents[i] - level.indent) > 3 or not SENTENCE_END.search(features.texts[before].rstrip("▌ ")):
        return False
    missing = set(range(level.last + 1, option.value))
    return not any(
        r.form == option.form and r.value in missing for j in range(i + 1, stop) for r in readings(features.texts[j])
    )


def _under(levels: Sequence[_Open], depth: int, option: NumberReading) -> bool:
    """Whether "3.1" is below an open "3."."""
    return depth > 0 and levels[depth - 1].form == "dot" and str(levels[depth - 1].last) == option.number.split(".")[0]


def _depth_of_new(
    features: LineFeatures, levels: Sequence[_Open], i: int, option: NumberReading, introduced: bool
) -> int | None:
    """The depth of a list that begins here; ``None`` where one of its form is open and this is no second one."""
    open_levels = [d for d, level in enumerate(levels) if not level.closed]
    same = [d for d in open_levels if levels[d].form == option.form]
    if same:
        if option.form in {"alpha", "roman"} and features.indents[i] > levels[same[-1]].indent + _HANG:
            return len(levels)
        return same[-1] if introduced and abs(features.indents[i] - levels[same[-1]].indent) < 3 else None
    closed = [d for d, level in enumerate(levels) if level.closed]
    return min(closed) if closed else len(levels)


def _introduced(features: LineFeatures, levels: Sequence[_Open], before: int) -> bool:
    """Whether a colon, or a short line that is an item's title, introduces the next lines."""
    if _COLON.search(features.texts[before]):
        return True
    line = features.layout.lines[before]
    titled = any(line.start <= level.item.start < line.end for level in levels)
    return titled and len(features.texts[before]) < 60 and not SENTENCE_END.search(features.texts[before])


def _second_follows(features: LineFeatures, i: int, option: NumberReading, stop: int) -> bool:
    """Whether the list's second number comes later, before another first one."""
    for j in range(i + 1, min(stop, i + 400)):
        for other in readings(features.texts[j]):
            if other.form == option.form:
                if other.value == 2 and (option.form == "dot" or abs(features.indents[j] - features.indents[i]) < 40):
                    return True
                if other.value == 1 and abs(features.indents[j] - features.indents[i]) < 3:
                    return False
    return False


def _opens(
    features: LineFeatures, levels: Sequence[_Open], i: int, going_on: NumberReading, first: NumberReading, stop: int
) -> bool:
    """Whether "(i)" after "(h)" opens a roman list: "(ii)" comes before "(j)", or else by its indentation."""
    for j in range(i + 1, min(stop, i + 200)):
        for other in readings(features.texts[j]):
            if other.form == first.form and other.value == 2:
                return True
            if other.form == going_on.form and other.value == going_on.value + 1:
                return False
    level = next((x for x in reversed(levels) if x.form == going_on.form), None)
    return level is not None and features.indents[i] > level.indent + _HANG


def _close_left(features: LineFeatures, levels: Sequence[_Open], i: int, before: int, hang: dict[str, float]) -> None:
    """Ends the items whose text begins to the right of a line: the line belongs to the unit around their list."""
    line = features.layout.lines[i]
    if not features.texts[i] or line.size < 0.9:
        return
    last = features.layout.lines[before]
    if last.page == line.page and abs(last.top - line.top) < 0.004 and last.x0 < line.x0:
        return  # the rest of a line that pdfium broke at a raised mark
    numbered = {reading.form for reading in readings(features.texts[i])}
    for n, level in enumerate(levels):
        step = hang.get(level.form, 0.0)
        if not step or level.closed or level.form in numbered or features.indents[i] >= level.indent + 0.5 * step:
            continue
        if features.indents[before] - features.indents[i] < 0.5 * step:
            # no step back to the left: the line after a number on its own line, which may have no hanging indent here
            ended = SENTENCE_END.search(features.texts[before]) or re.search(
                r"[;,] (?:and|or)$", features.texts[before]
            )
            if not ended or level.item.start < last.start:
                continue
        for inner in levels[n:]:
            if not inner.closed:
                inner.closed = True
                inner.item.limit = line.start
        return


def _close_before_table(features: LineFeatures, levels: Sequence[_Open], i: int, before: int, stop: int) -> None:
    """Ends the lists that do not go on after a table, unless the words above lead to it: it is the whole unit's."""
    if _COLON.search(features.texts[before]):
        return
    later = [
        reading
        for j in range(i, stop)
        if features.layout.lines[j].role not in _TABLE
        for reading in readings(features.texts[j])
    ]
    going_on = [level for level in levels if any(r.form == level.form and _is_next_of(level, r) for r in later)]
    if going_on:
        return
    for level in levels:
        if not level.closed:
            level.closed = True
            level.item.limit = features.layout.lines[i].start


def _without_singletons(found: Sequence[tuple[UnitDraft, str, bool]]) -> list[UnitDraft]:
    """A list of one item is no list, unless a colon leads to it: a lone "(1)" is a cross-reference or a footnote."""
    families = Counter(family for _, family, _ in found)
    dropped: list[str] = []
    kept: list[UnitDraft] = []
    for item, family, led_to in found:
        if any(item.key.startswith(key + ".") for key in dropped):
            continue
        if families[family] == 1 and not led_to:
            dropped.append(item.key)
            continue
        kept.append(item)
    return kept
