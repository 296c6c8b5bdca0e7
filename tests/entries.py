"""Index entries made by hand, with the stand-in encoder's vectors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.index.layout import IndexEntry
from kb.index.passage_sentences import searched_sentences
from kb.index.writer import write_index
from kb.types import Bilingual, Document, Edition, Page, Passage, Span, Status, Unit, notice
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import FloatArray

ENCODER = WordEncoder()


def edition(doc_id: str, **changes: object) -> Edition:
    made = Edition(
        doc_id, f"urn:kb:x:{doc_id}:1", doc_id.upper(), f"The {doc_id}", "Nobody", "1st", "2020-01-01", Status.CURRENT,
        "en", "none", None, "unknown", "https://example.org", "outline", False,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def entry(doc_id: str, pages: list[str], **changes: object) -> IndexEntry:
    """A document with a passage and a unit a page."""
    text = "\f".join(pages)
    of = edition(doc_id, **changes)
    starts = [sum(len(p) + 1 for p in pages[:n]) for n in range(len(pages))]
    spans = [Span(s, s + len(p)) for s, p in zip(starts, pages, strict=True)]
    unit_ids = [f"{of.urn}:para:{n}" for n in range(1, len(pages) + 1)]
    document = Document(
        of,
        f"{doc_id}-sha",
        f"/somewhere/{doc_id}.pdf",
        "application/pdf",
        text,
        tuple(Page(n, s.start, s.end, f"{n}", "pdf", False, ((0, 3, 2), (2, 9, 1))) for n, s in enumerate(spans, 1)),
        tuple(
            Unit(u, doc_id, doc_id, "para", str(n), f"para. {n}", "", s, s, n, n, None, n - 1)
            for n, (u, s) in enumerate(zip(unit_ids, spans, strict=True), 1)
        ),
        tuple(
            Passage(doc_id, s, text[s.start : s.end], f"{doc_id} > {p}", (doc_id, f"page {n}"), u, n, n)
            for n, (s, p, u) in enumerate(zip(spans, pages, unit_ids, strict=True), 1)
        ),
        (
            notice("note of file", file="a.pdf", note=notice("note page cut", page=3, n=9, bound=4)),
            notice("note hidden parts", sheet="쪽지", parts=(notice("hidden rows", n=1), Bilingual("a", "가"))),
        ),
    )
    return IndexEntry(document, "2026-01-02", "pipeline", {"holds": True, "counts": [["para", len(pages)]]})


def save(root: Path, *entries: IndexEntry) -> str:
    return write_index(root, entries, *vectors_of(*entries), ENCODER.info, {"x": 1}, "0", "2026-01-02")


def vectors_of(*entries: IndexEntry) -> tuple[FloatArray, list[FloatArray]]:
    passages = [p for e in entries for p in e.document.passages]
    return ENCODER.encode_parts([p.search_text for p in passages], [searched_sentences(p) for p in passages])
