"""The index against itself: every passage, unit, page and row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.store import Store

MOST = 20


@dataclass(frozen=True, slots=True)
class Verified:
    """Counts of what was compared, and the faults found (at most :data:`MOST`)."""

    n_passages: int
    n_equal: int
    n_units: int
    n_pages: int
    n_vectors: int
    n_words: int
    faults: tuple[str, ...]


def verify_index(store: Store) -> Verified:
    """What holds of the index: text at a passage's span is the passage, spans lie within the text, rows agree."""
    faults: list[str] = []
    n_passages = n_equal = n_units = n_pages = 0
    row = 0
    for document in store.documents:
        text = store.text(document.doc_id)
        for page in store.pages(document.doc_id):
            n_pages += 1
            length = sum(n for _, _, n in page.segments)
            if length != page.end - page.start:
                faults.append(
                    f"{document.doc_id}, page {page.index}: {length} characters mapped of {page.end - page.start}"
                )
        for unit in store.units(document.doc_id):
            n_units += 1
            if not 0 <= unit.span.start <= unit.span.end <= len(text):
                faults.append(f"{unit.unit_id}: span outside the document text")
        for passage in store.passages(document.doc_id):
            n_passages += 1
            stored = store.passage(row)
            words = "".join(c for c in text[passage.span.start : passage.span.end] if c.isalnum())
            searched = "".join(c for c in passage.search_text if c.isalnum())
            if (
                stored == passage
                and passage.text == text[passage.span.start : passage.span.end]
                and words[:200]
                and (words[-40:] in searched or len(searched) >= len(words) // 2)
            ):
                n_equal += 1
            else:
                faults.append(f"{passage.passage_id} (row {row}): the document text at its span is not the passage")
            row += 1
    n_vectors, n_words = store.vectors.size[0], store.words.size
    if not n_vectors == n_words == n_passages == store.n_passages:
        faults.append(
            f"{n_passages} passages, {n_vectors} vectors, {n_words} word rows, manifest says {store.n_passages}"
        )
    return Verified(n_passages, n_equal, n_units, n_pages, n_vectors, n_words, tuple(faults[:MOST]))
