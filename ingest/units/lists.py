"""Lists inside a unit: "1.", "3.1.", "(a)", "(ii)". Pure.

A line opens or continues a list only where its number is due. A number is due when it is the successor of an open
list's last one, or a first number. An "(i)" after "(h)" is both; what follows decides. Text that goes back to the
left of a list's own text closes the list: it belongs to what the list stands in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, refers
from ingest.units.assembly import LIST_RANK, UnitDraft
from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.layout.line_features import LineFeatures

_LEAD = re.compile(r"[\s▌*]*")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("decimal", re.compile(r"(\d{1,2}\.\d{1,2})\.?(?!\d)\s+(?=\S)")),
    ("dot", re.compile(r"(\d{1,3})\.(?!\d)\s*(?=\S|$)")),
    ("paren", re.compile(r"\((\d{1,3})\)\s*(?=\S|$)")),
    ("alpha", re.compile(r"\(?([a-z]{1,2})\)\s*(?=\S|$)")),
    ("roman", re.compile(r"\(?([ivxl]{1,6})[).]\s*(?=\S|$)")),
    ("letter", re.compile(r"([a-z])\.\s+(?=\S)")),
    ("close", re.compile(r"(\d{1,3})\)\s*(?=\S|$)")),
)
_COLON = re.compile(r"[:：—]\s*$")
_HANG = 5.0
"""A list hangs when its text stands this many points right of its numbers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the start of a line as a number of a list; ``end`` is where the number ends."""

    form: str
    value: int
    number: str
    end: int


@dataclass(slots=True)
class _Open:
    """A list that can go on: its form, last value, where its numbers stand, the item now open."""

    form: str
    last: int
    indent: float
    page: int
    item: UnitDraft
    nth: int
    counter: str = ""
    closed: bool = False
    below: dict[str, int] = field(default_factory=dict)


def indent(looks: LineFeatures, i: int) -> int:
    """How many characters a line begins with that are not its words."""
    line = looks.layout.lines[i]
    text = looks.layout.text[line.start : line.end]
    return len(text) - len(text.lstrip())


def readings(text: str) -> list[Reading]:
    """The ways a line's start can be read as the number of a list."""
    lead = _LEAD.match(text)
    skip = lead.end() if lead else 0
    out: list[Reading] = []
    for form, pattern in _FORMS:
        match = pattern.match(text, skip)
        if not match:
            continue
        number = match.group(1)
        if form in {"alpha", "letter"}:
            value = _letters(number)
        elif form == "roman":
            value = roman_value(number)
        elif form == "decimal":
            value = int(number.rsplit(".", 1)[1])
        else:
            value = int(number)
        if value:
            out.append(Reading(form, value, number, match.end()))
    return out


def _letters(text: str) -> int | None:
    """a = 1 … z = 26, aa = 27, bb = 28."""
    if len(text) == 1:
        return ord(text) - 96
    return 26 + ord(text[0]) - 96 if text[0] == text[1] else None


def hanging(looks: LineFeatures) -> dict[str, float]:
    """By list form, how far right of its numbers the text of the document's items stands, where it does."""
    offsets: defaultdict[str, list[float]] = defaultdict(list)
    lines = looks.layout.lines
    for i in range(len(lines) - 1):
        if i in looks.notes or lines[i + 1].page != lines[i].page or i + 1 in looks.heads:
            continue
        here = readings(looks.texts[i])
        if here and not readings(looks.texts[i + 1]) and lines[i].x1 - lines[i].x0 > 120:
            step = looks.indents[i + 1] - looks.indents[i]
            if -3 < step < 60:
                for reading in here:  # "(i)" counts for letters and for romans
                    offsets[reading.form].append(step)
    return {form: median(steps) for form, steps in offsets.items() if len(steps) > 2 and median(steps) > _HANG}


def with_lists(
    looks: LineFeatures,
    tops: Sequence[tuple[int, UnitDraft]],
    write: Callable[[str, Sequence[str]], str] | None = None,
) -> list[UnitDraft]:
    """Top units with the lists found inside them, in reading order; ``tops`` are (line, unit).

    ``write`` makes a point's path from its top unit's path and the numbers below it.
    """
    hang = hanging(looks)
    out: list[UnitDraft] = []
    carried = 0
    for n, (line, unit) in enumerate(tops):
        out.append(unit)
        if unit.lists:
            stop = tops[n + 1][0] if n + 1 < len(tops) else len(looks.texts)
            if unit.limit:
                stop = min(stop, looks.at(unit.limit))
            beside = n > 0 and unit.kind == tops[n - 1][1].kind == "section"
            inside = _inside(looks, unit, line, stop, hang, write or _path, carried if beside else 0)
            counted = [f for f in inside if f.rank == LIST_RANK and f.number.rsplit(" ", 1)[-1].isdigit()]
            carried = int(counted[-1].number.rsplit(" ", 1)[-1]) if counted else 0
            out.extend(inside)
    return out


def in_brackets(numbers: Sequence[str]) -> str:
    """ "(2)(a)"; the second list of its kind in one place says so: "(2), list 2 (a)"."""
    return "".join(f", {n}" if n.startswith("list ") else f"({n})" for n in numbers)


def _path(top: str, numbers: Sequence[str]) -> str:
    return top + in_brackets(numbers)


def _inside(
    looks: LineFeatures,
    top: UnitDraft,
    begin: int,
    stop: int,
    hang: dict[str, float],
    write: Callable[[str, Sequence[str]], str],
    carried: int = 0,
) -> list[UnitDraft]:
    lines = looks.layout.lines
    levels: list[_Open] = []
    seen: Counter[tuple[str, str]] = Counter()
    found: list[tuple[UnitDraft, str, bool]] = []
    last_line = begin
    for i in range(begin + 1, stop):
        if i in looks.notes or i in looks.contents or lines[i].size < 0.6 * lines[begin].size:
            continue
        text = looks.texts[i]
        fit = _fit(looks, levels, i, last_line, stop, carried)
        if fit is None:
            _close_left(looks, levels, i, last_line, hang)
            if text:
                last_line = i
            continue
        depth, reading, again = fit
        label = reading.number.rsplit(".", 1)[-1]
        if again:
            del levels[depth + 1 :]
            level = levels[depth]
            level.last, level.indent, level.page, level.closed = reading.value, looks.indents[i], lines[i].page, False
        else:
            del levels[depth:]
            family = ".".join(x.counter for x in levels)
            seen[(family, reading.form)] += 1
            level = _Open(
                reading.form, reading.value, looks.indents[i], lines[i].page, top, seen[(family, reading.form)]
            )
            levels.append(level)
        level.counter = label if level.nth == 1 else f"list{level.nth}.{label}"
        numbers = [_shown(x.counter) for x in levels]
        parents = [x.counter for x in levels]
        for k in range(depth, 0, -1):
            if levels[k].form == "decimal":  # "3.1" takes the place of "3" and "1"
                numbers[k - 1 : k + 1] = [f"{numbers[k - 1]}.{numbers[k]}"]
        start = lines[i].start + indent(looks, i)
        kind = "paragraph" if depth == 0 and reading.form == "dot" else "point" if depth < 2 else "subpoint"
        path = write(top.path, numbers)
        item = UnitDraft(
            kind, path.split(" ", 1)[-1], f"{top.key}.{'.'.join(parents)}", path, "", start, LIST_RANK + depth,
            head=start + reading.end,
        )  # fmt: skip
        level.item = item
        led_to = _introduced(looks, levels[:depth], last_line)
        found.append((item, f"{'.'.join(parents[:-1])}#{reading.form}#{level.nth}", led_to))
        last_line = i
    return _without_singletons(found)


def _shown(counter: str) -> str:
    """A number as a path shows it: that of a second list says so."""
    nth, _, number = counter.rpartition(".")
    return f"{nth.replace('list', 'list ')} ({number})" if nth else counter


def _fit(
    looks: LineFeatures, levels: list[_Open], i: int, before: int, stop: int, carried: int
) -> tuple[int, Reading, bool] | None:
    """Where a line fits among the open lists: (depth, reading, whether it continues one), or ``None``."""
    text = looks.texts[i]
    options = readings(text)
    if not options:
        return None
    same_page = before >= 0 and looks.layout.lines[before].page == looks.layout.lines[i].page
    rest = "" if options[0].form == "dot" else text[options[0].end :]  # "2. , as" is a misprint, no reference
    cross = refers(looks.texts[before] if same_page else "", rest)
    going_on: list[tuple[int, Reading]] = []
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        for option in options:
            if option.form != level.form or option.value != level.last + 1:
                continue
            if option.form == "decimal" and not _under(levels, depth, option):
                continue
            if cross and abs(looks.indents[i] - level.indent) > 3:
                continue
            moved = abs(looks.indents[i] - level.indent)
            if option.form != "dot" and level.page == looks.layout.lines[i].page and moved > 40:
                continue
            going_on.append((depth, option))
    first = [
        o for o in options if o.value == 1 or (carried and not levels and o.form == "dot" and o.value == carried + 1)
    ]
    if going_on:
        depth, option = going_on[0]
        other = next((o for o in first if o.form != option.form), None)
        if other is not None and _opens(looks, levels, i, option, other, stop):
            return depth + 1, other, False
        return depth, option, True
    if cross:
        return None
    for depth, level in enumerate(levels):
        for option in options:
            if option.form == level.form and _after_a_gap(looks, level, option, i, before, stop):
                return depth, option, True
    for option in first:
        new = _depth_of_new(looks, levels, i, option, bool(_COLON.search(looks.texts[before])))
        if new is None or (option.form == "decimal" and not _under(levels, new, option)):
            continue
        if option.value > 1 or _introduced(looks, levels, before) or _second_follows(looks, i, option, stop):
            return new, option, False
    return None


def _after_a_gap(looks: LineFeatures, level: _Open, option: Reading, i: int, before: int, stop: int) -> bool:
    """Whether a list goes on here with a number or two missing: they come nowhere later. The proof tells of the gap."""
    if not 2 <= option.value - level.last <= 4 or (option.form in {"roman", "alpha"} and len(option.number) > 1):
        return False
    if abs(looks.indents[i] - level.indent) > 3 or not SENTENCE_END.search(looks.texts[before].rstrip("▌ ")):
        return False
    missing = set(range(level.last + 1, option.value))
    return not any(
        r.form == option.form and r.value in missing for j in range(i + 1, stop) for r in readings(looks.texts[j])
    )


def _under(levels: Sequence[_Open], depth: int, option: Reading) -> bool:
    """Whether "3.1" stands under an open "3."."""
    return depth > 0 and levels[depth - 1].form == "dot" and str(levels[depth - 1].last) == option.number.split(".")[0]


def _depth_of_new(
    looks: LineFeatures, levels: Sequence[_Open], i: int, option: Reading, introduced: bool
) -> int | None:
    """How deep a list that begins here stands, or ``None`` where one of its form is open and it is no second one."""
    open_levels = [d for d, level in enumerate(levels) if not level.closed]
    same = [d for d in open_levels if levels[d].form == option.form]
    if same:
        if option.form in {"alpha", "roman"} and looks.indents[i] > levels[same[-1]].indent + _HANG:
            return len(levels)
        return same[-1] if introduced and abs(looks.indents[i] - levels[same[-1]].indent) < 3 else None
    closed = [d for d, level in enumerate(levels) if level.closed]
    return min(closed) if closed else len(levels)


def _introduced(looks: LineFeatures, levels: Sequence[_Open], before: int) -> bool:
    """Whether a colon, or a short line that is an item's title, leads to what follows."""
    if _COLON.search(looks.texts[before]):
        return True
    line = looks.layout.lines[before]
    titled = any(line.start <= level.item.start < line.end for level in levels)
    return titled and len(looks.texts[before]) < 60 and not SENTENCE_END.search(looks.texts[before])


def _second_follows(looks: LineFeatures, i: int, option: Reading, stop: int) -> bool:
    """Whether the list's second number comes later, before another first one."""
    for j in range(i + 1, min(stop, i + 400)):
        for other in readings(looks.texts[j]):
            if other.form == option.form:
                if other.value == 2 and (option.form == "dot" or abs(looks.indents[j] - looks.indents[i]) < 40):
                    return True
                if other.value == 1 and abs(looks.indents[j] - looks.indents[i]) < 3:
                    return False
    return False


def _opens(looks: LineFeatures, levels: Sequence[_Open], i: int, going_on: Reading, first: Reading, stop: int) -> bool:
    """Whether "(i)" after "(h)" opens a roman list: what comes first, "(ii)" or "(j)", or else where it stands."""
    for j in range(i + 1, min(stop, i + 200)):
        for other in readings(looks.texts[j]):
            if other.form == first.form and other.value == 2:
                return True
            if other.form == going_on.form and other.value == going_on.value + 1:
                return False
    level = next((x for x in reversed(levels) if x.form == going_on.form), None)
    return level is not None and looks.indents[i] > level.indent + _HANG


def _close_left(looks: LineFeatures, levels: Sequence[_Open], i: int, before: int, hang: dict[str, float]) -> None:
    """Ends the items whose text a line goes back to the left of: it belongs to what their list stands in."""
    line = looks.layout.lines[i]
    if not looks.texts[i] or line.size < 0.9:
        return
    last = looks.layout.lines[before]
    if last.page == line.page and abs(last.top - line.top) < 0.004 and last.x0 < line.x0:
        return  # the rest of a line that pdfium broke at a raised mark
    numbered = {reading.form for reading in readings(looks.texts[i])}
    for n, level in enumerate(levels):
        step = hang.get(level.form, 0.0)
        if not step or level.closed or level.form in numbered or looks.indents[i] >= level.indent + 0.5 * step:
            continue
        if looks.indents[before] - looks.indents[i] < 0.5 * step:
            # no step back to the left: the line after a number of its own line, which may not hang here
            ended = SENTENCE_END.search(looks.texts[before]) or re.search(r"[;,] (?:and|or)$", looks.texts[before])
            if not ended or level.item.start < last.start:
                continue
        for inner in levels[n:]:
            if not inner.closed:
                inner.closed = True
                inner.item.limit = line.start
        return


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
