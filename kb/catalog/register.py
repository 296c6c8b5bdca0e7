"""The register: our own descriptions of provisions, read from ``corpus/register/*.toml``.

A provision is found by its unit id, never by its text. Nothing here is a quotation; what a publication says is read
from the publication. The form of the files is in ``docs/data-format.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, cast

from kb.catalog.catalog import Catalog, corpus_dir, load_folder, name_of, text_of_corpus
from kb.catalog.faults import at_line, at_place, faults_error, nearest
from kb.catalog.publications import Described, check_publications
from kb.catalog.toml_tables import Shape, TomlTables
from kb.errors import ConfigError
from kb.records import dataclass
from kb.text.hangul import has_hangul
from kb.types import Force, Notice, RegisterEntry, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_KINDS = """
    whole section value policy-area para issue chapter principle recommendation paragraph clause point standard
    criterion driver inhibitor requirement function category subcategory article annex recital stage role dimension
    step part term
"""
KINDS = frozenset(_KINDS.split())
FORCES = frozenset(force.value for force in Force)

_MAY_BE_EMPTY = frozenset({"number", "url", "gist_en", "gist_ko", "title_ko", "addressee", "verified_against"})
_TOPIC = Shape(dict.fromkeys(("id", "label_en", "label_ko"), str))
_ENTRY_DEFAULTS = Shape(
    {},
    {**dict.fromkeys(("of_document", "register", "url", "verified_against"), str), "verified": bool},
    may_be_empty=_MAY_BE_EMPTY,
)
"""The keys above the first entry of a file, which all its entries share."""
_ENTRY_SHAPE = Shape(
    dict.fromkeys(("key", "kind", "number", "path", "title", "force"), str),
    {
        **dict.fromkeys(("of_document", "title_ko", "parent", "url", "gist_en", "gist_ko", "addressee"), str),
        **dict.fromkeys(("moved_from", "verified_against"), str),
        **dict.fromkeys(("topics", "related", "aliases"), list),
        "verified": bool,
    },
    may_be_empty=_MAY_BE_EMPTY | {"topics", "related", "aliases"},
)

_PART = r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"
_KEY = re.compile(rf"whole|[a-z]+(?:-[a-z]+)*:{_PART}")
_UNIT_ID = re.compile(rf"urn:kb(?::[a-z0-9.-]+){{3}}:(?:{_KEY.pattern})")


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of the taxonomy in ``corpus/topics.toml``."""

    topic_id: str
    label_ko: str


@dataclass(frozen=True, slots=True)
class Register:
    """All entries, by file in the order given and within a file as written. Users refer to an entry by its unit id."""

    entries: tuple[RegisterEntry, ...]
    topics: tuple[Topic, ...]
    _urns: Mapping[str, str] = field(repr=False)
    _registers: Mapping[str, str] = field(repr=False)
    _by_id: Mapping[str, RegisterEntry] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[RegisterEntry, ...]] = field(init=False, repr=False, compare=False)
    _of_document: Mapping[str, tuple[RegisterEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id: dict[str, RegisterEntry] = {}
        children: dict[str, list[RegisterEntry]] = {}
        of_document: dict[str, list[RegisterEntry]] = {}
        for entry in self.entries:
            by_id.setdefault(self.unit_id(entry), entry)
            of_document.setdefault(entry.of_document, []).append(entry)
            if entry.parent is not None:
                children.setdefault(f"{self._urns[entry.of_document]}:{entry.parent}", []).append(entry)
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_children", {key: tuple(found) for key, found in children.items()})
        object.__setattr__(self, "_of_document", {key: tuple(found) for key, found in of_document.items()})

    def get(self, unit_id: str) -> RegisterEntry | None:
        """The entry that describes this unit, or ``None``."""
        return self._by_id.get(unit_id)

    def unit_id(self, entry: RegisterEntry) -> str:
        """The id of the unit an entry describes: the URN of its edition, a colon, its key."""
        return f"{self._urns[entry.of_document]}:{entry.key}"

    def parent(self, entry: RegisterEntry) -> RegisterEntry | None:
        """The entry of the unit around this one, or ``None`` at the top."""
        return None if entry.parent is None else self._by_id.get(f"{self._urns[entry.of_document]}:{entry.parent}")

    def children(self, unit_id: str) -> tuple[RegisterEntry, ...]:
        """The entries whose parent this unit is, as written; empty if there are none."""
        return self._children.get(unit_id, ())

    def of_document(self, doc_id: str) -> tuple[RegisterEntry, ...]:
        """The entries that describe this edition, as written; empty if there are none."""
        return self._of_document.get(doc_id, ())

    def register_of(self, doc_id: str) -> str | None:
        """The id of the register edition that this edition's entries are compiled into; ``None`` if it has none."""
        return self._registers.get(doc_id)

    def register_ids(self) -> tuple[str, ...]:
        """The ids of the register editions that hold at least one entry, sorted."""
        return tuple(sorted({entry.register for entry in self.entries}))


def load_topics(text: str, name: str = "corpus/topics.toml") -> tuple[Topic, ...]:
    """The taxonomy that ``text`` (TOML) describes.

    :raises ConfigError: not TOML, an unknown, missing or empty key, or an id given twice; names file and line.
    """
    source = TomlTables(text, name, "topic")
    data = source.parse()
    topics: list[Topic] = []
    for n, table in enumerate(source.tables(data)):
        _TOPIC.check(table, source, n)
        topic = Topic(str(table["id"]), str(table["label_ko"]))
        if any(topic.topic_id == each.topic_id for each in topics):
            raise source.error(n, "id", notice("topic twice", topic=topic.topic_id))
        topics.append(topic)
    return tuple(topics)


def load_register(files: Iterable[tuple[str, str]], catalog: Catalog, topics: Sequence[Topic]) -> Register:
    """The register that the files, pairs of name and text (TOML), describe together.

    :raises ConfigError: a file is not TOML; an entry has an unknown, missing or ill-typed key, a value outside its
        closed set, an edition or topic that is not there, a gist in one language only; a unit is described twice, or
        its parent is not described. Each line of the message is one fault with its file and line, the first twenty.
    """
    faults: list[Notice] = []
    entries: list[RegisterEntry] = []
    topic_ids = {topic.topic_id for topic in topics}
    for name, text in files:
        source = TomlTables(text, name, "entry")
        try:
            data = source.parse()
            tables = source.tables(data)
        except ConfigError as error:
            faults.append(error.as_notice)
            continue
        defaults = {key: value for key, value in data.items() if key != "entry"}
        faults.extend(_of_file(defaults, source))
        for n, table in enumerate(tables):
            before = len(faults)
            faults.extend(_of_entry(table, defaults, _Place(source, n, table), catalog, topic_ids))
            if len(faults) == before:
                entries.append(_entry(table, defaults, name, source.line(n)))
    faults.extend(_together(entries))
    if faults:
        raise faults_error(faults)
    return Register(
        tuple(entries),
        tuple(topics),
        {edition.doc_id: edition.urn for edition in catalog.editions},
        {doc_id: edition.doc_id for edition in catalog.editions for doc_id in edition.register_of},
    )


def load_corpus(catalog: Catalog | None = None, folder: Path | None = None) -> Register:
    """The register in ``folder``, by default as installed (:func:`kb.catalog.catalog.corpus_dir`).

    ``catalog`` is read from there too if not given.

    :raises ConfigError: see :func:`load_register`, :func:`load_topics`, :func:`kb.catalog.catalog.load_catalog`.
    """
    folder = folder or corpus_dir()
    if catalog is None:
        catalog = load_folder(folder)
    topics, *files = register_files(folder)[1:]
    return load_register(
        [(name_of(path), text_of_corpus(path)) for path in files],
        catalog,
        load_topics(text_of_corpus(topics), name_of(topics)),
    )


def register_files(folder: Path) -> list[Path]:
    """The files of a corpus folder that the register is read from: the catalog, the topics, then its own by name."""
    return [folder / "catalog.toml", folder / "topics.toml", *sorted((folder / "register").glob("*.toml"))]


WHOLE = frozenset({"whole", "standard"})
"""Kinds of entries for an edition as a whole; every edition described has exactly one such entry."""

_DOUBT = re.compile(
    r"secondary|general knowledge|not checked|unverified|not seen|could not be seen|no copy|our reading|inference"
    r"|(?:explanation|definition|descriptions?) (?:is|are) ours|course notes|one reviewer|source not named",
    re.IGNORECASE,
)
"""Words by which ``verified_against`` itself says that something was not verified."""


def check_register(register: Register, catalog: Catalog) -> list[Notice]:
    """A notice for each thing that is wrong or missing, with its file and line; empty if there is none.

    Besides what :func:`load_register` refuses: titles without Korean, no web address, a gist without topics, a duty
    without its addressee, related provisions and former keys that lead nowhere, *verified* where the source named says
    otherwise, and provisions missing where their count is known.
    """
    problems = [
        *_together(register.entries),
        *check_publications(catalog.publications, catalog.editions),
    ]
    urns = {edition.urn: edition for edition in catalog.editions}
    for entry in register.entries:
        if bool(entry.gist_en) != bool(entry.gist_ko):
            problems.append(_entry_fault(entry, notice("corpus gist one language")))
        if not entry.title_ko:
            problems.append(_entry_fault(entry, notice("corpus field absent", field="title_ko")))
        elif not has_hangul(entry.title_ko) or (entry.gist_ko and not has_hangul(entry.gist_ko)):
            problems.append(_entry_fault(entry, notice("corpus not Korean")))
        if has_hangul(entry.gist_en):
            problems.append(_entry_fault(entry, notice("corpus in Korean")))
        if not entry.url:
            problems.append(_entry_fault(entry, notice("corpus field absent", field="url")))
        if entry.gist_en and not entry.topics:
            problems.append(_entry_fault(entry, notice("corpus gist no topics")))
        if entry.gist_en and not entry.addressee and entry.force in {"shall", "should"}:
            problems.append(_entry_fault(entry, notice("corpus no addressee", force=entry.force)))
        if entry.verified and (doubt := _DOUBT.search(entry.verified_against)):
            problems.append(_entry_fault(entry, notice("corpus verified in doubt", doubt=doubt[0])))
        for related in entry.related:
            edition = next((urns[urn] for urn in urns if related.startswith(f"{urn}:")), None)
            if edition is None:
                problems.append(_entry_fault(entry, notice("corpus related no edition", unit=related)))
            elif register.of_document(edition.doc_id) and register.get(related) is None:
                problems.append(_entry_fault(entry, notice("corpus related absent", unit=related)))
        if entry.moved_from is not None:
            chain = [edition.doc_id for edition in catalog.chain(catalog.get(entry.of_document))]
            earlier = [
                each.key for doc_id in chain for each in register.of_document(doc_id) if doc_id != entry.of_document
            ]
            if entry.moved_from not in earlier:
                problems.append(_entry_fault(entry, notice("corpus moved from nowhere", field=entry.moved_from)))
    for each in catalog.publications.described:
        problems += _faults_of_counts(each, register)
    for doc_id in dict.fromkeys(entry.of_document for entry in register.entries):
        n_whole = sum(entry.kind in WHOLE for entry in register.of_document(doc_id))
        if n_whole != 1:
            problems.append(at_place(doc_id, notice("corpus one whole", found=n_whole)))
    return problems


def _faults_of_counts(described: Described, register: Register) -> Iterator[Notice]:
    """A notice where an edition has other entries than the counts and numbers known of it."""
    entries = register.of_document(described.edition)
    for kind in described.numbers:
        keys = described.keys(kind)
        found = [entry.key for entry in entries if entry.kind == kind]
        missing = [key for key in keys if key not in found]
        extra = [key for key in found if key not in keys]
        if missing or extra:
            what = notice(
                "corpus numbers",
                wanted=len(keys),
                kind=kind,
                missing=_keys_or_none(missing),
                extra=_keys_or_none(extra),
            )
            yield at_place(described.edition, what)
    there = Counter(entry.kind for entry in entries)
    for kind, n in described.counts.items():
        if there[kind] != n:
            what = notice("corpus count", wanted=n, kind=kind, found=there[kind])
            yield at_place(described.edition, what)


def _keys_or_none(keys: Sequence[str]) -> Notice | str:
    return ", ".join(keys) or notice("fact none")


@dataclass(frozen=True, slots=True)
class _Place:
    """One entry's table, able to say where it is."""

    source: TomlTables
    n: int
    table: Mapping[str, object]

    def fault(self, key: str, what: Notice) -> Notice:
        # A wrong value that the entry inherits from the head of its file is reported there.
        inherited = _ENTRY_DEFAULTS.knows(key) and key not in self.table
        where = self.source.place(-1 if inherited else self.n, key)
        return at_place(where, notice("fault of entry", field=str(self.table.get("key", "?")), what=what))


def _of_file(data: Mapping[str, object], source: TomlTables) -> Iterator[Notice]:
    """Faults in the head of a file."""
    for key, what in _ENTRY_DEFAULTS.faults(data):
        yield at_place(source.place(-1, key), what)


def _of_entry(
    table: Mapping[str, object], defaults: Mapping[str, object], place: _Place, catalog: Catalog, topic_ids: set[str]
) -> Iterator[Notice]:
    """Faults of one entry that need no other entry to be seen."""
    found = list(_ENTRY_SHAPE.faults(table))
    faulty = {key for key, _ in found}
    for key, value in table.items():
        if key not in faulty and isinstance(value, str) and ("\n" in value or value != value.strip()):
            yield place.fault(key, notice("data line end", field=key))
    for key, what in found:
        yield place.fault(key, what)
    # an unknown key does not make other values wrong
    if all(key and not _ENTRY_SHAPE.knows(key) for key in faulty) and not any(_ENTRY_DEFAULTS.faults(defaults)):
        yield from _of_values({**defaults, **table}, place, catalog, topic_ids)


def _of_values(value: Mapping[str, object], place: _Place, catalog: Catalog, topic_ids: set[str]) -> Iterator[Notice]:
    """Faults in the values of an entry whose keys and types are right."""
    for name in ("key", "parent", "moved_from"):
        if name in value and not _KEY.fullmatch(str(value[name])):
            yield place.fault(name, notice("entry key form", field=name, value=str(value[name])))
    for name, allowed in (("kind", KINDS), ("force", FORCES)):
        if value[name] not in allowed:
            given, hint = str(value[name]), nearest(str(value[name]), allowed)
            what = notice("data none of", field=name, value=given, allowed=", ".join(sorted(allowed)), hint=hint)
            yield place.fault(name, what)
    for name in ("path", "title"):  # the heading "path — title [key]" of a compiled register is read back
        if re.search(r"[\[\]]" if name == "title" else r"[\[\]]|\s—\s", str(value[name])):
            what = notice("entry no brackets or dash" if name == "path" else "entry no brackets", field=name)
            yield place.fault(name, what)
    if bool(value.get("gist_en")) != bool(value.get("gist_ko")):
        empty = "gist_ko" if value.get("gist_en") else "gist_en"
        yield place.fault(empty, notice("entry one gist", field=empty))
    if value.get("verified") and not value.get("verified_against"):
        yield place.fault("verified", notice("data verified by nothing"))
    for topic in cast("list[str]", value.get("topics", [])):
        if topic not in topic_ids:
            what = notice("entry topic unknown", topic=topic, hint=nearest(topic, topic_ids))
            yield place.fault("topics", what)
    for related in cast("list[str]", value.get("related", [])):
        if not _UNIT_ID.fullmatch(related):
            yield place.fault("related", notice("entry no unit id", value=related))
    url = str(value.get("url", ""))
    if url and not re.fullmatch(r"https?://\S+", url):
        yield place.fault("url", notice("data value form", field="url", value=url, form=notice("form address")))
    editions = {edition.doc_id: edition for edition in catalog.editions}
    for name in ("of_document", "register"):
        if value.get(name) not in editions:
            given = str(value.get(name))
            yield place.fault(name, notice("entry no edition", field=name, value=given, hint=nearest(given, editions)))
            return
    register = editions[str(value["register"])]
    if value["of_document"] not in register.register_of:
        what = notice("entry not of register", register=register.doc_id, doc_id=str(value["of_document"]))
        yield place.fault("of_document", what)


def _entry(table: Mapping[str, object], defaults: Mapping[str, object], name: str, line: int) -> RegisterEntry:
    value = {**defaults, **table}

    def text(key: str) -> str:
        return cast("str", value.get(key, ""))

    def texts(key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", value.get(key, [])))

    return RegisterEntry(
        key=text("key"),
        of_document=text("of_document"),
        register=text("register"),
        kind=text("kind"),
        number=text("number"),
        path=text("path"),
        title=text("title"),
        gist_en=text("gist_en"),
        gist_ko=text("gist_ko"),
        force=text("force"),
        addressee=text("addressee"),
        verified=bool(value.get("verified", False)),
        verified_against=text("verified_against"),
        url=text("url"),
        title_ko=text("title_ko"),
        parent=text("parent") or None,
        topics=texts("topics"),
        related=texts("related"),
        moved_from=text("moved_from") or None,
        aliases=texts("aliases"),
        file=name,
        line=line,
    )


def _entry_fault(entry: RegisterEntry, what: Notice) -> Notice:
    return at_line(entry.file, entry.line, notice("fault of entry", field=entry.key, what=what))


def _together(entries: Sequence[RegisterEntry]) -> list[Notice]:
    """Faults between entries: a unit described twice, a parent not described, a parent that is a descendant."""
    faults: list[Notice] = []
    first: dict[tuple[str, str], RegisterEntry] = {}
    for entry in entries:
        other = first.get((entry.of_document, entry.key))
        if other is not None:
            where = notice("file line", file=other.file, line=other.line)
            faults.append(_entry_fault(entry, notice("entry twice", doc_id=entry.of_document, where=where)))
        else:
            first[entry.of_document, entry.key] = entry
    keys = Counter(entry.of_document for entry in entries)
    for entry in entries:
        if entry.parent is None:
            continue
        above, at = set[str](), entry
        while at.parent is not None and at.parent not in above:
            above.add(at.parent)
            found = first.get((entry.of_document, at.parent))
            if found is None:
                break
            at = found
        if (entry.of_document, entry.parent) not in first:
            hint = nearest(entry.parent, (key for doc_id, key in first if doc_id == entry.of_document))
            here = {"doc_id": entry.of_document, "n_entries": keys[entry.of_document]}
            what = notice("entry parent absent", parent=entry.parent, **here, hint=hint)
            faults.append(_entry_fault(entry, what))
        elif entry.key in above:
            faults.append(_entry_fault(entry, notice("entry parent circle", parent=entry.parent)))
    return faults
