"""One file → its edition, document text and units. No model is needed; this runs in a worker process."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.layout.layout import Layout, lay_out
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from ingest.sources import find
from ingest.units import find_units, slug
from ingest.units.detect import detect_scheme
from ingest.units.numbering_check import Proof, check_numbering
from kb.catalog.catalog import Catalog, corpus_dir, load_catalog, text_of_corpus
from kb.catalog.recognition import recognise_file
from kb.text.languages import language_of
from kb.types import Edition, Status, Unit

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.source_page import OutlineItem, SourcePage

FIRST_PAGES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, with its hash; ``register_id`` where it is a compiled register.

    ``ocr`` is a copy with a text layer, which is read in place of the file; ``ocr_pages`` are the pages whose text is
    from OCR (all pages, if empty).
    """

    path: Path
    sha256: str
    register_id: str | None = None
    ocr: Path | None = None
    ocr_pages: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Parsed:
    """The contents of one file."""

    edition: Edition
    sha256: str
    path: Path
    media_type: str
    layout: Layout
    units: tuple[Unit, ...]
    proof: Proof
    how: str
    notes: tuple[str, ...]


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
        notes.append(
            f"{sum(p.ocr for p in pages)} pages read by OCR; their words may be misread and are not highlighted"
        )
    layout = lay_out(pages, outline, notes)
    first = "\n".join(page.text for page in pages[:FIRST_PAGES])
    known = recognise_file(task.path.name, task.sha256, first[:20_000], catalog())
    edition = known.edition
    if task.register_id:
        edition = catalog().get(task.register_id)
    numbered = True
    if edition is None:
        edition = unknown_edition(task, layout, metadata)
        scheme = detect_scheme(layout, edition)
        numbered = scheme is not None
        edition = replace(edition, scheme=scheme or edition.scheme)
    units, unit_notes = find_units(layout, edition) if numbered else ([], [])
    proof = check_numbering(layout, units, edition)
    units = [replace(u, proven=False) if not proof.holds or u.unit_id in proof.unproven_ids else u for u in units]
    told = () if task.register_id else known.notes
    return Parsed(
        edition,
        task.sha256,
        task.path,
        media_type,
        layout,
        tuple(units),
        proof,
        "register" if task.register_id else known.how,
        (*told, *layout.notes, *unit_notes, *_proof_notes(edition, units, proof)),
    )


def _read(path: Path, media_type: str) -> tuple[list[SourcePage], list[OutlineItem], dict[str, str], list[str]]:
    if media_type == "application/pdf":
        return read_pdf(path)
    if media_type == "text/html":
        from ingest.readers.markup import read_html

        return read_html(path), [], {}, []
    if media_type.startswith("text/"):
        return read_plain(path), [], {}, []
    from ingest.readers.office import read_docx

    return read_docx(path), [], {}, []


def _proof_notes(edition: Edition, units: list[Unit], proof: Proof) -> list[str]:
    if units and not proof.holds:
        return [f"numbering not proven ({'; '.join(proof.reasons[:3])}): citations give heading and page"]
    if proof.unproven:
        shown = ", ".join(proof.unproven[:3]) + (" …" if len(proof.unproven) > 3 else "")
        return [f"numbering not proven for {len(proof.unproven)} units ({shown}): these are cited by heading and page"]
    if not units and edition.expected:
        return ["no numbered units found: citations give heading and page"]
    return []


def unknown_edition(task: Task, layout: Layout, metadata: dict[str, str]) -> Edition:
    """An edition for a file that is not in the catalog: its title is its own, and everything else is unknown."""
    title = _file_title(layout, metadata) or task.path.stem
    doc_id = f"file-{slug(title)[:40].strip('-')}-{task.sha256[:8]}"
    return Edition(
        doc_id=doc_id,
        urn=f"urn:kb:file:{slug(title)[:40].strip('-')}:{task.sha256[:8]}",
        ref=title if len(title) < 80 else title[:77] + "…",
        title=title,
        publisher="unknown publisher",
        edition=f"file of SHA-256 {task.sha256[:8]}",
        issued="",
        status=Status.UNKNOWN,
        language=language_of(layout.text[:20_000]),
        licence="unknown",
        quote_limit_words=0,
        redistribute="unknown",
        landing_url="",
        scheme="outline",
        verified=False,
        note="not in the catalog; title taken from the file itself",
        in_catalog=False,
    )


def _file_title(layout: Layout, metadata: dict[str, str]) -> str:
    """The file's own title: its largest words on the first pages, or else its metadata's, or else its first line."""
    claimed = " ".join(metadata.get("Title", "").split())
    early = [line for line in layout.lines if line.page <= 2][:60]
    if early:
        largest = max(line.size for line in early)
        if largest > 1.25:
            words = " ".join(layout.line_text(x).strip(" #*") for x in early if x.size > 0.97 * largest)
            words = " ".join(words.split())
            if 4 <= len(words) <= 200:
                return words
    if len(claimed) > 5 and not re.search(
        r"\.(?:docx?|indd|pdf|tex)$|^untitled|^microsoft word", claimed, re.IGNORECASE
    ):
        return claimed[:200]
    first = next((layout.line_text(x).strip(" #*") for x in layout.lines if layout.line_text(x).strip()), "")
    return " ".join(first.split())[:120]
