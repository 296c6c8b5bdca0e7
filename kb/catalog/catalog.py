"""The catalog of editions: reads ``corpus/catalog.toml`` into records, checks them, and finds editions in them.

No PDF is opened here. :meth:`Catalog.recognise` matches a text with the patterns of the entries; which edition a *file*
is, by its hash, title page and name, is decided in :mod:`kb.catalog.recognition`.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kb.catalog.editions import Succession, supersede
from kb.catalog.faults import at_line, at_place, in_file, nearest
from kb.catalog.kinds import publication_kind
from kb.catalog.publications import PUBLISHERS_FILE as PUBLICATIONS
from kb.catalog.publications import Publications, load_publications
from kb.catalog.toml_tables import Shape, TomlTables, is_day, read_if_there, write_own
from kb.catalog.works import EditionChains, reached, successors
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import Edition, KnownFile, Notice, Status, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TEXT_BOUND = 20_000
"""Characters of the first pages that patterns are tried on."""

REGISTER_MARK = "register, not the official text"
"""The mark that a compiled register prints on its first page. A text with it is never taken for an official one."""

REDISTRIBUTE = frozenset({"yes", "unaltered", "non-commercial", "no", "unknown"})

_STRINGS = ("id", "urn", "ref", "title", "publisher", "edition", "issued", "status", "language", "licence")
_SHAPE = Shape(
    required={**dict.fromkeys((*_STRINGS, "redistribute", "landing_url", "scheme"), str), "verified": bool},
    optional={
        **dict.fromkeys(("supersedes", "superseded_by", "amended_by", "amended_on", "rendition_of", "file_url"), str),
        **dict.fromkeys(("verified_against", "note", "effective", "consolidation_of", "checked"), str),
        **dict.fromkeys(("aliases", "recognise", "reject", "register_of", "mistaken_for", "files"), list),
        "quote_limit_words": int,
        "expected": dict,
    },
    may_be_empty=frozenset({"issued", "landing_url", "verified_against", "note", "recognise"}),
    tables=frozenset({"files"}),
)

_COULD_FAIL = re.compile(r"[][\\(){}*+?|^$]")
"""A pattern without one of these characters is a regular expression for certain."""
_DOC_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EDITION_URN = re.compile(r"urn:kb:[a-z0-9.-]+:[a-z0-9.-]+:[a-z0-9.-]+")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def corpus_dir() -> Path:
    """The folder with ``catalog.toml`` and ``register/``, as installed.

    :raises ConfigError: the package ``corpus`` is missing, is not a folder on disk, or holds no catalog.
    """
    found = importlib.util.find_spec("corpus")
    if found is None or not found.submodule_search_locations:
        raise ConfigError(notice("corpus not installed"))
    folder = Path(next(iter(found.submodule_search_locations)))
    if not (folder / "catalog.toml").is_file():
        raise ConfigError(in_file(folder, notice("corpus file absent", file="catalog.toml")))
    return folder


@lru_cache(maxsize=1)
def installed_publications() -> Publications:
    """The facts about publications in the installed corpus, read once.

    :raises ConfigError: see :func:`kb.catalog.publications.load_publications`.
    """
    return load_publications(text_of_corpus(corpus_dir() / PUBLICATIONS))


def name_of(path: Path) -> str:
    """The name of a file of ``corpus/`` in messages: without its folder if that is the installed one."""
    try:
        return f"corpus/{path.relative_to(corpus_dir())}"
    except ValueError:
        return str(path)


def text_of_corpus(path: Path) -> str:
    """The text of a file of ``corpus/``.

    :raises ConfigError: it is not there, or cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(in_file(path.parent, notice("corpus file absent", file=path.name))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(in_file(path, notice("corpus unreadable", why=str(error)))) from error


def fold_first_pages(text: str) -> str:
    """``text`` bounded to :data:`TEXT_BOUND` characters, line-end hyphen marks removed, white space single blanks."""
    # Both are pdfium's mark for a hyphen that only ends a line; U+00AD is Unicode's own.
    bounded = re.sub("[\x02\ufffe\u00ad]\\s*", "", text[:TEXT_BOUND])
    return " ".join(bounded.split())


def _nothing_beside(_: str) -> tuple[str, str]:
    return "", ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All editions, in the order of the file, with the facts about their publishers and works.

    ``given_names`` are the names that the user gave to documents, by document id. ``beside`` gives, for one of the
    user's own documents, two more sources of its names: the file name and the beginning of the text.
    """

    editions: tuple[Edition, ...]
    publications: Publications = field(default_factory=installed_publications, repr=False, compare=False)
    beside: Callable[[str], tuple[str, str]] = field(default=_nothing_beside, repr=False, compare=False)
    given_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    works: EditionChains = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Edition] = field(init=False, repr=False, compare=False)
    _by_sha256: Mapping[str, Edition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "works", EditionChains(self.editions))
        object.__setattr__(self, "_by_id", {edition.doc_id: edition for edition in self.editions})
        known = {file.sha256: edition for edition in self.editions for file in edition.files}
        object.__setattr__(self, "_by_sha256", known)

    def get(self, doc_id: str) -> Edition:
        """The edition with this id.

        :raises ConfigError: no edition has it; the message offers close ids.
        """
        edition = self._by_id.get(doc_id)
        if edition is not None:
            return edition
        near = difflib.get_close_matches(doc_id, self._by_id, n=3)
        if not near:
            raise ConfigError(notice("edition absent", doc_id=doc_id))
        raise ConfigError(notice("edition absent near", doc_id=doc_id, names=_listed(near)))

    def by_sha256(self, sha256: str) -> Edition | None:
        """The edition one of whose known files has this SHA-256 (hex, either case), or ``None``."""
        return self._by_sha256.get(sha256.lower())

    def recognise(self, first_pages_text: str) -> tuple[Edition, ...]:
        """Every edition whose patterns all match the text and none of whose rejections does; empty if there is none.

        Only the first :data:`TEXT_BOUND` characters count. Most specific first: more patterns, then longer ones,
        then the order of the catalog. A text that carries :data:`REGISTER_MARK` is only ever a register.
        """
        text = fold_first_pages(first_pages_text)
        is_register = REGISTER_MARK in text.casefold()
        found = [
            edition
            for edition in self.editions
            if edition.recognise
            and edition.is_register == is_register
            and all(re.search(pattern, text, re.IGNORECASE) for pattern in edition.recognise)
            and not any(re.search(pattern, text, re.IGNORECASE) for pattern in edition.reject)
        ]
        return tuple(sorted(found, key=specificity, reverse=True))

    def successor(self, edition: Edition) -> Edition | None:
        """The edition that ``edition.superseded_by`` names, or ``None``.

        :raises ConfigError: it names an id that the catalog does not have (never for an edition of this catalog).
        """
        return None if edition.superseded_by is None else self.get(edition.superseded_by)

    def latest(self, edition: Edition) -> Edition:
        """The last edition that is reached from ``edition`` by following *superseded by*: itself, if nothing supersedes
        it.

        :raises ConfigError: a successor is not in the catalog (never for an edition of this catalog).
        """
        while (successor := self.successor(edition)) is not None:
            edition = successor
        return edition

    def chain(self, edition: Edition) -> tuple[Edition, ...]:
        """The editions of this one's work, itself included: see :meth:`kb.catalog.works.EditionChains.editions_of`."""
        return self.works.editions_of(edition.doc_id) if edition.doc_id in self._by_id else (edition,)


def specificity(edition: Edition) -> tuple[int, int]:
    """How specific an edition's patterns are: their number and their total length."""
    return len(edition.recognise), sum(map(len, edition.recognise))


def load_catalog(text: str, name: str = "corpus/catalog.toml", publications: Publications | None = None) -> Catalog:
    """The catalog that ``text`` (TOML) describes; ``name`` is what error messages call the file.

    ``publications`` are those as installed unless given.

    :raises ConfigError: the text is not TOML, or an entry has an unknown, missing or ill-typed key, an id, URN, hash
        or alias that another entry has, a reference to an entry that is not there, or a pattern that is no regular
        expression. The message names file and line.
    """
    publications = publications or installed_publications()
    source = TomlTables(text, name, "edition")
    data = source.parse()
    for key in data:
        if key != "edition":
            raise source.error(-1, key, notice("data only editions", field=key))
    entries = [_Entry(source, n, table, publications) for n, table in enumerate(source.tables(data))]
    editions = tuple(map(_edition_of_entry, entries))
    _check_together(editions, entries)
    return Catalog(editions, publications)


def load_folder(folder: Path) -> Catalog:
    """The catalog of a corpus folder with what the folder, or else the installed corpus, knows of publications.

    :raises ConfigError: see :func:`load_catalog` and :func:`kb.catalog.publications.load_publications`.
    """
    own, catalog = folder / PUBLICATIONS, folder / "catalog.toml"
    publications = load_publications(text_of_corpus(own), name_of(own), check_patterns=True) if own.is_file() else None
    return load_catalog(text_of_corpus(catalog), name_of(catalog), publications)


OVERLAY = "editions.toml"
"""A person's own successions, in their home folder: the package's data is never written to."""


def load_home_catalog(home: Path, successions: Sequence[Succession] | None = None) -> Catalog:
    """The installed catalog with the successions that the user recorded in ``home``, read from there unless given.

    :raises ConfigError: see :func:`load_catalog`, :func:`load_successions`; or the two contradict each other.
    """
    catalog = load_catalog(text_of_corpus(corpus_dir() / "catalog.toml"))
    return with_successions(catalog, read_successions(home) if successions is None else successions)


def with_successions(catalog: Catalog, successions: Sequence[Succession]) -> Catalog:
    """The catalog after each succession, in their order; those of editions that it does not have are left out.

    :raises ConfigError: one contradicts the catalog, or another one.
    """
    return replace(catalog, editions=overlaid(catalog.editions, successions)) if successions else catalog


def overlaid(editions: Sequence[Edition], successions: Sequence[Succession]) -> tuple[Edition, ...]:
    """Editions after each succession in their order; those of editions that are not among them are left out.

    :raises ConfigError: one contradicts the editions, or another one.
    """
    known = {edition.doc_id for edition in editions}
    for each in successions:
        if {each.old, each.new} <= known:
            editions = supersede(editions, each.old, each.new, force=each.forced)
    return tuple(editions)


def read_successions(home: Path) -> tuple[Succession, ...]:
    """The successions recorded in a home folder; none where nothing was recorded.

    :raises ConfigError: the file cannot be read, or is not as :func:`write_successions` writes it.
    """
    path = home / OVERLAY
    text = read_if_there(path, str(path))
    return () if text is None else load_successions(text, str(path))


_SUCCESSION = Shape(
    {"old": str, "new": str}, {"recorded": str, "forced": bool}, may_be_empty=frozenset({"old", "new", "recorded"})
)


def load_successions(text: str, name: str = OVERLAY) -> tuple[Succession, ...]:
    """The successions that ``text`` (TOML, ``[[supersedes]]`` tables) records.

    :raises ConfigError: not TOML, or a table with another key, a missing or an ill-typed one; names file and line.
    """
    source = TomlTables(text, name, "supersedes")
    data = source.parse()
    if data.keys() - {"supersedes"}:
        raise ConfigError(at_line(name, 1, notice("data only tables", kind="supersedes")))
    out = []
    for n, table in enumerate(source.tables(data, at_least=0)):
        if any(_SUCCESSION.faults(table)):
            raise source.error(n, "", notice("succession form"))
        given = cast("dict[str, Any]", table)
        out.append(Succession(**given))
    return tuple(out)


def write_successions(home: Path, successions: Sequence[Succession]) -> Path:
    """Writes the successions of a home folder beside the old file and puts them in its place; returns the file.

    :raises ConfigError: the folder cannot be written.
    """
    lines = ["# Which edition took the place of which, recorded with `kb corpus supersede`."]
    for each in successions:
        lines += ["", "[[supersedes]]", f'old = "{each.old}"', f'new = "{each.new}"', f'recorded = "{each.recorded}"']
        lines += ["forced = true"] if each.forced else []
    return write_own(home / OVERLAY, "\n".join(lines) + "\n")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ``[[edition]]`` table, able to say where it is."""

    source: TomlTables
    n: int
    table: Mapping[str, object]
    publications: Publications

    def fail(self, key: str, what: Notice, inner: str = "", item: int = -1) -> ConfigError:
        where = self.source.place(self.n, key, inner, item)
        if "id" in self.table:
            return ConfigError(at_place(where, notice("fault of edition", doc_id=str(self.table["id"]), what=what)))
        return ConfigError(at_place(where, notice("fault of edition without id", what=what)))


def _edition_of_entry(entry: _Entry) -> Edition:
    table = entry.table
    for key, what in _SHAPE.faults(table):
        raise entry.fail(key, what)

    def text(key: str) -> str:
        return cast("str", table.get(key, ""))

    def optional(key: str) -> str | None:
        return cast("str | None", table.get(key))

    _check_values(table, entry)
    register_of = _texts(table, "register_of")
    return Edition(
        doc_id=text("id"),
        urn=text("urn"),
        ref=text("ref"),
        title=text("title"),
        publisher=text("publisher"),
        edition=text("edition"),
        issued=text("issued"),
        status=Status(text("status")),
        language=text("language"),
        licence=text("licence"),
        quote_limit_words=cast("int | None", table.get("quote_limit_words")),
        redistribute=text("redistribute"),
        landing_url=text("landing_url"),
        scheme=text("scheme"),
        verified=cast("bool", table["verified"]),
        supersedes=optional("supersedes"),
        superseded_by=optional("superseded_by"),
        amended_by=optional("amended_by"),
        amended_on=optional("amended_on"),
        effective=optional("effective"),
        rendition_of=optional("rendition_of"),
        consolidation_of=optional("consolidation_of"),
        checked=optional("checked"),
        register_of=register_of,
        mistaken_for=_texts(table, "mistaken_for"),
        file_url=optional("file_url"),
        files=_files(table, entry),
        recognise=_patterns(table, entry, "recognise"),
        reject=_patterns(table, entry, "reject"),
        aliases=_texts(table, "aliases"),
        expected=_expected(table, entry),
        verified_against=text("verified_against"),
        note=text("note"),
        is_register=bool(register_of),
        kind="standard" if text("scheme") == "ieee" else publication_kind(text("title"), ""),
    )


def _check_values(table: Mapping[str, object], entry: _Entry) -> None:
    """:raises ConfigError: a single value of the entry is not one of those the format allows."""
    forms = (
        ("id", _DOC_ID, notice("form id")),
        ("urn", _EDITION_URN, notice("form urn")),
        ("issued", _DATE, notice("form issued")),
        ("amended_on", _DATE, notice("form date", example="2026-07-27")),
        ("effective", _DATE, notice("form date", example="2024-08-01")),
        ("language", re.compile("[a-z]{2}"), notice("form language")),
        ("landing_url", re.compile(r"https?://\S+"), notice("form address")),
        ("file_url", re.compile(r"https?://\S+"), notice("form address")),
    )
    for key, form, meaning in forms:
        value = table.get(key)
        if isinstance(value, str) and value and not form.fullmatch(value):
            raise entry.fail(key, notice("data value form", field=key, value=value, form=meaning))
    checked = table.get("checked")
    if isinstance(checked, str) and not is_day(checked):
        raise entry.fail("checked", notice("data no day", field="checked", value=checked, example="2026-11-29"))
    closed = (
        ("status", {status.value for status in Status}),
        ("redistribute", REDISTRIBUTE),
        ("scheme", entry.publications.schemes),
    )
    for key, allowed in closed:
        if table[key] not in allowed:
            values = ", ".join(sorted(allowed))
            what = notice("data none of", field=key, value=str(table[key]), allowed=values, hint="")
            raise entry.fail(key, what)
    limit = table.get("quote_limit_words", 0)
    if isinstance(limit, int) and limit < 0:
        raise entry.fail("quote_limit_words", notice("data limit below 0"))
    if table["verified"] and not table.get("verified_against"):
        raise entry.fail("verified", notice("data verified by nothing"))
    if table.get("superseded_by") and table["status"] not in {Status.SUPERSEDED.value, Status.WITHDRAWN.value}:
        raise entry.fail("superseded_by", notice("data superseded status", status=table["status"]))
    amended = table["status"] == Status.AMENDED.value
    if amended and not (table.get("amended_by") and table.get("amended_on")):
        raise entry.fail("status", notice("data amended by nothing"))
    if (table["scheme"] == "register") != bool(table.get("register_of")):
        raise entry.fail("scheme", notice("data register scheme"))
    if table.get("mistaken_for") and not table.get("note"):
        raise entry.fail("mistaken_for", notice("data mistaken without note"))


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", table.get(key, [])))


def _patterns(table: Mapping[str, object], entry: _Entry, key: str) -> tuple[str, ...]:
    patterns = _texts(table, key)
    for pattern in filter(_COULD_FAIL.search, patterns):  # compiling the others only costs time
        try:
            re.compile(pattern, re.IGNORECASE)
        except re.error as err:
            raise entry.fail(key, notice("data no pattern", field=key, value=pattern, why=str(err))) from err
    return patterns


def _files(table: Mapping[str, object], entry: _Entry) -> tuple[KnownFile, ...]:
    files: list[KnownFile] = []
    for item, value in enumerate(cast("list[object]", table.get("files", []))):
        if not isinstance(value, dict) or "sha256" not in value:
            raise entry.fail("", notice("data file without hash"), "files", item)
        for key, part in value.items():
            if key not in {"sha256", "note"}:
                raise entry.fail(key, notice("data file key unknown", field=key), "files", item)
            if not isinstance(part, str):
                raise entry.fail(key, notice("data file key text", field=key), "files", item)
        if not _SHA256.fullmatch(value["sha256"]):
            raise entry.fail("sha256", notice("data hash form"), "files", item)
        files.append(KnownFile(value["sha256"], value.get("note", "")))
    return tuple(files)


def _expected(table: Mapping[str, object], entry: _Entry) -> tuple[tuple[str, int], ...]:
    counts = cast("dict[str, object]", table.get("expected", {}))
    for kind, count in counts.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise entry.fail(kind, notice("data expected count", kind=kind), "expected", 0)
    return tuple((kind, count) for kind, count in counts.items() if isinstance(count, int))


def _check_together(editions: tuple[Edition, ...], entries: list[_Entry]) -> None:
    """:raises ConfigError: entries contradict each other, or name an entry that is not there."""
    seen: dict[tuple[str, str], Edition] = {}
    ids = {edition.doc_id for edition in editions}
    for edition, entry in zip(editions, entries, strict=True):
        claims = [("id", edition.doc_id, -1), ("urn", edition.urn, -1)]
        claims += [("sha256", file.sha256, item) for item, file in enumerate(edition.files)]
        claims += [("aliases", alias, -1) for alias in edition.aliases]
        for key, value, item in claims:
            other = seen.setdefault((key, value.casefold()), edition)
            if other is not edition or (key == "sha256" and edition.files[item] is not _first(edition, value)):
                table = "files" if key == "sha256" else ""
                what = notice("data value taken", field=key, value=value, doc_id=other.doc_id)
                raise entry.fail(key, what, table, item)
        for key in ("supersedes", "superseded_by", "rendition_of", "consolidation_of", "register_of", "mistaken_for"):
            value = getattr(edition, key)
            for doc_id in (value,) if isinstance(value, str) else value or ():
                if doc_id not in ids:
                    hint = nearest(doc_id, ids)
                    raise entry.fail(key, notice("data names no edition", field=key, value=doc_id, hint=hint))
                if doc_id == edition.doc_id:
                    raise entry.fail(key, notice("data names itself", field=key))
    later = successors(editions)
    for edition, entry in zip(editions, entries, strict=True):
        if edition.doc_id in reached(later, edition.doc_id):
            key = "superseded_by" if edition.superseded_by else "supersedes"
            raise entry.fail(key, notice("data leads back", field=key))


def _first(edition: Edition, sha256: str) -> KnownFile:
    return next(file for file in edition.files if file.sha256 == sha256)


def _listed(words: list[str]) -> str:
    return ", ".join(repr(word) for word in words)
