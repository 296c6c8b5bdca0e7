"""Editions of a work: their life cycle, the editions in force on a day, and the comparison of two editions. Pure.

An edition is given by its catalog record, units by :class:`UnitText`, from loaded texts or from the register. Texts are
compared word by word and not by meaning: a unit that is reported as *changed* can mean the same as before.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from typing import TYPE_CHECKING

from kb.catalog.works import later_than, reached, successors, work_of
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import Edition, Notice, RegisterEntry, Status, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# --- life cycle ------------------------------------------------------------------------------------------------------

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    # A draft (a request for input, a first-reading text) can be superseded without ever being current.
    Status.DRAFT: frozenset({Status.CURRENT, Status.SUPERSEDED, Status.WITHDRAWN}),
    Status.CURRENT: frozenset({Status.AMENDED, Status.SUPERSEDED, Status.WITHDRAWN}),
    # The edition is in force; its text merely lacks the amendments.
    Status.AMENDED: frozenset({Status.SUPERSEDED, Status.WITHDRAWN}),
    Status.SUPERSEDED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.UNKNOWN: frozenset(set(Status) - {Status.UNKNOWN}),
}
"""The statuses that may follow each status. An edition that was superseded or withdrawn never becomes current again."""


@dataclass(frozen=True, slots=True)
class Succession:
    """The user's statement that ``new`` supersedes ``old``, and its day; ``forced`` if the program had refused it."""

    old: str
    new: str
    recorded: str = ""
    forced: bool = False


def advance(edition: Edition, status: Status) -> Edition:
    """The edition with another status; the same record if it has that status already.

    :raises ConfigError: the life cycle does not allow this change of status.
    """
    if status is edition.status:
        return edition
    if status not in TRANSITIONS[edition.status]:
        allowed = ", ".join(sorted(each.value for each in TRANSITIONS[edition.status]))
        values = {"doc_id": edition.doc_id, "status": edition.status.value, "wanted": status.value}
        if not allowed:
            raise ConfigError(notice("status step none", **values))
        raise ConfigError(notice("status step", **values, allowed=allowed))
    return replace(edition, status=status)


def supersede(editions: Sequence[Edition], old: str, new: str, *, force: bool = False) -> tuple[Edition, ...]:
    """The editions after ``new`` superseded ``old``, in the same order.

    ``force`` allows editions of two works, a second successor, and a step that the life cycle does not have.

    :raises ConfigError: an id is not there, both are one, the step is refused, or ``old`` supersedes ``new`` already.
    """
    by_id = {edition.doc_id: edition for edition in editions}
    for doc_id in (old, new):
        if doc_id not in by_id:
            raise ConfigError(notice("edition unknown ids", doc_id=doc_id))
    if old == new:
        raise ConfigError(notice("supersedes itself", doc_id=old))
    before, after = by_id[old], by_id[new]
    if old in later_than(editions, new):
        raise ConfigError(notice("supersedes already", old=old, new=new))
    if before.superseded_by not in {None, new} and not force:
        raise ConfigError(notice("superseded already", old=old, by=before.superseded_by, new=new))
    if work_of(before) != work_of(after) and old not in (after.supersedes, *after.mistaken_for) and not force:
        raise ConfigError(notice("two works", old=old, title=before.title, new=new, other=after.title))
    status = Status.SUPERSEDED
    try:
        status = advance(before, Status.SUPERSEDED).status
    except ConfigError:
        if not force:
            raise
    by_id[old] = replace(before, status=status, superseded_by=new)
    by_id[new] = replace(after, supersedes=after.supersedes or old)
    return tuple(by_id[edition.doc_id] for edition in editions)


def is_due(edition: Edition, days: int, today: str) -> bool:
    """Whether the facts of an edition were last checked ``days`` days ago or earlier; true if no day is recorded."""
    if edition.is_register:
        return False
    if not edition.checked:
        return True
    return (date.fromisoformat(check_date(today)) - date.fromisoformat(edition.checked)).days >= days


# --- editions in force on a day ---------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class EditionsInForce:
    """The editions in force on a day. ``undated`` are those without a known date; ``notes`` say what is uncertain."""

    date: str
    editions: tuple[Edition, ...]
    undated: tuple[Edition, ...]
    notes: tuple[Notice, ...]

    @property
    def doc_ids(self) -> frozenset[str]:
        """The ids of the editions."""
        return frozenset(edition.doc_id for edition in self.editions)


def check_date(text: str) -> str:
    """The text itself, if it is a date in the form ``YYYY-MM-DD``.

    :raises ConfigError: it is not.
    """
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ConfigError(notice("date form", value=text)) from None


def began(edition: Edition, day: str) -> bool | None:
    """Whether the edition had taken effect by ``day`` (its date of effect, else of issue); ``None``: not known."""
    found = _DATE.fullmatch(edition.effective or edition.issued)
    if found is None:
        return None
    year, month, of_month = found.groups()
    if f"{year}-{month or '01'}-{of_month or '01'}" > day:
        return False
    return True if f"{year}-{month or '12'}-{of_month or '31'}" <= day else None


def as_of(editions: Iterable[Edition], day: str) -> EditionsInForce:
    """The editions in force on ``day``: those that had taken effect, and that no successor had replaced by then.

    An edition without a date is kept unless it is known as superseded, and named in ``undated``; a date that is known
    by its year or month alone is taken to be past once that year or month has begun, and ``notes`` say so. Registers
    are no editions of what they describe, and are left out.

    :raises ConfigError: ``day`` is no day.
    """
    day = check_date(day)
    everything = [edition for edition in editions if not edition.register_of]
    state = {edition.doc_id: began(edition, day) for edition in everything}
    later = successors(everything)
    standing: list[Edition] = []
    undated: list[Edition] = []
    notes: list[Notice] = []
    for edition in everything:
        if state[edition.doc_id] is False:
            continue
        dated = bool(edition.effective or edition.issued)
        # another form of an edition ends with it
        after = reached(later, edition.rendition_of or edition.doc_id) | reached(later, edition.doc_id)
        replaced = [doc for doc in sorted(after) if state.get(doc) is True]
        open_ = [doc for doc in sorted(after) if doc not in state or state[doc] is None]
        if replaced or (not dated and edition.status in {Status.SUPERSEDED, Status.WITHDRAWN}):
            continue
        standing.append(edition)
        if not dated:
            undated.append(edition)
        elif state[edition.doc_id] is None:
            notes.append(notice("date in part", ref=edition.ref, date=edition.effective or edition.issued))
        if open_:
            notes.append(notice("may have ended", ref=edition.ref, successors=", ".join(open_)))
        elif edition.status is Status.WITHDRAWN:
            notes.append(notice("withdrawn some day", ref=edition.ref))
        elif edition.status is Status.SUPERSEDED and not after:
            notes.append(notice("superseded some day", ref=edition.ref))
    return EditionsInForce(day, tuple(standing), tuple(undated), tuple(notes))


# --- units across editions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitText:
    """A unit of one edition as it is compared: its key, how it is written, its title and its own words."""

    key: str
    path: str
    title: str
    text: str = ""
    verified: bool = True


class SuccessionBasis(str, Enum):
    """The evidence for which unit replaced a unit."""

    MOVED = "moved"
    SAME_NUMBER = "same number"


@dataclass(frozen=True, slots=True)
class Follower:
    """The units that replaced a unit in a later edition: their keys, and the evidence."""

    keys: tuple[str, ...]
    how: SuccessionBasis


def moved_keys(entries: Iterable[RegisterEntry]) -> dict[str, tuple[str, ...]]:
    """The moved table of an edition's entries: each former key and the keys it has now."""
    table: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if entry.moved_from is not None and entry.moved_from != entry.key:
            table[entry.moved_from] = (*table.get(entry.moved_from, ()), entry.key)
    return table


def follower(key: str, later: Sequence[RegisterEntry], keys: Iterable[str] = ()) -> Follower | None:
    """The units that replaced the unit ``key`` in a later edition, or ``None`` if that is not known.

    ``later`` are the register's entries of that edition, ``keys`` those of its loaded text. The table of moved
    provisions takes precedence over equal numbers; a number that was reused for other content is no successor. If the
    content moved into a part of the unit with the same number, that unit is the successor.
    """
    moved = moved_keys(later)
    came_from = {entry.key: entry.moved_from for entry in later if entry.moved_from is not None}
    here = {entry.key for entry in later} | set(keys)
    targets = moved.get(key, ())
    inside = bool(targets) and all(target.startswith(f"{key}.") for target in targets)
    if targets and not (inside and key in here):
        return Follower(targets, SuccessionBasis.MOVED)
    if key in here and came_from.get(key, key) == key:
        return Follower((key, *targets), SuccessionBasis.SAME_NUMBER)
    return None


class Change(str, Enum):
    """The kinds of change of a unit between two editions."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One unit of either edition. ``similarity`` is the share of equal words, 0–1; ``None`` where none were compared.

    A moved unit whose words changed too has a similarity below 1.
    """

    change: Change
    old: UnitText | None
    new: UnitText | None
    similarity: float | None = None


SIMILAR = 0.75
"""Share of equal words from which two texts under different numbers are taken for one that moved."""

KEPT = 0.4
"""Share of equal words below which two texts of one number count as two units: one is gone, the other new."""

HELD = 0.8
"""Share of the shorter text's words in the longer from which two texts of one number are one, whatever their length."""

FEWEST_WORDS = 6
"""Texts shorter than this say too little to be recognised under another number."""


def words(text: str, key: str = "") -> tuple[str, ...]:
    """The words of a text as they are compared: case, marks and line ends folded; a unit's own number left out."""
    folded = unicodedata.normalize("NFKC", re.sub("[\x02\ufffe\u00ad]\\s*", "", text)).casefold()
    kind, _, number = key.casefold().partition(":")
    if number:
        tail = re.escape(number.rpartition(".")[2])
        # "Article 14", "(a)", "2.", "1.4": its own number only, for other numbers are what a text says
        own = rf"\s*(?:{re.escape(kind)}\s+)?\(?(?:{re.escape(number)}|{tail})(?:[).:]|(?=\s))\s*"
        folded = re.sub(rf"\A{own}", "", folded)
    return tuple(re.findall(r"[^\W_]+", folded))


def similarity(a: Sequence[str], b: Sequence[str]) -> float:
    """Share of equal words in order, 0–1: twice those in common over those of both. Two empty texts are equal."""
    if a == b:
        return 1.0
    return round(SequenceMatcher(None, a, b, autojunk=False).ratio(), 4)


def compare_texts(old: Sequence[UnitText], new: Sequence[UnitText]) -> tuple[Difference, ...]:
    """Every unit of both editions once, by their own words: in the order of ``new``, then what is gone.

    In this order: equal under the same number is *unchanged*; equal under another, the only one so, *moved*; the same
    number from :data:`SIMILAR` on *changed*; the best match under another number from :data:`SIMILAR` on, if it is
    the best for both, *moved*; what is left under the same number from :data:`KEPT` on, or if one text holds the other,
    *changed*; else *gone*, *new*.
    """
    before = {unit.key: words(unit.text, unit.key) for unit in old}
    after = {unit.key: words(unit.text, unit.key) for unit in new}
    left_old = dict.fromkeys(before)
    left_new = dict.fromkeys(after)
    pairs: dict[str, tuple[str, Change, float]] = {}

    def pair(a: str, b: str, change: Change, share: float) -> None:
        pairs[b] = (a, change, share)
        del left_old[a], left_new[b]

    for key in [key for key in before if after.get(key) == before[key]]:
        pair(key, key, Change.UNCHANGED, 1.0)
    for a, b in _equal_elsewhere(before, after, left_old, left_new):
        pair(a, b, Change.MOVED, 1.0)
    shares = {key: similarity(before[key], after[key]) for key in left_old if key in left_new}
    for key, share in shares.items():
        if share >= SIMILAR or (len(before[key]) < FEWEST_WORDS and len(after[key]) < FEWEST_WORDS):
            pair(key, key, Change.CHANGED, share)
    for a, b, share in _similar_elsewhere(before, after, left_old, left_new):
        pair(a, b, Change.MOVED, share)
    for key, share in shares.items():
        if key not in left_old or key not in left_new:
            continue
        common = share * (len(before[key]) + len(after[key])) / 2
        # a text that the other holds whole grew or shrank, however little is left of it
        if share >= KEPT or common >= HELD * min(len(before[key]), len(after[key])) > 0:
            pair(key, key, Change.CHANGED, share)
    by_old = {unit.key: unit for unit in old}
    out = []
    for unit in new:
        found = pairs.get(unit.key)
        out.append(
            Difference(found[1], by_old[found[0]], unit, found[2]) if found else Difference(Change.NEW, None, unit)
        )
    return (*out, *(Difference(Change.GONE, unit, None) for unit in old if unit.key in left_old))


def _equal_elsewhere(
    before: Mapping[str, tuple[str, ...]],
    after: Mapping[str, tuple[str, ...]],
    left_old: Iterable[str],
    left_new: Iterable[str],
) -> list[tuple[str, str]]:
    there: dict[tuple[str, ...], list[str]] = {}
    for key in left_new:
        there.setdefault(after[key], []).append(key)
    here = Counter(before[key] for key in left_old)
    return [
        (key, there[before[key]][0])
        for key in left_old
        if len(before[key]) >= FEWEST_WORDS and here[before[key]] == 1 and len(there.get(before[key], ())) == 1
    ]


def _similar_elsewhere(
    before: Mapping[str, tuple[str, ...]],
    after: Mapping[str, tuple[str, ...]],
    left_old: Iterable[str],
    left_new: Iterable[str],
) -> list[tuple[str, str, float]]:
    """Pairs that are each other's best, from :data:`SIMILAR` on, best first."""
    bags = {key: Counter(after[key]) for key in left_new if len(after[key]) >= FEWEST_WORDS}
    found: list[tuple[float, str, str]] = []
    for a in left_old:
        if len(before[a]) < FEWEST_WORDS:
            continue
        bag = Counter(before[a])
        for b, other in bags.items():
            # words in common in any order bound those in common in order, and cost far less to count
            both = len(before[a]) + len(after[b])
            if 2 * sum((bag & other).values()) / both >= SIMILAR:
                share = similarity(before[a], after[b])
                if share >= SIMILAR:
                    found.append((share, a, b))
    found.sort(key=lambda f: (-f[0], f[1], f[2]))
    out: list[tuple[str, str, float]] = []
    taken: set[tuple[str, str]] = set()
    for share, a, b in found:
        if ("old", a) not in taken and ("new", b) not in taken:
            out.append((a, b, share))
            taken |= {("old", a), ("new", b)}
    return out


def compare_entries(old: Sequence[RegisterEntry], new: Sequence[RegisterEntry]) -> tuple[Difference, ...]:
    """Every unit of two editions as the register has them, whose texts are not compared.

    *Moved* is what the moved table says; *unchanged* means the same number and title, *changed* the same number
    under another title.
    """
    before = {entry.key: entry for entry in old}
    out: list[Difference] = []
    for entry in new:
        source = before.get(entry.moved_from or "")
        same = before.get(entry.key)
        if source is not None and entry.moved_from != entry.key:
            out.append(Difference(Change.MOVED, _unit(source), _unit(entry)))
        elif same is not None and (found := follower(entry.key, new)) and entry.key in found.keys:
            change = Change.UNCHANGED if words(same.title) == words(entry.title) else Change.CHANGED
            out.append(Difference(change, _unit(same), _unit(entry)))
        else:
            out.append(Difference(Change.NEW, None, _unit(entry)))
    matched = {each.old.key for each in out if each.old is not None}
    gone = (entry for key, entry in before.items() if key not in matched)
    return (*out, *(Difference(Change.GONE, _unit(entry), None) for entry in gone))


def _unit(entry: RegisterEntry) -> UnitText:
    return UnitText(entry.key, entry.path, entry.title, "", entry.verified)


def follower_in_texts(key: str, old: Sequence[UnitText], new: Sequence[UnitText]) -> Follower | None:
    """The unit of ``new`` that replaced the unit ``key`` of ``old``, found by comparing their words, or ``None``."""
    for each in compare_texts(old, new):
        if each.old is not None and each.new is not None and each.old.key == key:
            return Follower(
                (each.new.key,), SuccessionBasis.MOVED if each.change is Change.MOVED else SuccessionBasis.SAME_NUMBER
            )
    return None


def counts(differences: Iterable[Difference]) -> dict[str, int]:
    """The number of units for each of the five kinds of change."""
    found = Counter(each.change for each in differences)
    return {change.value: found[change] for change in Change}
