"""Facts about publishers and works, read from ``corpus/publishers.toml``; the editions are in the catalog.

The file has their names as people write them, the numbering schemes, the families and groups of the crosswalk report,
and the number of entries that the register must have. A publisher or work is added by editing this file only; its
format is in ``docs/data-format.md``.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from kb.catalog.faults import in_file, nearest, no_edition
from kb.catalog.toml_tables import Shape, TomlTables
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.types import Edition

PUBLISHERS_FILE = "publishers.toml"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher as references and questions name it.

    ``publisher`` is its name in the catalog, ``short`` the name shown for it. ``mentions`` is a regular expression for
    its mentions in a question; without one a question is never limited to its texts. ``counted_as_its_own`` is one for
    the publishers whose texts such a question searches, ``cited_as_its_own`` names publishers whose works may be
    meant where a reference names this one. ``schemes`` are the numbering schemes that a number beside its name is
    sought in, likeliest first.
    """

    publisher: str
    short: str
    names: tuple[str, ...]
    mentions: str = ""
    case_sensitive: bool = False
    counted_as_its_own: str = ""
    cited_as_its_own: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()

    def publishes(self, publisher: str) -> bool:
        """Whether a question about this publisher searches the texts of a publisher of the catalog."""
        return compiled(self.counted_as_its_own or re.escape(self.publisher)).search(publisher) is not None


@dataclass(frozen=True, slots=True)
class Body:
    """A part of a publisher that a question may name instead: it stands for the editions of ``works`` or ``publisher``.

    ``is_one_edition``: a mention asks for one edition, the first of them.
    """

    name: str
    mentions: str
    case_sensitive: bool = False
    works: str = ""
    publisher: str = ""
    is_one_edition: bool = False

    def editions(self, editions: Iterable[Edition]) -> tuple[Edition, ...]:
        """The given editions that the body stands for."""
        if self.works:
            return tuple(edition for edition in editions if edition.urn.startswith(self.works))
        return tuple(edition for edition in editions if edition.publisher == self.publisher)


@dataclass(frozen=True, slots=True)
class Work:
    """Names of a work besides those of its editions, whose URNs begin with ``urn``."""

    urn: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Several works of one publisher under one name: the editions of a scheme whose URNs ``urns`` matches."""

    names: tuple[str, ...]
    publisher: str
    scheme: str
    urns: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """A number under which another body published an edition unchanged: ISO/IEC/IEEE 24748-7000:2022 is IEEE Std
    7000-2021. ``names`` are the ways to write it."""

    edition: str
    number: str
    adopted_by: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Publications that a report counts counterparts in: those whose unit ids begin with ``urn``."""

    name: str
    urn: str


@dataclass(frozen=True, slots=True)
class Group:
    """Units that a coverage report goes through: those of these kinds in these editions."""

    name: str
    editions: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """How many entries of a kind the register has of an edition, and the numbers of all entries of a kind."""

    edition: str
    counts: Mapping[str, int]
    numbers: Mapping[str, str] = field(default_factory=dict)

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys of all entries of this kind; empty where only their count is known."""
        first, _, last = self.numbers.get(kind, "").partition("-")
        head, dot, start = first.rpartition(".")
        end = last.rpartition(".")[2]
        return tuple(f"{kind}:{head}{dot}{n}" for n in range(int(start), int(end) + 1)) if end else ()


@dataclass(frozen=True, slots=True)
class Publications:
    """The contents of the file. ``schemes`` maps each numbering scheme to its kinds of units; ``None`` means any
    kind."""

    schemes: Mapping[str, frozenset[str] | None]
    publishers: tuple[Publisher, ...] = ()
    bodies: tuple[Body, ...] = ()
    works: tuple[Work, ...] = ()
    series: tuple[Series, ...] = ()
    families: tuple[Family, ...] = ()
    groups: tuple[Group, ...] = ()
    described: tuple[Described, ...] = ()
    adoptions: tuple[Adoption, ...] = ()

    def schemes_of(self, publisher: str) -> tuple[str, ...]:
        """The numbering schemes of a publisher, likeliest first; empty where they are not known."""
        return next((each.schemes for each in self.publishers if each.publisher == publisher), ())

    def family_of(self, unit_id: str) -> str:
        """The name of the first family that a unit belongs to, or its publisher's part of the id."""
        named = (family.name for family in self.families if unit_id.startswith(family.urn))
        return next(named, unit_id.removeprefix("urn:kb:").partition(":")[0])


_SHAPES = {
    "publisher": Shape(
        {"publisher": str, "names": list},
        {
            **dict.fromkeys(("short", "mentions", "counted_as_its_own"), str),
            **dict.fromkeys(("cited_as_its_own", "schemes"), list),
            "case_sensitive": bool,
        },
    ),
    "body": Shape(
        {"name": str, "mentions": str},
        {"works": str, "publisher": str, "case_sensitive": bool, "is_one_edition": bool},
    ),
    "work": Shape({"urn": str, "names": list}),
    "series": Shape({"names": list, "publisher": str, "scheme": str, "urns": str}),
    "family": Shape({"name": str, "urn": str}),
    "group": Shape({"name": str, "editions": list, "kinds": list}),
    "described": Shape({"edition": str, "counts": dict}, {"numbers": dict}),
    "adoption": Shape({"edition": str, "number": str, "adopted_by": str, "names": list}),
}
_SCHEME = Shape({"id": str}, {"kinds": list})
_PATTERNS = ("mentions", "counted_as_its_own", "urns")
_NUMBER_RANGE = re.compile(r"((?:\d+\.)*)\d+-\1\d+")


def load_publications(text: str, name: str = f"corpus/{PUBLISHERS_FILE}", check_patterns: bool = False) -> Publications:
    """Reads the facts from ``text`` (TOML); ``name`` is the name of the file in messages.

    Regular expressions are compiled when they are first used; ``check_patterns`` compiles them all now.

    :raises ConfigError: not TOML; an unknown, missing, empty or ill-typed key; a scheme or name given twice; a scheme
        that is not in the file; a count or a range of numbers of another form. The message names file and line.
    """
    source = TomlTables(text, name, "scheme")
    data = source.parse()
    for key in data:
        if key not in (*_SHAPES, "scheme"):
            raise source.error(-1, key, notice("data key unknown", field=key, hint=nearest(key, (*_SHAPES, "scheme"))))
    schemes: dict[str, frozenset[str] | None] = {}
    for n, table in enumerate(source.tables(data)):
        for key, what in _SCHEME.faults(table):
            raise source.error(n, key, notice("fault of scheme", what=what))
        if table["id"] in schemes:
            raise source.error(n, "id", notice("scheme twice", scheme=str(table["id"])))
        kinds: Any = table.get("kinds")
        schemes[str(table["id"])] = None if kinds is None else frozenset(kinds)

    def read(kind: str, as_: type[T]) -> tuple[T, ...]:
        at = TomlTables(text, name, kind)
        return tuple(_record(table, n, at, as_, schemes, check_patterns) for n, table in enumerate(at.tables(data, 0)))

    return Publications(
        schemes,
        read("publisher", Publisher),
        read("body", Body),
        read("work", Work),
        read("series", Series),
        read("family", Family),
        read("group", Group),
        read("described", Described),
        read("adoption", Adoption),
    )


def _record(
    table: Mapping[str, Any], n: int, source: TomlTables, as_: type[T], schemes: Iterable[str], check_patterns: bool
) -> T:
    """The record of a table.

    :raises ConfigError: see :func:`load_publications`.
    """

    def fail(key: str, what: Notice) -> ConfigError:
        name = str(next(iter(table.values()), ""))
        return source.error(n, key, notice("fault of record", kind=source.kind, name=name, what=what))

    for key, what in _SHAPES[source.kind].faults(table):
        raise fail(key, what)
    for key in ("schemes", "scheme"):
        for scheme in [table[key]] if isinstance(table.get(key), str) else table.get(key, []):
            if scheme not in schemes:
                raise fail(key, notice("scheme unknown", scheme=scheme, hint=nearest(scheme, schemes)))
    for key in _PATTERNS if check_patterns else ():
        try:
            re.compile(table.get(key, ""))
        except re.error as error:
            raise fail(key, notice("data key no pattern", field=key, why=str(error))) from error
    for key, count in table.get("counts", {}).items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise fail("counts", notice("data count", field=key))
    for key, numbers in table.get("numbers", {}).items():
        if not isinstance(numbers, str) or not _NUMBER_RANGE.fullmatch(numbers):
            raise fail("numbers", notice("data number range", field=key))
    if source.kind == "body" and bool(table.get("works")) == bool(table.get("publisher")):
        raise fail("works", notice("body needs one"))
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    if as_ is Publisher:
        values.setdefault("short", table["publisher"])
    return as_(**values)


@lru_cache(maxsize=256)
def compiled(expression: str, whole_words: bool = False, case_sensitive: bool = False) -> re.Pattern[str]:
    """A regular expression of the file, compiled once; ``whole_words`` keeps it from matching inside a word.

    :raises ConfigError: it is none.
    """
    words = rf"(?<![^\W_가-힣])(?:{expression})(?![^\W_가-힣])" if whole_words else expression
    try:
        return re.compile(words, 0 if case_sensitive else re.IGNORECASE)
    except re.error as error:
        what = notice("data value no pattern", value=expression, why=str(error))
        raise ConfigError(in_file(f"corpus/{PUBLISHERS_FILE}", what)) from error


def check_publications(publications: Publications, editions: Iterable[Edition]) -> list[Notice]:
    """A notice for each work, publisher and edition of the file that no edition of the catalog belongs to."""
    file, known = f"corpus/{PUBLISHERS_FILE}", tuple(editions)
    ids, publishers = {e.doc_id for e in known}, {e.publisher for e in known}
    starts = [("work", work.urn) for work in publications.works]
    starts += [("family", family.urn) for family in publications.families]
    starts += [("body", body.works) for body in publications.bodies if body.works]
    out = [
        in_file(file, notice("fault of record", kind=kind, name=urn, what=notice("corpus no urn")))
        for kind, urn in starts
        if not any(f"{e.urn}:".startswith(urn) for e in known)
    ]
    named = [each.publisher for each in publications.publishers]
    named += [each.publisher for each in publications.series]
    named += [body.publisher for body in publications.bodies if body.publisher]
    named += [other for each in publications.publishers for other in each.cited_as_its_own]
    out += [
        in_file(
            file,
            notice("corpus no publisher", publisher=publisher, hint=nearest(publisher, publishers)),
        )
        for publisher in dict.fromkeys(named)
        if publisher not in publishers
    ]
    meant = [doc_id for group in publications.groups for doc_id in group.editions]
    meant += [each.edition for each in publications.described]
    meant += [each.edition for each in publications.adoptions]
    out += [in_file(file, no_edition(doc_id, ids)) for doc_id in dict.fromkeys(meant) if doc_id not in ids]
    return out
