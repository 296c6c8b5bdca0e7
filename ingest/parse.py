"""Reads one file and returns its edition, document text and units. It needs no model and runs in a worker process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.bibliography.facts import Fact, Facts, find_facts
from ingest.bibliography.ids import readable_id
from ingest.layout.layout import Layout, lay_out
from ingest.layout.source_page import FileContent
from ingest.readers.pdf import read_pdf, words_apart
from ingest.readers.plain import read_plain
from ingest.sources import find
from ingest.units import find_units
from ingest.units.detect import detect_scheme
from ingest.units.numbering_check import Proof, check_numbering
from kb.catalog.catalog import TEXT_BOUND, Catalog, corpus_dir, load_catalog, text_of_corpus
from kb.catalog.own_files import OwnFile
from kb.catalog.recognition import Recognition, recognise_file
from kb.catalog.title_page import TitlePage
from kb.types import FILE_EDITION, UNKNOWN_PUBLISHER, Edition, Notice, Status, Unit, notice

if TYPE_CHECKING:
    from pathlib import Path


FIRST_PAGES = 5
"""Number of pages to whose text, running heads included, the patterns of the catalog are applied."""

LEAST_UNITS = 3
"""Smallest number of units in a file of a numbered edition if the catalog does not give the number."""

_UNNUMBERED = frozenset({"outline", "glossary", "register"})
"""Schemes whose editions may be without units."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, with its hash. ``register_id`` is set if the file is a compiled register.

    ``ocr`` is a copy with a text layer, which is read instead of the file; ``ocr_pages`` are the pages whose text is
    from OCR (all pages if empty). ``own`` is what a person recorded about the file. ``rival`` is an edition that this
    file is not, because the file named ``rival_file`` was identified as that edition on better grounds.
    """

    path: Path
    sha256: str
    register_id: str | None = None
    ocr: Path | None = None
    ocr_pages: tuple[int, ...] = ()
    own: OwnFile | None = None
    rival: str = ""
    rival_file: str = ""

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Parsed:
    """The contents of one file. ``doubts`` are editions that the file may be, each with the reasons against it."""

    edition: Edition
    sha256: str
    path: Path
    media_type: str
    layout: Layout
    units: tuple[Unit, ...]
    proof: Proof
    how: str
    notes: tuple[Notice, ...]
    doubts: tuple[tuple[str, tuple[Notice, ...]], ...] = ()


@cache
def catalog() -> Catalog:
    """The project's catalog, read once per process."""
    return load_catalog(text_of_corpus(corpus_dir() / "catalog.toml"))


def parse_file(task: Task) -> Parsed:
    """Reads a file, recognises its edition, finds its units and checks their numbering.

    :raises DocumentError: the file cannot be read.
    """
    media_type = find.media_type(task.path)
    pages, outline, metadata, notes = _read(task.ocr or task.path, media_type)
    if task.ocr is not None:
        pages = [replace(p, ocr=not task.ocr_pages or p.index in task.ocr_pages) for p in pages]
        notes.append(notice("note read by OCR", n=sum(p.ocr for p in pages)))
    layout = lay_out(pages, outline, notes)
    first = "\n".join(page.text for page in pages[:FIRST_PAGES])[:TEXT_BOUND]
    recognised, facts, reading = _recognised(task, media_type, layout, metadata, first)
    edition = catalog().get(task.register_id) if task.register_id else recognised.edition
    numbered = True
    if edition is None:
        edition = unknown_edition(task, facts or file_facts(task, media_type, layout, metadata))
        scheme = detect_scheme(layout, edition)
        numbered = scheme is not None
        edition = replace(edition, scheme=scheme or edition.scheme)
    units, unit_notes = reading.of(edition) if numbered else ([], [])
    proof = check_numbering(layout, units, edition)
    units = [replace(u, proven=False) if u.unit_id in proof.unproven_ids else u for u in units]
    of_recognition = () if task.register_id else recognised.notes
    if task.rival:
        ref = catalog().get(task.rival).ref
        of_recognition = (*of_recognition, notice("note rival", file=task.name, ref=ref, rival=task.rival_file))
    return Parsed(
        edition,
        task.sha256,
        task.path,
        media_type,
        layout,
        tuple(units),
        proof,
        "register" if task.register_id else recognised.how,
        (*of_recognition, *layout.notes, *unit_notes, *_proof_notes(edition, units, proof)),
        tuple((doubt.edition.doc_id, doubt.reasons) for doubt in recognised.doubts),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The units of a layout by the numbering scheme of each edition; each scheme is applied once."""

    layout: Layout
    found: dict[str, tuple[list[Unit], list[Notice]]] = field(default_factory=dict)

    def of(self, edition: Edition) -> tuple[list[Unit], list[Notice]]:
        """The units by the scheme of an edition, and notes about them."""
        if edition.doc_id not in self.found:
            self.found[edition.doc_id] = find_units(self.layout, edition)
        return self.found[edition.doc_id]

    def share(self, edition: Edition) -> float | None:
        """The share of an edition's units that the file has; ``None`` if the catalog does not give their number.

        A text without any unit of a numbered edition has the share 0.
        """
        if not edition.expected and edition.scheme in _UNNUMBERED:
            return None
        counts = Counter(unit.kind for unit in self.of(edition)[0])
        if not edition.expected:
            return None if counts.total() >= LEAST_UNITS else 0.0
        wanted = sum(n for _, n in edition.expected)
        return sum(min(n, counts[kind]) for kind, n in edition.expected) / wanted


def _recognised(
    task: Task, media_type: str, layout: Layout, metadata: dict[str, str], first: str
) -> tuple[Recognition, Facts | None, _Reading]:
    """The edition that the file is; its facts if recognition needed them; its units as far as they were read."""
    own = task.own or OwnFile(task.sha256)
    denied = (*own.denied, task.rival) if task.rival else own.denied
    reading = _Reading(layout)
    known = own.edition or (catalog().by_sha256(task.sha256) is not None and not denied)
    facts = None if known or task.register_id else file_facts(task, media_type, layout, metadata)
    page = replace(facts.page, text=first) if facts else TitlePage(first)
    found = recognise_file(task.path.name, task.sha256, page, catalog(), reading.share, own.edition, denied)
    return found, facts, reading


def _read(path: Path, media_type: str) -> FileContent:
    """The content of a file, read by the reader of its type; a worker that reads PDFs loads no library of the other
    types."""
    if media_type == "application/pdf":
        return FileContent(*read_pdf(path))
    if media_type == "text/plain":
        return read_plain(path)
    from ingest.readers.formats import READERS

    return READERS[media_type](path)


def _proof_notes(edition: Edition, units: list[Unit], proof: Proof) -> list[Notice]:
    if proof.unproven:
        shown = ", ".join(proof.unproven[:3]) + (" …" if len(proof.unproven) > 3 else "")
        if proof.reasons:
            why = notice("semicolons", items=proof.reasons[:3])
            return [notice("note not proven why", n=len(proof.unproven), shown=shown, why=why)]
        return [notice("note not proven", n=len(proof.unproven), shown=shown)]
    if not units and edition.expected:
        return [notice("note no units")]
    return []


def file_facts(task: Task, media_type: str, layout: Layout, metadata: dict[str, str]) -> Facts:
    """The facts that the file gives about itself on its first pages, in its metadata and its running heads."""
    source = task.ocr or task.path
    printed = media_type == "application/pdf"
    known = {name.casefold(): each for name, each in _publishers().items()}
    apart = (lambda page, line: words_apart(source, page, line)) if printed else None
    return find_facts(layout, metadata, task.path.stem, known, printed, apart)


@cache
def _publishers() -> dict[str, str]:
    """Names of publishers as title pages give them, with their names in the catalog."""
    found = catalog()
    names = {each.publisher: each.publisher for each in found.editions if not each.is_register}
    names |= {name: each.publisher for each in found.publications.publishers for name in each.names if len(name) > 2}
    return names


def unknown_edition(task: Task, facts: Facts) -> Edition:
    """An edition record for a file that is not in the catalog, from its title page, its metadata and what a person
    recorded about it."""
    own = dict(task.own.facts) if task.own else {}
    found = {
        "title": facts.title,
        "issuer": facts.issuer,
        "date": facts.date,
        "number": facts.number,
        "language": facts.language,
        "kind": facts.kind,
    } | {key: Fact(value, "your word") for key, value in own.items()}
    said = {key: fact.value for key, fact in found.items() if fact is not None}
    known_from = tuple((key, fact.how) for key, fact in found.items() if fact is not None)
    title = said["title"]
    name = readable_id(facts.title.value, task.path.stem)
    return Edition(
        doc_id=f"file-{name}-{task.sha256[:8]}",
        urn=f"urn:kb:file:{name}:{task.sha256[:8]}",
        ref=title if len(title) < 80 else title[:77] + "…",
        title=title,
        publisher=said.get("issuer", UNKNOWN_PUBLISHER),
        edition=f"{FILE_EDITION}{task.sha256[:8]}",
        issued=said.get("date", ""),
        status=Status.UNKNOWN,
        language=said["language"],
        licence="unknown",
        quote_limit_words=0,
        redistribute="unknown",
        landing_url="",
        scheme="outline",
        verified=False,
        note=f"not in the catalog; {', '.join(f'{key} from {how}' for key, how in known_from)}",
        in_catalog=False,
        number=said.get("number", ""),
        kind=said.get("kind", ""),
        known_from=known_from,
    )
