"""Gives the units of a compiled register the ids of the editions that they describe, and makes a passage of
each gist."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.text.cleaning import clean
from kb.text.locators import gist_spans
from kb.types import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.layout.layout import Layout
    from kb.catalog.catalog import Catalog
    from kb.catalog.register import Register
    from kb.types import Edition, Unit


def units_and_gists(
    units: Sequence[Unit], layout: Layout, edition: Edition, register: Register, catalog: Catalog
) -> tuple[list[Unit], list[Passage]]:
    """The units of a register with the ids of the editions that they describe, and the passages; an entry without a
    gist has no passage."""
    out: dict[str, Unit] = {}
    listed: list[Unit] = []
    silent: set[str] = set()
    for unit in units:
        doc_id, key = unit.unit_id.split(":", 5)[5].split("|", 1)
        urn = catalog.get(doc_id).urn
        unit_id = f"{urn}:{key}"
        entry = register.get(unit_id)
        if entry is None or not entry.gist_en:
            silent.add(unit_id)
        out[unit_id] = replace(
            unit,
            unit_id=unit_id,
            of_document=doc_id,
            kind=entry.kind if entry else unit.kind,
            number=entry.number if entry else unit.number,
            verified=bool(entry and entry.verified),
            parent_id=f"{urn}:{entry.parent}" if entry and entry.parent else None,
        )
        listed.append(out[unit_id])
    passages: list[Passage] = []
    for unit_id, unit in out.items():
        if unit_id not in silent:
            passages.extend(_gists(unit, layout, edition, catalog.get(unit.of_document)))
    return listed, passages


def _gists(unit: Unit, layout: Layout, edition: Edition, described: Edition) -> Iterator[Passage]:
    """The gist of a register entry, one passage per language, without its heading and the line of facts below it."""
    starts = [page.start for page in layout.pages]
    trail = (edition.ref, described.ref, f"{unit.path} {unit.title}".strip())
    for span in gist_spans(layout.text, unit.span):
        text = layout.text[span.start : span.end]
        words, _ = clean(text)
        yield Passage(
            edition.doc_id,
            span,
            text,
            f"{described.ref} > {trail[2]}\n{words}",
            trail,
            unit.unit_id,
            max(1, bisect_right(starts, span.start)),
            max(1, bisect_right(starts, span.end - 1)),
        )
