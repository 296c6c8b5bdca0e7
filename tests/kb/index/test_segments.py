"""An index of many segments gives what the same documents give in one, after any history of builds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.versions import reader_files
from kb.index import writer
from kb.index.generations import current_folder
from kb.index.joint import JointRules
from kb.index.layout import DocumentPlace, KeptDocument, Segment
from kb.index.reader import Store
from kb.index.segment_writer import SEGMENT_CODE, Batch
from kb.index.verification import verify_index
from kb.index.writer import Kept, takeable, write_generation, write_index
from kb.retrieval.candidates import find_candidates
from kb.retrieval.query_vectors import make_query
from tests.entries import ENCODER, entry, save, vectors_of
from tests.ingest.test_versions import ROOT, imported, module_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kb.index.layout import IndexEntry

SETTINGS = {"x": 1}
NAMES = ("alpha", "beta", "gamma", "delta", "omega")
TEXTS = (
    "Keep a log of every decision that is taken.",
    "Oil the chain before each ride, and log it.",
    "A log means a book of decisions. Every ride needs one.",
    "기록은 결정의 책을 뜻한다",
    "The chain is 1.3 metres long.",
)
QUESTIONS = ("What does log mean?", "oil the chain 1.3", "결정 기록", "a ride, every ride", "unheard of")


def following(
    root: Path, new: Sequence[IndexEntry], gone: set[str], *, compact: bool = False, rules: JointRules | None = None
) -> None:
    """The next generation: some documents new or in place of their former text, some gone, the rest taken over."""
    with Store.open(root) as store:
        assert takeable(store, ENCODER.info, SETTINGS, ()) == set(store.places)
        replaced = {e.document.edition.doc_id for e in new} | gone
        rest = [store.kept(d.doc_id) for d in store.documents if d.doc_id not in replaced]
        batches = [Batch(new, *vectors_of(*new))] if new else []
        kept = Kept(store, rest)
        write_generation(root, batches, kept, ENCODER.info, SETTINGS, "0", "2026-01-02", compact=compact, joint=rules)


def all_of(store: Store) -> object:
    """What an index says of its documents, row by row."""
    documents = [d.doc_id for d in store.documents]
    rows = range(store.n_passages)
    return (
        store.index_id,
        [store.load(doc_id) for doc_id in documents],
        [store.passage(row) for row in rows],
        [store.passages_within(doc_id, 3, 60) for doc_id in documents],
        [store.rows(lambda edition, of=doc_id: edition.doc_id == of) for doc_id in documents],  # type: ignore[misc]
        [store.units_by_key(key) for key in ("para:1", "PARA:2", "para:9")],
        [store.unit(f"urn:kb:x:{name}:1:para:1") for name in NAMES],
        store.described,
        store.search_texts(list(reversed(rows))),
        store.rows_of_force(("shall",)),
        store.rows_without_provision(),
        [store.sentence_vectors(row).tolist() for row in rows],
        store.vectors.all_vectors().tolist(),
    )


def found(store: Store, rows: list[int] | None) -> list[object]:
    """The candidates of each question with all their features, to the last bit."""
    out: list[object] = []
    for question in QUESTIONS:
        asked = make_query(question, ENCODER.encode_query(question))
        candidates = find_candidates(asked, store.collection, rows=rows)
        near = store.vectors.search(ENCODER.encode_query(question), 4, rows)
        out.append((candidates.rows.tolist(), candidates.features.tolist(), near))
    return out


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_history_gives_the_results_of_one_segment(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root, one = tmp_path_factory.mktemp("many"), tmp_path_factory.mktemp("one")
    pages = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4)
    held: dict[str, IndexEntry] = {}
    save(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "MERGED_AT_ONCE", data.draw(st.sampled_from([0, 3, 2_000])))
        patch.setattr(writer, "SEGMENT_PASSAGES", data.draw(st.sampled_from([3, 25_000])))
        rules = JointRules(data.draw(st.sampled_from([1, 4, 20_000])), 1)
        for _ in range(data.draw(st.integers(1, 5))):
            names = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
            new = [marked(entry(name, data.draw(pages)), name) for name in sorted(names)]
            gone = set(data.draw(st.lists(st.sampled_from(NAMES), max_size=2))) - set(names)
            following(root, new, gone, compact=data.draw(st.booleans()), rules=rules)
            held = {k: v for k, v in held.items() if k not in gone} | dict(zip(sorted(names), new, strict=True))
    save(one, *(held[name] for name in sorted(held)))
    with Store.open(root) as many, Store.open(one) as whole:
        assert len(whole.segments) == bool(held)
        assert all_of(many) == all_of(whole)
        some = [row for row in range(whole.n_passages) if row % 3]
        assert found(many, None) == found(whole, None)
        assert found(many, some) == found(whole, some)
        assert verify_index(many) == verify_index(whole)


def marked(made: IndexEntry, name: str) -> IndexEntry:
    """The entry with a hash of its text, a force and a heading of sources, so that these are compared too."""
    document = made.document
    passages = tuple(
        replace(p, forces=("shall",) if n % 2 else (), headings=(*p.headings, *(("References",) if n == 3 else ())))
        for n, p in enumerate(document.passages)
    )
    sha256 = f"{name}-{'-'.join(str(TEXTS.index(p)) for p in document.text.split(chr(12)))}"
    return replace(made, document=replace(document, sha256=sha256, passages=passages))


def files_of(root: Path) -> Mapping[str, int]:
    """The files of the segments in service, each with its number on the disk."""
    folder = current_folder(root)
    return {
        path.relative_to(folder).as_posix(): path.stat().st_ino
        for path in folder.glob("segment-*/**/*")
        if path.is_file()
    }


def test_what_is_kept_is_not_written_anew(tmp_path: Path) -> None:
    save(tmp_path, entry("alpha", list(TEXTS)), entry("beta", list(TEXTS)))
    before = files_of(tmp_path)
    following(tmp_path, [entry("gamma", ["Bells ring at noon."])], set())
    after = files_of(tmp_path)
    assert before.items() < after.items()
    with Store.open(tmp_path) as store:
        assert sorted(segment.rows for segment in store.segments.values()) == [1, 2 * len(TEXTS)]
        assert store.damaged_files() == ()
    following(tmp_path, [], {"alpha"})
    with Store.open(tmp_path) as store:
        assert store.n_passages == len(TEXTS) + 1 < sum(segment.rows for segment in store.segments.values())
    following(tmp_path, [], set(), compact=True)
    with Store.open(tmp_path) as store:
        assert [segment.rows for segment in store.segments.values()] == [store.n_passages]


def test_small_segments_are_counted_up_into_larger_ones(tmp_path: Path) -> None:
    save(tmp_path)
    for n in range(9):
        following(tmp_path, [entry(f"doc{n}", ["Bells ring at noon."])], set())
    with Store.open(tmp_path) as store:
        assert sorted(segment.rows for segment in store.segments.values()) == [1, 8]


@pytest.mark.parametrize("sizes", [[2_000] * 49, [60] * 300, [12_000] * 60, [*range(2_000, 12_000, 200)]])
def test_of_many_small_segments_a_build_writes_a_few_anew(sizes: list[int]) -> None:
    """Documents of 60 passages are added until the segments are few; no build writes more than a full segment."""
    held = dict(enumerate(sizes))
    for n in range(1_000, 1_100):
        places = {f"doc{k}": DocumentPlace(f"segment-{k}", 0, 0, rows) for k, rows in held.items()}
        segments = {place.segment: Segment("today", place.n) for place in places.values()}
        store = SimpleNamespace(places=places, segments=segments)
        documents = [SimpleNamespace(stored=SimpleNamespace(doc_id=doc_id)) for doc_id in places]
        kept: Any = SimpleNamespace(store=store, documents=documents)
        merged = {int(name.partition("-")[2]) for name in writer.merged_segments(kept, 60, "today")}
        rows = sum(held.pop(k) for k in merged)
        assert rows <= max(writer.SEGMENT_PASSAGES // 2 + writer.MERGED_AT_ONCE, 2 * min(sizes) + 60 * 100)
        held[n] = rows + 60
    assert len([rows for rows in held.values() if rows < writer.SEGMENT_PASSAGES // 2]) <= writer.MANY_SEGMENTS + 1


def test_where_files_have_no_second_names_they_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no links here")

    save(tmp_path, entry("alpha", list(TEXTS)))
    monkeypatch.setattr("os.link", refused)
    following(tmp_path, [entry("gamma", ["Bells ring at noon."])], set())
    with Store.open(tmp_path) as store:
        assert store.n_passages == len(TEXTS) + 1
        assert store.changed_files() == store.damaged_files() == ()


def test_segments_made_in_another_way_or_damaged_are_not_taken_over(tmp_path: Path) -> None:
    save(tmp_path, entry("alpha", list(TEXTS)))
    with Store.open(tmp_path) as store:
        (name,) = store.segments
        assert takeable(store, replace(ENCODER.info, fingerprint="1"), SETTINGS, ()) == set()
        assert takeable(store, ENCODER.info, SETTINGS, (f"{name}/vectors.faiss",)) == set()
        assert takeable(store, ENCODER.info, SETTINGS, ()) == {"alpha"}


NO_PART_OF_A_SEGMENT = {
    "kb/__init__.py": "public names only",
    "kb/code_version.py": "makes the hash",
    "kb/errors.py": "wording of messages",
    "kb/index/placement.py": "where rows are found, not what is written",
    "kb/index/vectors.py": "its `write_vectors` is hashed by itself; the rest of it searches",
    "kb/records.py": "how records are made",
    "kb/release.py": "the release of the analyser is in its name",
    "kb/text/lazy_patterns.py": "when a pattern is compiled",
    "kb/types.py": "records; a change in them changes the code that fills them",
}
"""Modules that writing a segment imports, and why an edit of them leaves segments as they are."""


def test_every_module_that_decides_what_a_segment_holds_is_hashed() -> None:
    hashed = {f"kb/{name}" for name in SEGMENT_CODE}
    todo, seen = [ROOT / "kb/index/segment_writer.py", ROOT / "kb/index/passage_sentences.py"], set[str]()
    while todo:
        path = todo.pop()
        name = path.relative_to(ROOT).as_posix()
        known = name in seen or name in NO_PART_OF_A_SEGMENT or path in reader_files()
        if known or not path.read_text("utf-8").strip():
            continue
        seen.add(name)
        todo += [file for each in imported(path) for file in module_files(each)]
    assert seen - hashed == set()
    assert [name for name in hashed if not (ROOT / name).is_file()] == []


def test_a_document_that_moved_is_kept_under_its_new_place(tmp_path: Path) -> None:
    save(tmp_path, entry("alpha", list(TEXTS)))
    with Store.open(tmp_path) as store:
        kept = store.kept("alpha")
        moved = KeptDocument(replace(kept.stored, source="/elsewhere/a.pdf"), kept.letters)
        write_index(tmp_path, [], *vectors_of(), ENCODER.info, SETTINGS, "0", "2026", kept=Kept(store, [moved]))
    with Store.open(tmp_path) as store:
        assert store.load("alpha").document.source == "/elsewhere/a.pdf"


def test_rows_of_dead_documents_are_never_found(tmp_path: Path) -> None:
    save(tmp_path, entry("alpha", list(TEXTS)), entry("beta", list(TEXTS)))
    following(tmp_path, [], {"alpha"})
    with Store.open(tmp_path) as store:
        assert not np.array_equal(store.vectors.vectors([0]), np.zeros((1, 64)))
        assert {row for row, _ in store.vectors.search(ENCODER.encode_query("log"), 99)} == set(range(len(TEXTS)))
        assert store.words.rows_of("log").tolist() == [0, 1, 2]
        assert store.unit("urn:kb:x:alpha:1:para:1") == ()
