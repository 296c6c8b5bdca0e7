"""Collects the evidence for the rows of a citation list: their state today, page images, editions and log entries.

The result is what an evidence pack contains (:mod:`kb.audit.evidence_pack`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.audit.listed_rows import ListedRow
from kb.messages import message, page_words, words
from kb.page_images import page_view
from kb.release import package_version
from kb.text.safe_cells import on_a_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.audit.revalidation import RevalidatedRow
    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Citation, Edition

MOST_IMAGES = 1_000
"""Largest number of page images of one list; further rows say so instead."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of a list with its state today and an image of the place that it quotes.

    ``state`` is a value of :class:`kb.audit.revalidation.RowState`, ``reason`` its explanation in words, ``path`` the
    unit as a person writes it, ``page`` the page in words. ``image`` is a PNG with the quote marked, or ``None``;
    ``no_image`` then says why. ``source_sha256`` is the hash of the document's file.
    """

    row: ListedRow
    state: str
    reason: str
    path: str
    page: str
    image: bytes | None
    no_image: str
    source_sha256: str


@dataclass(frozen=True, slots=True)
class ListEvidence:
    """The evidence for a list: its rows, the editions that they cite, and the id of the index."""

    rows: tuple[EvidenceRow, ...]
    editions: tuple[Edition, ...]
    index_id: str


def list_evidence(library: Library, rows: Sequence[RevalidatedRow], lang: str) -> ListEvidence:
    """The evidence for revalidated rows, in their order; words are in ``lang``."""
    images: dict[tuple[str, int, int], tuple[bytes | None, str]] = {}
    found = tuple(_evidence_row(library, each, lang, images) for each in rows)
    doc_ids = dict.fromkeys(each.row.doc_id for each in rows if each.row.doc_id)
    editions = (library.editions.get(doc_id) for doc_id in doc_ids)
    return ListEvidence(found, tuple(edition for edition in editions if edition is not None), library.index_id)


def _evidence_row(
    library: Library, each: RevalidatedRow, lang: str, images: dict[tuple[str, int, int], tuple[bytes | None, str]]
) -> EvidenceRow:
    image, why, page, source = None, message(lang, "quote gone"), "", ""
    path = each.row.path or (each.now.path if each.now is not None else "")
    if each.now is not None:
        place = each.now.doc_id, each.now.char_start, each.now.char_end
        if place not in images:
            images[place] = _image_of(library, each.now, lang, len(images) < MOST_IMAGES)
        image, why = images[place]
        page = page_words(lang, each.now)
        stored: StoredDocument | None = library.store.document(each.now.doc_id)
        source = stored.sha256 if stored is not None else ""
    return EvidenceRow(each.row, each.state.value, words(each.reason, lang), path, page, image, why, source)


def _image_of(library: Library, citation: Citation, lang: str, is_drawn: bool) -> tuple[bytes | None, str]:
    if not is_drawn:
        return None, message(lang, "pack images bound", n=f"{MOST_IMAGES:,}")
    view = page_view(library, citation, lang, cropped=True)
    if view.image is None:
        return None, " ".join(view.lines[1:])
    out = io.BytesIO()
    view.image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue(), ""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """A block of the printable report; ``kind`` is ``title``, ``head``, ``text``, ``quote``, ``small`` or ``image``."""

    kind: str
    text: str = ""
    image: bytes | None = None


def report_blocks(
    found: ListEvidence, name: str, sha256: str, logged: Mapping[int, int], lang: str
) -> tuple[ReportBlock, ...]:
    """The blocks of the printable report, in order.

    :param name: file name of the list.
    :param sha256: hash of the list.
    :param logged: number of the log entry by number of the row; rows without an entry are missing.
    """
    blocks = [
        ReportBlock("title", message(lang, "pack title")),
        ReportBlock("text", message(lang, "pack made", file=name, sha256=sha256)),
        ReportBlock("text", message(lang, "pack index", index=found.index_id, release=package_version())),
    ]
    for each in found.rows:
        row = each.row
        where = ", ".join(filter(None, (row.doc_ref or row.doc_id, each.path or row.unit_id, each.page)))
        state = message(lang, f"audit state {each.state}")
        blocks.append(ReportBlock("head", on_a_line(f"{row.n}. {where}")))
        if row.quote:
            blocks.append(ReportBlock("quote", on_a_line(row.quote)))
        blocks.append(ReportBlock("text", on_a_line(message(lang, "pack state", state=state, reason=each.reason))))
        blocks.append(
            ReportBlock("image", image=each.image)
            if each.image is not None
            else ReportBlock("small", on_a_line(message(lang, "pack no image", why=each.no_image)))
        )
        entry = logged.get(row.n)
        proof = message(lang, "pack logged", n=entry) if entry else message(lang, "pack not logged")
        blocks.append(ReportBlock("small", f"{message(lang, 'pack hash', sha256=row.quote_sha256)} {proof}"))
    blocks.append(ReportBlock("head", message(lang, "pack editions")))
    for e in found.editions:
        facts = (f"{e.ref}: {e.title}", e.publisher, e.edition, e.issued, e.status.value, e.licence, e.landing_url)
        blocks.append(ReportBlock("text", on_a_line("; ".join(filter(None, facts)))))
    return tuple(blocks)


def evidence_records(found: ListEvidence, logged: Mapping[int, int]) -> list[dict[str, Any]]:
    """The rows as plain data for ``rows.json``, each with the name of its image and the number of its log entry."""
    out = []
    for n, each in enumerate(found.rows, 1):
        row = each.row
        out.append(
            {
                "row": row.n, "doc_id": row.doc_id, "doc_ref": row.doc_ref, "unit_id": row.unit_id, "path": each.path,
                "page_label": row.page_label, "page_index": row.page_index, "quote": row.quote,
                "quote_sha256": row.quote_sha256, "index_id": row.index_id, "state": each.state,
                "reason": each.reason, "image": image_name(n) if each.image is not None else None,
                "no_image": each.no_image, "source_sha256": each.source_sha256, "log_entry": logged.get(row.n),
            }
        )  # fmt: skip
    return out


def image_name(n: int) -> str:
    """The name of a row's image inside a pack; ``n`` counts rows from 1."""
    return f"pages/{n:05d}.png"
