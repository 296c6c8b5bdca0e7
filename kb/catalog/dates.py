"""The table of dates of application (from which day which provisions apply): reads ``corpus/dates.toml``. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from kb.catalog.amendments import upward
from kb.catalog.catalog import corpus_dir, name_of
from kb.catalog.faults import at_place, no_edition
from kb.catalog.toml_tables import Shape, TomlTables, is_day, read_if_there
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from kb.types import Edition, Notice

DATES = "dates.toml"
EVERYTHING = "*"
"""Among the units of a row: whatever no other row has."""

_UNIT = re.compile(r"\*|[a-z]+(?:-[a-z]+)*:(?:\d+\.\.\d+|[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)")
_DATE = Shape(
    {
        **dict.fromkeys(("edition", "entry", "from", "en", "ko", "source"), str),
        **dict.fromkeys(("units", "terms"), list),
        "verified": bool,
    },
    {"before": str, "by": str, "not_terms": list, "alone": bool},
)


@dataclass(frozen=True, slots=True)
class Application:
    """A group of units of an edition that applies from ``day``; ``before`` is the day of the earlier text, ``by`` the
    id of the act that moved or added it, ``entry`` the unit id of the register's entry that carries the day."""

    edition: str
    entry: str
    units: tuple[str, ...]
    day: str
    en: str
    ko: str
    terms: tuple[re.Pattern[str], ...]
    not_terms: tuple[re.Pattern[str], ...]
    source: str
    verified: bool
    before: str = ""
    by: str = ""
    alone: bool = False
    where: Notice | str = ""

    def is_asked_for(self, question: str) -> bool:
        """Whether a question names the group."""
        named = any(term.search(question) for term in self.terms)
        return named and not any(term.search(question) for term in self.not_terms)

    def covers(self, key: str) -> bool:
        """Whether the group has a unit, a unit around it, or a part of it."""
        return any(_covers(unit, key) for unit in self.units)


def _covers(unit: str, key: str) -> bool:
    kind, _, number = unit.partition(":")
    first, dots, last = number.partition("..")
    if dots:
        of, _, outermost = key.partition(":")
        value = re.match(r"\d+", outermost)
        return of == kind and value is not None and int(first) <= int(value[0]) <= int(last)
    return unit.casefold() in {each.casefold() for each in upward(key)} or unit.casefold().startswith(
        f"{key}.".casefold()
    )


def applications_of(dates: Iterable[Application], doc_id: str, key: str) -> tuple[Application, ...]:
    """The rows for a unit: those of groups that cover it, or else those for the whole edition."""
    rows = [row for row in dates if row.edition == doc_id]
    return tuple(row for row in rows if row.covers(key)) or tuple(row for row in rows if EVERYTHING in row.units)


def load_dates(text: str, name: str = f"corpus/{DATES}") -> tuple[Application, ...]:
    """The rows that ``text`` (TOML, ``[[date]]`` tables) holds, by day.

    :raises ConfigError: not TOML, an unknown, missing or ill-typed key, or a pattern that is none; names file and line.
    """
    lines = TomlTables(text, name, "date")
    data = lines.parse()
    for key in data:
        if key != "date":
            raise lines.error(-1, key, notice("data only this", field=key, kind="date"))
    rows = [_application(table, lines, n) for n, table in enumerate(lines.tables(data))]
    return tuple(sorted(rows, key=lambda row: row.day))


def _application(table: Mapping[str, object], lines: TomlTables, n: int) -> Application:
    _DATE.check(table, lines, n)
    for key in ("from", "before"):
        if key in table and not is_day(cast("str", table[key])):
            what = notice("data no day", field=key, value=table[key], example="2027-12-02")
            raise lines.error(n, key, what)
    if table.get("before") and not table.get("by"):
        raise lines.error(n, "before", notice("date moved by nothing"))
    units = tuple(cast("list[str]", table["units"]))
    for unit in units:
        if not _UNIT.fullmatch(unit):
            raise lines.error(n, "units", notice("date no unit", value=unit))

    def patterns(key: str) -> tuple[re.Pattern[str], ...]:
        try:
            return tuple(re.compile(each, re.IGNORECASE) for each in cast("list[str]", table.get(key, [])))
        except re.error as error:
            raise lines.error(n, key, notice("data no patterns", field=key, why=str(error))) from error

    def text(key: str) -> str:
        return cast("str", table.get(key, ""))

    return Application(
        text("edition"), text("entry"), units, text("from"), text("en"), text("ko"), patterns("terms"),
        patterns("not_terms"), text("source"), bool(table["verified"]), text("before"), text("by"),
        bool(table.get("alone", False)), lines.place(n),
    )  # fmt: skip


def installed_dates(folder: Path | None = None) -> tuple[Application, ...]:
    """The rows in ``corpus/``, or in a folder of that form; none where it has no such file.

    :raises ConfigError: see :func:`load_dates`; or the file cannot be read.
    """
    path = (folder or corpus_dir()) / DATES
    name = name_of(path)
    text = read_if_there(path, name)
    return () if text is None else load_dates(text, name)


def check_dates(rows: Iterable[Application], editions: Iterable[Edition], unit_ids: Collection[str]) -> list[Notice]:
    """A notice for each fault: editions and register entries that are not there, and days before the edition."""
    by_id = {edition.doc_id: edition for edition in editions}
    faults: list[Notice] = []
    for row in rows:
        missing = [doc_id for doc_id in (row.edition, row.by) if doc_id and doc_id not in by_id]
        faults += [at_place(row.where, no_edition(doc_id, by_id)) for doc_id in missing]
        if row.entry not in unit_ids:
            faults.append(at_place(row.where, notice("corpus no entry", unit=row.entry)))
        if row.edition in by_id and row.day < by_id[row.edition].issued:
            what = notice("corpus day before issue", day=row.day, ref=by_id[row.edition].ref)
            faults.append(at_place(row.where, what))
    return faults
