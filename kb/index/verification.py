"""Verifies an index: every passage, unit, page and row is checked against the stored texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.index.layout import CURRENT
from kb.index.passage_sentences import passage_sentences
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.types import notice

if TYPE_CHECKING:
    from kb.index.reader import Store
    from kb.types import Notice

FAULTS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Verified:
    """The numbers of things that were compared, and the faults found (at most :data:`FAULTS_NAMED`)."""

    n_passages: int
    n_equal: int
    n_units: int
    n_pages: int
    n_vectors: int
    n_words: int
    faults: tuple[Notice, ...]


def says_the_same(raw: str, search_text: str) -> bool:
    """Whether a stored search text has the words that are at the span of the document text.

    Only letters and digits are compared, in order; the heading at the beginning of the search text is ignored.
    """
    kept = [c for c in search_text.rsplit("\n", 1)[-1] if c.isalnum()]
    return bool(kept) and kept == [c for c in readable(raw) if c.isalnum()]


def verify_index(store: Store, named: int = FAULTS_NAMED) -> Verified:
    """Checks of the index: a passage's words are at its span, spans lie within texts, rows agree."""
    faults: list[Notice] = []
    n_passages = n_equal = n_units = n_pages = 0
    row = 0
    for document in store.documents:
        text = store.text(document.doc_id)
        control = sorted({f"U+{ord(c):04X}" for c in text if c < " " and c not in "\n\f"})
        if control:
            faults.append(notice("verify control", id=document.doc_id, chars=", ".join(control)))
        for page in store.pages(document.doc_id):
            n_pages += 1
            length = sum(n for _, _, n in page.segments)
            if length != page.end - page.start:
                whole = page.end - page.start
                faults.append(notice("verify page", id=document.doc_id, page=page.index, mapped=length, n=whole))
        for unit in store.units(document.doc_id):
            n_units += 1
            if not 0 <= unit.span.start <= unit.span.end <= len(text):
                faults.append(notice("verify unit", unit=unit.unit_id))
        for passage in store.passages(document.doc_id):
            n_passages += 1
            raw = text[passage.span.start : passage.span.end]
            if store.passage(row) == passage and says_the_same(raw, passage.search_text):
                n_equal += 1
            else:
                faults.append(notice("verify passage", passage=passage.passage_id, row=row))
            n_sentences, n_rows = len(passage_sentences(passage)), len(store.sentence_vectors(row))
            if n_sentences != n_rows:
                counted = {"n": n_sentences, "vectors": n_rows}
                faults.append(notice("verify sentences", passage=passage.passage_id, row=row, **counted))
            row += 1
    if not store.is_named():
        faults.append(notice("verify pointer", file=CURRENT))
    faults.extend(notice("verify file", file=str(file)) for file in store.damaged_files())
    n_vectors, n_words = store.vectors.size[0], store.words.size
    if not n_vectors == n_words == n_passages == store.n_passages:
        rows = {"passages": n_passages, "vectors": n_vectors, "words": n_words}
        faults.append(notice("verify counts", **rows, said=store.n_passages))
    return Verified(n_passages, n_equal, n_units, n_pages, n_vectors, n_words, tuple(faults[:named]))
