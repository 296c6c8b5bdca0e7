"""Makes the document that the index stores from a file that was read: cuts its passages, describes its units and
sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.parse import catalog
from ingest.passages.chunking import make_passages
from ingest.passages.register_passages import units_and_gists
from ingest.sources.find import shown_notice
from ingest.units.captioned import with_captions
from kb.index.passage_sentences import passage_sentences
from kb.text.force import forces_of
from kb.text.force_frames import statement_force
from kb.types import Document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.parse import Parsed
    from kb.catalog.register import Register
    from kb.protocols import Encoder
    from kb.types import Passage, Unit


def make_document(parsed: Parsed, encoder: Encoder, register: Register) -> Document:
    """The document to store; its passages fit the encoder. The passages of a compiled register are our own descriptions
    of each unit."""
    edition = parsed.edition
    units: Sequence[Unit] = parsed.units
    passages: Sequence[Passage]
    if edition.register_of:
        units, passages = units_and_gists(units, parsed.layout, edition, register, catalog())
    else:
        passages = make_passages(parsed.layout, units, edition, encoder.count_tokens, encoder.info.max_tokens)
    by_id = {unit.unit_id: unit for unit in units}
    if not edition.in_catalog:  # after the passages are cut, which captions do not divide
        units = with_captions(units, parsed.layout, edition)
    return Document(
        edition,
        parsed.sha256,
        str(parsed.path),
        parsed.media_type,
        parsed.layout.text,
        parsed.layout.pages,
        tuple(units),
        tuple(replace(p, forces=_forces(p, parsed.layout.text, by_id, register)) for p in passages),
        tuple(map(shown_notice, parsed.notes)),
    )


def _forces(passage: Passage, text: str, units: Mapping[str, Unit], register: Register) -> tuple[str, ...]:
    """The normative force of each sentence of a passage; for a compiled register that of its entry."""
    unit = units.get(passage.unit_id or "")
    if unit is not None and unit.of_document != passage.doc_id and (entry := register.get(unit.unit_id)) is not None:
        return (entry.force,)
    chain: list[Unit] = []
    while unit is not None and unit not in chain:
        chain.append(unit)
        unit = units.get(unit.parent_id or "")
    return forces_of(statement_force(text, span.start, span.end, chain) for span, _ in passage_sentences(passage))
