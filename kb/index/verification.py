"""Verifies an index: every passage, unit, page and row is checked against the stored texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.index.layout import CURRENT
from kb.index.passage_sentences import passage_sentences
from kb.records import dataclass
from kb.text.cleaning import readable

if TYPE_CHECKING:
    from kb.index.reader import Store

FAULTS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Verified:
    """Counts of what was compared, and the faults found (at most :data:`FAULTS_NAMED`)."""

    n_passages: int
    n_equal: int
    n_units: int
    n_pages: int
    n_vectors: int
    n_words: int
    faults: tuple[str, ...]


def says_the_same(raw: str, search_text: str) -> bool:
    """Whether a stored search text has the words that are at the span of the document text.

    Only letters and digits are compared, in order; the heading at the beginning of the search text is ignored.
    """
    kept = [c for c in search_text.rsplit("\n", 1)[-1] if c.isalnum()]
    return bool(kept) and kept == [c for c in readable(raw) if c.isalnum()]


def verify_index(store: Store, named: int = FAULTS_NAMED) -> Verified:
    """Checks of the index: a passage's words are at its span, spans lie within texts, rows agree."""
    faults: list[str] = []
    n_passages = n_equal = n_units = n_pages = 0
    row = 0
    for document in store.documents:
        text = store.text(document.doc_id)
        control = sorted({f"U+{ord(c):04X}" for c in text if c < " " and c not in "\n\f"})
        if control:
            faults.append(f"{document.doc_id}: its text holds control characters ({', '.join(control)}); read it anew")
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
            raw = text[passage.span.start : passage.span.end]
            if store.passage(row) == passage and says_the_same(raw, passage.search_text):
                n_equal += 1
            else:
                faults.append(f"{passage.passage_id} (row {row}): the document text at its span is not the passage")
            n_sentences, n_rows = len(passage_sentences(passage)), len(store.sentence_vectors(row))
            if n_sentences != n_rows:
                faults.append(
                    f"{passage.passage_id} (row {row}): {n_sentences} sentences, {n_rows} vectors; "
                    "run `kb ingest --force`"
                )
            row += 1
    if not store.is_named():
        faults.append(f"{CURRENT}: missing, or names no index; this one is whole and was taken; run `kb ingest`")
    faults.extend(f"{file}: missing, or not as it was written; run `kb ingest`" for file in store.damaged_files())
    n_vectors, n_words = store.vectors.size[0], store.words.size
    if not n_vectors == n_words == n_passages == store.n_passages:
        faults.append(
            f"{n_passages} passages, {n_vectors} vectors, {n_words} word rows, manifest says {store.n_passages}"
        )
    return Verified(n_passages, n_equal, n_units, n_pages, n_vectors, n_words, tuple(faults[:named]))
