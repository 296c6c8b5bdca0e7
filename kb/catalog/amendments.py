"""The table of amendments, unit by unit: ``corpus/amendments.toml``, and the user's own file in the home folder. Pure.

An amended edition stays in force, but its text does not contain the amendment. For each unit the table says whether it
was changed, replaced, moved, deleted or added, from which day, and where its content is now.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, cast

from kb.catalog.catalog import corpus_dir, name_of
from kb.catalog.faults import at_place, in_file, no_edition
from kb.catalog.toml_tables import Shape, TomlTables, is_day, read_if_there, write_own
from kb.errors import ConfigError
from kb.records import dataclass
from kb.text.numerals import roman_value
from kb.types import Status, notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from kb.types import Edition, Notice

AMENDMENTS = "amendments.toml"
"""The name of the file, in ``corpus/`` and in a home folder."""

_KEY = re.compile(r"whole|[a-z]+(?:-[a-z]+)*:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_AMENDMENT = Shape({**dict.fromkeys(("edition", "by", "from", "source"), str), "verified": bool}, {"complete": bool})
_CHANGE = Shape(
    {"edition": str, "by": str, "units": list, "change": str},
    {**dict.fromkeys(("from", "entry", "en", "ko", "source"), str), "now": list, "before": list, "verified": bool},
)


class Effect(str, Enum):
    """The effect of an amendment on a unit."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REPLACED = "replaced"
    MOVED = "moved"
    DELETED = "deleted"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class UnitAmendment:
    """The change of the unit ``key`` of ``edition`` by the act ``by``, from ``day`` on.

    ``now`` are the keys where its content is now, ``before`` those where a new unit's content was; ``entry`` is the key
    of the register entry of the amending act that describes the change. ``en`` and ``ko`` say what changed, in our own
    words.
    """

    edition: str
    by: str
    key: str
    effect: Effect
    day: str
    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    entry: str = ""
    en: str = ""
    ko: str = ""
    source: str = ""
    verified: bool = False
    where: Notice | str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """An act or edition that amended ``edition`` from ``day`` on; ``complete`` says that the table has every unit that
    it changed."""

    edition: str
    by: str
    day: str
    complete: bool
    source: str
    verified: bool
    units: tuple[UnitAmendment, ...] = ()
    where: Notice | str = ""


@dataclass(frozen=True, slots=True)
class Amendments:
    """All amendments, in the order of the files."""

    all: tuple[Amendment, ...] = ()

    def of_edition(self, doc_id: str) -> tuple[Amendment, ...]:
        """The amendments of an edition."""
        return tuple(each for each in self.all if each.edition == doc_id)

    def of_unit(self, doc_id: str, key: str) -> tuple[UnitAmendment, ...]:
        """The changes of a unit. If the table has none for it, those of the innermost unit around it are returned; if
        there are none either, and the table is complete and has no part of the unit, *unchanged*."""
        out: list[UnitAmendment] = []
        for amendment in self.of_edition(doc_id) if key and key != "whole" else ():
            table = {unit.key.casefold(): unit for unit in amendment.units}
            around = next((table[each] for each in upward(key.casefold()) if each in table), None)
            if around is not None:
                out.append(around)
            elif amendment.complete and not self.parts_of(doc_id, key):
                out.append(
                    UnitAmendment(
                        doc_id, amendment.by, key, Effect.UNCHANGED, amendment.day,
                        source=amendment.source, verified=amendment.verified,
                    )
                )  # fmt: skip
        return tuple(out)

    def parts_of(self, doc_id: str, key: str) -> tuple[UnitAmendment, ...]:
        """The changes of a unit's parts."""
        units = (unit for amendment in self.of_edition(doc_id) for unit in amendment.units)
        return tuple(unit for unit in units if is_part(unit.key, key))

    def added(self, doc_ids: Collection[str], key: str) -> tuple[UnitAmendment, ...]:
        """Units of this key that were added to editions whose text is without them."""
        units = (unit for each in self.all if each.edition in doc_ids for unit in each.units)
        return tuple(u for u in units if u.effect is Effect.NEW and u.key.casefold() == key.casefold())


def upward(key: str) -> tuple[str, ...]:
    """A key and the keys of the units around it, the innermost first: "article:5.1.a", "article:5.1", "article:5"."""
    kind, _, number = key.partition(":")
    parts = number.split(".")
    return tuple(f"{kind}:{'.'.join(parts[:n])}" for n in range(len(parts), 0, -1))


def is_part(key: str, of: str) -> bool:
    """Whether a unit is a part of another one. Paragraph 1a of an article is one of the article's."""
    return key.casefold().startswith(f"{of.casefold()}.")


# --- reading ---------------------------------------------------------------------------------------------------------


def load_amendments(text: str, name: str = f"corpus/{AMENDMENTS}") -> Amendments:
    """The amendments that ``text`` (TOML) describes; ``name`` is what error messages call the file.

    :raises ConfigError: not TOML, an unknown, missing or ill-typed key, a unit given twice, or a change of no
        amendment. The message names file and line.
    """
    heads, rows = TomlTables(text, name, "amendment"), TomlTables(text, name, "change")
    data = heads.parse()
    for key in data:
        if key not in {"amendment", "change"}:
            raise heads.error(-1, key, notice("data only amendments", field=key))
    found: dict[tuple[str, str], Amendment] = {}
    for n, table in enumerate(heads.tables(data)):
        _check_table(table, heads, n, _AMENDMENT)
        pair = cast("str", table["edition"]), cast("str", table["by"])
        if pair in found:
            raise heads.error(n, "", notice("amendment twice", edition=pair[0], by=pair[1]))
        complete, verified = bool(table.get("complete", False)), bool(table["verified"])
        found[pair] = Amendment(
            *pair, cast("str", table["from"]), complete, cast("str", table["source"]), verified, (), heads.place(n)
        )
    seen: set[tuple[str, str, str]] = set()
    for n, table in enumerate(rows.tables(data) if data.get("change") else ()):
        _check_table(table, rows, n, _CHANGE)
        pair = cast("str", table["edition"]), cast("str", table["by"])
        if pair not in found:
            raise rows.error(n, "by", notice("amendment absent", edition=pair[0], by=pair[1]))
        units = _change(table, rows, n, found[pair])
        for unit in units:
            if (*pair, unit.key) in seen:
                raise rows.error(n, "units", notice("amendment unit twice", unit=unit.key))
            seen.add((*pair, unit.key))
        found[pair] = replace(found[pair], units=(*found[pair].units, *units))
    return Amendments(tuple(found.values()))


def _check_table(table: Mapping[str, object], lines: TomlTables, n: int, shape: Shape) -> None:
    shape.check(table, lines, n)
    for key, value in table.items():
        if key == "from" and not is_day(cast("str", value)):
            raise lines.error(n, key, notice("data no day", field=key, value=value, example="2026-07-27"))
        for each in value if isinstance(value, list) else ():
            if not _KEY.fullmatch(each):
                raise lines.error(n, key, notice("data no unit key", value=each))


def _change(table: Mapping[str, object], lines: TomlTables, n: int, head: Amendment) -> list[UnitAmendment]:
    try:
        effect = Effect(cast("str", table["change"]))
    except ValueError:
        allowed = ", ".join(each.value for each in Effect)
        value = str(table["change"])
        what = notice("data none of", field="change", value=value, allowed=allowed, hint="")
        raise lines.error(n, "change", what) from None
    now, before = (tuple(cast("list[str]", table.get(key, []))) for key in ("now", "before"))
    if effect is Effect.MOVED and not now:
        raise lines.error(n, "change", notice("amendment needs now"))
    if now and effect in {Effect.NEW, Effect.UNCHANGED}:
        raise lines.error(n, "now", notice("amendment without now", effect=effect.value))

    def text(key: str, otherwise: str = "") -> str:
        return cast("str", table.get(key, otherwise))

    verified = bool(table.get("verified", head.verified))
    return [
        UnitAmendment(
            head.edition, head.by, key, effect, text("from", head.day), now, before, text("entry"), text("en"),
            text("ko"), text("source", head.source), verified, lines.place(n, "units"),
        )
        for key in cast("list[str]", table["units"])
    ]  # fmt: skip


def installed_amendments(folder: Path | None = None) -> Amendments:
    """The amendments in ``corpus/``, or in a folder of that form; none where it has no such file.

    :raises ConfigError: see :func:`load_amendments`; or the file cannot be read.
    """
    path = (folder or corpus_dir()) / AMENDMENTS
    return _read(path, name_of(path))


def own_amendments(home: Path) -> Amendments:
    """The amendments that a person recorded in a home folder; none where nothing was recorded.

    :raises ConfigError: see :func:`load_amendments`; or the file cannot be read.
    """
    return _read(home / AMENDMENTS, str(home / AMENDMENTS))


def _read(path: Path, name: str) -> Amendments:
    text = read_if_there(path, name)
    return Amendments() if text is None else load_amendments(text, name)


def with_amendments(editions: Sequence[Edition], own: Amendments) -> tuple[Edition, ...]:
    """The editions after a person's own amendments: current ones that were amended say so, with the last act's day."""
    by_id = {edition.doc_id: edition for edition in editions}
    for each in sorted(own.all, key=lambda each: each.day):
        edition = by_id.get(each.edition)
        if edition is not None and edition.status in {Status.CURRENT, Status.UNKNOWN, Status.AMENDED}:
            by = by_id[each.by].ref if each.by in by_id else each.by
            by_id[each.edition] = replace(edition, status=Status.AMENDED, amended_by=by, amended_on=each.day)
    return tuple(by_id[edition.doc_id] for edition in editions)


def amend(own: Amendments, new: Amendment, editions: Iterable[Edition]) -> Amendments:
    """The user's own amendments with one more; an earlier record of the same two editions is replaced.

    :raises ConfigError: an id is unknown, both ids are the same, or the edition is superseded, withdrawn or a draft.
    """
    by_id = {edition.doc_id: edition for edition in editions}
    for doc_id in (new.edition, new.by):
        if doc_id not in by_id:
            raise ConfigError(notice("edition unknown ids", doc_id=doc_id))
    if new.edition == new.by:
        raise ConfigError(notice("amendment of itself", doc_id=new.edition))
    old = by_id[new.edition]
    if old.status not in {Status.CURRENT, Status.UNKNOWN, Status.AMENDED}:
        raise ConfigError(notice("amendment not in force", doc_id=old.doc_id, status=old.status.value))
    kept = [each for each in own.all if (each.edition, each.by) != (new.edition, new.by)]
    return Amendments((*kept, new))


def write_amendments(home: Path, own: Amendments) -> Path:
    """Writes a home folder's amendments beside the old file and puts them in its place; returns the file.

    :raises ConfigError: the folder cannot be written, or :func:`load_amendments` would refuse what it would hold; the
        file is then as it was.
    """
    lines = ["# What amended which edition, recorded with `kb corpus amend`."]
    for each in own.all:
        lines += ["", "[[amendment]]", *_toml_lines(edition=each.edition, by=each.by, source=each.source)]
        lines += _toml_lines(**{"from": each.day}, complete=each.complete, verified=each.verified)
    for unit in (unit for each in own.all for unit in each.units):
        lines += ["", "[[change]]", *_toml_lines(edition=unit.edition, by=unit.by, units=(unit.key,))]
        lines += _toml_lines(**{"from": unit.day}, change=unit.effect.value, now=unit.now, before=unit.before)
        lines += _toml_lines(entry=unit.entry, en=unit.en, ko=unit.ko, source=unit.source, verified=unit.verified)
    path, text = home / AMENDMENTS, "\n".join(lines) + "\n"
    load_amendments(text, str(path))
    return write_own(path, text)


def _toml_lines(**values: str | bool | tuple[str, ...]) -> list[str]:
    """A line for each key of a table, empty ones aside; of TOML's texts, those in JSON's form are enough."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
        if value not in ("", ())
    ]


# --- checking --------------------------------------------------------------------------------------------------------


def check_amendments(
    found: Amendments, editions: Iterable[Edition], known: Collection[tuple[str, str]]
) -> list[Notice]:
    """A notice for each fault: editions, days and units that are not there, and *amended* without a table.

    ``known`` are the pairs of edition and key that the register or a loaded text has. A unit that neither has counts
    as known where the edition says how many units of its kind there are, or where a unit around it is known.
    """
    by_id = {edition.doc_id: edition for edition in editions}
    faults: list[Notice] = []
    for each in found.all:
        missing = [doc_id for doc_id in (each.edition, each.by) if doc_id not in by_id]
        faults += [at_place(each.where, no_edition(doc_id, by_id)) for doc_id in missing]
        if missing:
            continue
        edition, act = by_id[each.edition], by_id[each.by]
        if each.day < max(edition.issued, act.issued):
            what = notice("corpus day before both", day=each.day, ref=edition.ref, act=act.ref)
            faults.append(at_place(each.where, what))
        added = {unit.key for unit in each.units if unit.effect is Effect.NEW}
        of_now = each.edition if edition.status is Status.AMENDED else each.by
        for unit in each.units:
            if unit.day < each.day:
                faults.append(at_place(unit.where, notice("corpus unit too early", unit=unit.key, day=unit.day)))
            if unit.key not in added and not _has_unit(edition, unit.key, known):
                faults.append(at_place(unit.where, notice("corpus unit unknown", ref=edition.ref, unit=unit.key)))
            if unit.key in added and (each.edition, unit.key) in known:
                faults.append(at_place(unit.where, notice("corpus unit not new", unit=unit.key, ref=edition.ref)))
            for key in unit.now:
                if key not in added and not _has_unit(by_id[of_now], key, known):
                    faults.append(at_place(unit.where, notice("corpus now unknown", unit=key)))
            for key in unit.before:
                if not _has_unit(edition, key, known):
                    faults.append(at_place(unit.where, notice("corpus before unknown", unit=key)))
            if unit.entry and (each.by, unit.entry) not in known:
                faults.append(at_place(unit.where, notice("corpus no entry of", unit=unit.entry, ref=act.ref)))
    amended = {each.edition for each in found.all}
    faults += [
        in_file(
            "corpus/catalog.toml", notice("corpus amended by none", doc_id=edition.doc_id, file=f"corpus/{AMENDMENTS}")
        )
        for edition in by_id.values()
        if edition.status is Status.AMENDED and edition.doc_id not in amended
    ]
    return faults


def _has_unit(edition: Edition, key: str, known: Collection[tuple[str, str]]) -> bool:
    if any((edition.doc_id, each) in known for each in upward(key)):
        return True
    kind, _, number = key.partition(":")
    outermost = number.partition(".")[0]
    count = dict(edition.expected).get(kind, 0)
    value = int(outermost) if outermost.isdigit() else roman_value(outermost) or 0
    return 0 < value <= count
