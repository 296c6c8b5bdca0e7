"""The index folder: what is saved is what is opened, search agrees with numpy, and damage is one clear line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalog.edges import Edge, Relation, Review
from kb.errors import IndexFolderError, NoIndexError
from kb.files import file_sha256
from kb.index import generations
from kb.index.generations import current_folder
from kb.index.layout import DATABASE, INDEX_FORMAT, StoredDocument, edition_of_data, edition_to_json, index_id
from kb.index.manifests import index_manifest
from kb.index.passage_sentences import passage_sentences
from kb.index.reader import Store
from kb.index.stored_documents import documents_by_column, documents_from_columns
from kb.index.vectors import FaissIndex
from kb.index.verification import verify_index
from kb.index.writer import restore_pointer, write_index
from kb.messages import words
from kb.types import KnownFile, SearchFilter, Status, notice
from tests.entries import ENCODER, edition, entry, save, vectors_of
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


A = entry("alpha", ["Keep a log\nof decisions.", "Log again.", "요구사항을 기록한다"], language="en")
B = entry("beta", ["Oil the chain.", "Keep a log\nof decisions."], language="ko", publisher="Somebody")


# --- saving and opening


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    ident = save(tmp_path, A, B)
    with Store.open(tmp_path) as store:
        assert store.index_id == ident == index_id([B, A], ENCODER.info, {"x": 1})
        assert [store.load(d.doc_id) for d in store.documents] == [A, B]
        assert store.damaged_files() == ()
        assert store.n_passages == store.words.size == store.vectors.size[0] == 5
        for row, passage in enumerate([*A.document.passages, *B.document.passages]):
            assert store.passage(row) == passage
            assert store.text(passage.doc_id)[passage.span.start : passage.span.end] == passage.text
        for which in (A, B):
            rows = store.rows(lambda e, doc_id=which.document.edition.doc_id: e.doc_id == doc_id)  # type: ignore[misc]
            expected = ENCODER.encode_passages([p.search_text for p in which.document.passages])
            assert np.array_equal(store.vectors.vectors(rows), expected)
            assert store.passage_units(which.document.edition.doc_id) == tuple(
                p.unit_id for p in which.document.passages
            )


def test_units_by_id_key_parent_and_place(tmp_path: Path) -> None:
    save(tmp_path, A, B)
    with Store.open(tmp_path) as store:
        assert store.unit("urn:kb:x:alpha:1:para:2") == (A.document.units[1],)
        assert store.unit("urn:kb:x:alpha:1:para:22") == ()
        assert [u.doc_id for u in store.units_by_key("PARA:2")] == ["alpha", "beta"]
        assert store.unit_at("beta", 15) == B.document.units[1]
        assert store.unit_at("beta", 14) is None  # the form feed between the pages
        assert store.children("urn:kb:x:alpha:1:para:2", "alpha") == ()


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match=r"^no index at .*/nowhere; run `kb ingest` to build one$"):
        Store.open(tmp_path / "nowhere")
    (tmp_path / "a file").touch()
    with pytest.raises(NoIndexError, match=r"^no index at .*/a file, which is no folder"):
        Store.open(tmp_path / "a file")
    save(tmp_path, A)
    with Store.open(tmp_path) as store:
        assert store.document("beta") is None
        with pytest.raises(IndexFolderError, match="document 'beta' is not in the index"):
            store.text("beta")
        with pytest.raises(IndexFolderError, match="passage 99 is not in the index"):
            store.passage(99)


def test_an_edition_written_is_the_edition_read() -> None:
    full = edition(
        "alpha", status=Status.SUPERSEDED, superseded_by="beta", register_of=("a", "b"), aliases=("x",),
        files=(KnownFile("ab", "from the site"),), expected=(("para", 3), ("annex", 1)), quote_limit_words=90,
    )  # fmt: skip
    assert edition_of_data(json.loads(edition_to_json(full))) == full


@pytest.mark.parametrize("alike", [False, True])
def test_documents_by_column_are_those_by_row(alike: bool) -> None:
    full = edition(
        "alpha", status=Status.SUPERSEDED, superseded_by="beta", register_of=("a", "b"), aliases=("x",),
        files=(KnownFile("ab", "from the site"),), expected=(("para", 3), ("annex", 1)), quote_limit_words=90,
    )  # fmt: skip
    notes = (notice("document not in index", id="가"),)
    report = {"how": "text", "counts": [["para", 2]]}
    one = StoredDocument(full, "ab", "/x y", "text/plain", "2026-01-01", "v", 1, 2, 3, notes, report)
    other = replace(one, edition=edition("beta"), notes=(), report={}, n_pages=9)
    given = (one, one) if alike else (one, other, one)
    read = documents_from_columns(documents_by_column(given))
    assert read is not None
    assert [replace(each, report=dict(each.report)) for each in read] == list(given)
    assert documents_from_columns(documents_by_column(())) == ()


@pytest.mark.parametrize("change", ["DROP TABLE columns", "UPDATE columns SET written = replace(written, 'urn', 'u')"])
def test_an_index_of_a_release_without_these_columns_is_read_by_rows(tmp_path: Path, change: str) -> None:
    save(tmp_path, A, B)
    with Store.open(tmp_path) as store:
        wanted = [(each.edition, each.n_passages, dict(each.report)) for each in store.documents]
        path = store.folder / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(IndexFolderError):
        Store.open(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "_check_size", lambda *_: None)
        with Store.open(tmp_path) as store:
            assert [(each.edition, each.n_passages, dict(each.report)) for each in store.documents] == wanted


def test_a_reader_reads_on_whatever_is_built_meanwhile(tmp_path: Path) -> None:
    save(tmp_path, entry("a", ["Some words are kept here."]))
    with Store.open(tmp_path) as store:
        for text in ("Other words.", "Yet other words.", "No more words."):
            save(tmp_path, entry("a", [text]))
        assert len(list(tmp_path.iterdir())) == 4  # the pointer, two generations, and the one that is read
        assert "Some words are kept here." in store.text("a")
        assert store.vectors.size == (1, 64)  # opened only now, as all that a search reads
        assert store.words.rows_of(*store.terms("words")).tolist() == [0]
        assert len(store.sentence_vectors(0)) == 1
        assert not store.damaged_files()
    save(tmp_path, entry("a", ["Last words."]))
    assert len(list(tmp_path.iterdir())) == 3
    assert not store.folder.exists()


def test_a_reader_in_another_process_keeps_what_it_reads(tmp_path: Path) -> None:
    save(tmp_path, entry("a", ["Some words are kept here."]))
    code = (
        "import sys; from pathlib import Path; from kb.index.reader import Store\n"
        "store = Store.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.readline()\n"
        "print(store.vectors.size[0], store.text('a'))"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin is not None and reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    for text in ("Other words.", "Yet other words.", "No more words."):
        save(tmp_path, entry("a", [text]))
    said, _ = reader.communicate("go on\n")
    assert said.startswith("1 Some words are kept here.")


def test_a_newer_generation_is_noticed_and_the_former_stays_for_its_readers(tmp_path: Path) -> None:
    save(tmp_path, A)
    with Store.open(tmp_path) as old:
        assert old.is_current()
        save(tmp_path, A, B)
        assert not old.is_current()
        assert old.vectors.size == (3, 64)  # opened only now
        assert old.words.all_scores(["log"]).any()
        assert old.text("alpha") == A.document.text
    names = {p.name for p in tmp_path.iterdir()}
    assert len(names) == 3
    save(tmp_path, B)
    assert len(list(tmp_path.iterdir())) == 3


def test_the_same_documents_give_the_same_id_and_any_difference_another() -> None:
    ident = index_id([A, B], ENCODER.info, {"x": 1})
    others = [
        index_id([A], ENCODER.info, {"x": 1}),
        index_id([A, B], replace(ENCODER.info, fingerprint="1"), {"x": 1}),
        index_id([A, B], ENCODER.info, {"x": 2}),
        index_id([A, replace(B, pipeline="other")], ENCODER.info, {"x": 1}),
        index_id(
            [A, replace(B, document=replace(B.document, edition=replace(B.document.edition, issued="2021")))],
            ENCODER.info,
            {"x": 1},
        ),
    ]
    assert len({ident, *others}) == 6


# --- filters


def test_rows_a_filter_allows(tmp_path: Path) -> None:
    register = entry("gist", ["In our words."], is_register=True, register_of=("alpha",))
    copy = entry("copy", ["Keep a log."], rendition_of="alpha")
    save(tmp_path, A, B, copy, register)
    with Store.open(tmp_path) as store:

        def rows(chosen: SearchFilter) -> list[int]:
            return [row for e in store.filtered_editions(chosen) for row in store.rows_of(e.doc_id)]

        assert rows(SearchFilter()) == [0, 1, 2, 3, 4, 6]
        assert rows(SearchFilter(include_register=False)) == [0, 1, 2, 3, 4]
        assert rows(SearchFilter(doc_ids=("copy",))) == [5]
        assert rows(SearchFilter(publishers=("Somebody",), include_register=False)) == [3, 4]
        assert rows(SearchFilter(languages=("en",), include_register=False)) == [0, 1, 2]
        assert rows(SearchFilter(languages=("fr",))) == []


# --- vectors


def faiss_of(folder: Path, vectors: NDArray[np.float32]) -> FaissIndex:
    from kb.index.vectors import write_vectors

    write_vectors(folder / "v.faiss", vectors)
    return FaissIndex(folder / "v.faiss")


def by_numpy(
    vectors: NDArray[np.float32], query: NDArray[np.float32], k: int, rows: list[int] | None
) -> list[tuple[int, float]]:
    scores = vectors @ query
    order = sorted(range(len(vectors)) if rows is None else set(rows), key=lambda i: (-scores[i], i))
    return [(i, float(scores[i])) for i in order[:k]]


@settings(max_examples=60)
@given(data=st.data())
def test_search_agrees_with_numpy_ties_and_all(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Small whole numbers multiply exactly, so scores are equal where numpy's are, and there are many ties."""
    n = data.draw(st.integers(1, 120))
    numbers = st.lists(st.integers(-2, 2), min_size=4, max_size=4)
    vectors = np.array(data.draw(st.lists(numbers, min_size=n, max_size=n)), dtype=np.float32)
    query = np.array(data.draw(numbers), dtype=np.float32)
    k = data.draw(st.integers(0, 150))
    rows = data.draw(st.none() | st.lists(st.integers(0, n - 1)))
    found = faiss_of(tmp_path_factory.mktemp("v"), vectors).search(query, k, rows)
    assert found == by_numpy(vectors, query, k, rows)


def test_a_thousand_equal_rows_come_in_order(tmp_path: Path) -> None:
    index = faiss_of(tmp_path, np.ones((1000, 8), dtype=np.float32))
    assert [row for row, _ in index.search(np.ones(8, np.float32), 10)] == list(range(10))
    assert [row for row, _ in index.search(np.ones(8, np.float32), 3, [900, 7, 901, 8])] == [7, 8, 900]


def test_the_filler_row_never_comes_back(tmp_path: Path) -> None:
    index = faiss_of(tmp_path, np.eye(3, dtype=np.float32))
    assert len(index.search(np.ones(3, np.float32), 50)) == 3
    assert index.search(np.ones(3, np.float32), 50, [2]) == [(2, 1.0)]
    assert index.search(np.ones(3, np.float32), 50, []) == []
    empty = faiss_of(tmp_path, np.zeros((0, 3), np.float32))
    assert empty.search(np.ones(3, np.float32), 5) == []
    assert empty.vectors([]).shape == empty.all_vectors().shape == (0, 3)


# --- damage


def damaged(root: Path) -> str:
    """The one line that opening, or using every part, gives."""
    with pytest.raises(IndexFolderError) as caught, Store.open(root) as store:
        store.vectors.search(np.ones(64, np.float32), 1)
        store.words.search("log", 1)
        for document in store.documents:
            store.load(document.doc_id)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(str(root))
    assert line.endswith("run `kb ingest --force` to build the index anew")
    return line


@pytest.mark.parametrize("content", [b"", b"\n", b"nowhere\n", b"../x", b"a\0b", b"x" * 5000, b"\xff\xfe\x00", b"."])
def test_a_pointer_that_names_nothing_costs_no_index_that_is_whole(tmp_path: Path, content: bytes) -> None:
    ident = save(tmp_path, A)
    (tmp_path / "CURRENT").write_bytes(content)
    with Store.open(tmp_path) as store:
        assert store.index_id == ident
        assert not store.is_named()
        assert [fault for fault in english(verify_index(store).faults) if "CURRENT" in fault]
    path = next(tmp_path.glob("*/kb.sqlite"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    newest_whole_anew()
    damaged(tmp_path)


def file_of(root: Path, name: str) -> Path:
    """A file of the generation in service, in its one segment where it is of a segment."""
    folder = current_folder(root)
    return next((path for path in [*folder.rglob(name), *folder.glob(f"*/{name}")] if path.exists()), folder / name)


def newest_whole_anew() -> None:
    """Forgets which generations were found whole: here one is damaged after it was looked at."""
    generations._is_whole_generation.cache_clear()


def test_without_a_pointer_the_newest_whole_generation_is_taken(tmp_path: Path) -> None:
    first = save(tmp_path, A)
    second = save(tmp_path, A, B)
    folders = {f.name.partition("-")[0]: f for f in tmp_path.iterdir() if f.is_dir()}
    os.utime(folders[first] / "manifest.json", (1, 1))
    (tmp_path / "CURRENT").unlink()
    assert current_folder(tmp_path) == folders[second]
    next(folders[second].glob("*/vectors.faiss")).write_bytes(b"")
    newest_whole_anew()
    assert current_folder(tmp_path) == folders[first]
    assert restore_pointer(tmp_path) == folders[first].name
    assert restore_pointer(tmp_path) == ""
    with Store.open(tmp_path) as store:
        assert (store.index_id, store.is_named()) == (first, True)


def test_what_is_not_known_to_be_an_index_is_not_swept(tmp_path: Path) -> None:
    save(tmp_path, A)
    (left,) = [f for f in tmp_path.iterdir() if f.is_dir()]
    next(left.glob("*/vectors.faiss")).unlink()
    (tmp_path / "CURRENT").unlink()
    save(tmp_path, B)
    assert (left / "kb.sqlite").is_file()
    save(tmp_path, A, B)
    assert not left.exists()


@pytest.mark.parametrize("name", ["manifest.json", "kb.sqlite", "texts.sqlite", "vectors.faiss", "bm25/hashes.npy"])
@pytest.mark.parametrize("how", ["gone", "empty", "cut", "grown"])
def test_a_file_of_another_length_is_told_where_it_is_opened(tmp_path: Path, name: str, how: str) -> None:
    save(tmp_path, A)
    path = file_of(tmp_path, name)
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "grown": data + b"x"}[how])
    damaged(tmp_path)


def test_looking_up_needs_neither_vectors_nor_words(tmp_path: Path) -> None:
    save(tmp_path, A)
    segment = file_of(tmp_path, "vectors.faiss").parent
    (segment / "vectors.faiss").unlink()
    shutil.rmtree(segment / "bm25")
    with Store.open(tmp_path) as store:
        assert store.unit("urn:kb:x:alpha:1:para:2")
        assert f"{segment.name}/vectors.faiss" in store.damaged_files()


def test_a_byte_changed_in_the_words_is_noticed_before_any_is_quoted(tmp_path: Path) -> None:
    save(tmp_path, A)
    path = file_of(tmp_path, "texts.sqlite")
    data = path.read_bytes()
    word = A.document.text.split()[0].encode()
    assert word in data
    path.write_bytes(data.replace(word, word[:-1] + bytes([word[-1] ^ 1])))
    damaged(tmp_path)


@pytest.mark.parametrize("name", ["sentences.npy", "vectors.faiss"])
def test_a_changed_byte_is_found_by_hash(tmp_path: Path, name: str) -> None:
    save(tmp_path, A)
    path = file_of(tmp_path, name)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    with Store.open(tmp_path) as store:
        assert store.damaged_files() == store.changed_files() == (f"{path.parent.name}/{name}",)


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "3",
        f'{{"format": {INDEX_FORMAT}}}',
        f'{{"format": {INDEX_FORMAT}, "index_id": "x", "n_passages": "many"}}',
    ],
)
def test_a_manifest_of_another_shape(tmp_path: Path, manifest: str) -> None:
    save(tmp_path, A)
    (current_folder(tmp_path) / "manifest.json").write_text(manifest)
    damaged(tmp_path)


def test_an_index_of_another_format(tmp_path: Path) -> None:
    save(tmp_path, A)
    path = current_folder(tmp_path) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))
    with pytest.raises(IndexFolderError, match=r"index format 1; this version reads \d+; run `kb ingest --force`$"):
        Store.open(tmp_path)


def test_a_failed_write_leaves_the_last_good_index(tmp_path: Path) -> None:
    ident = save(tmp_path, A)
    with pytest.raises(TypeError):
        write_index(tmp_path, [B], *vectors_of(B), ENCODER.info, {"x": object()}, "0", "2026")
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(IndexFolderError, match=r"cannot be written \(.*\); the last good index stays"):
        save(blocked, A)
    assert not list(tmp_path.glob("building-*"))
    with Store.open(tmp_path) as store:
        assert store.index_id == ident


def test_each_sentence_of_a_passage_has_its_vector(tmp_path: Path) -> None:
    long = entry("gamma", ["Keep a written log of every decision. Oil the chain before each ride. Then ride on."])
    save(tmp_path, A, long)
    with Store.open(tmp_path) as store:
        row = len(A.document.passages)
        words = [text for _, text in passage_sentences(store.passage(row))]
        assert len(words) == 2  # the third is a fragment
        assert np.allclose(store.sentence_vectors(row), ENCODER.encode_passages(words), atol=1e-3)
        assert row > 0
        assert all(store.sentence_vectors(n).shape[1] == 64 for n in range(row))


def test_vectors_of_sentences_that_do_not_fit_the_passages_are_damage(tmp_path: Path) -> None:
    save(tmp_path, A)
    starts = file_of(tmp_path, "sentence_starts.npy")
    np.save(starts, np.load(starts) + 1)
    with (
        Store.open(tmp_path) as store,
        pytest.raises(IndexFolderError, match=r"sentence_starts\.npy is not as it was written"),
    ):
        store.sentence_vectors(0)


def test_edges_of_the_crosswalk_are_kept_as_written_and_found_from_both_sides(tmp_path: Path) -> None:
    one = Edge("urn:a", Relation.SUBSET, "urn:b", "Why.", "까닭.", Review.REVIEWED, "me", "2026-11-23", "texts")
    two = Edge(
        "urn:c", Relation.RELATED, "urn:a", "Why", "왜", Review.REVIEWED, "me", "2026-11-23", "x", "K", "2026", "n"
    )
    entries = (A,)
    write_index(tmp_path, entries, *vectors_of(*entries), ENCODER.info, {}, "0", "2026", (one, two))
    with Store.open(tmp_path) as store:
        assert store.edges_of("urn:a") == (one, two)
        assert store.edges_of("urn:b") == (one,)
        assert store.edges_of("urn:z") == ()


def test_the_notes_of_an_older_index_are_texts_and_are_shown_as_they_are(tmp_path: Path) -> None:
    save(tmp_path, A)
    with Store.open(tmp_path) as store:
        database = store.folder / DATABASE
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE documents SET notes = ?", (json.dumps(["a note", "쪽지"], ensure_ascii=False),))
        connection.execute("DROP TABLE columns")
    manifest = database.with_name("manifest.json")  # as an older release would have written it
    recorded = json.loads(manifest.read_text("utf-8"))
    recorded["files"][DATABASE] = [database.stat().st_size, file_sha256(database)]
    manifest.write_text(json.dumps(recorded), "utf-8")
    older = database.parent.rename(tmp_path / database.parent.name.rpartition("-")[0])  # named by id and token alone
    (tmp_path / "CURRENT").write_text(f"{older.name}\n")
    with Store.open(tmp_path) as store:
        assert [words(note, "ko") for note in store.documents[0].notes] == ["a note", "쪽지"]


@pytest.mark.parametrize(
    "field", ["index_id", "created", "version", "encoder", "settings", "n_passages", "documents", "files"]
)
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_every_field_of_the_manifest_is_covered(tmp_path: Path, field: str, how: str) -> None:
    save(tmp_path, A)
    path = current_folder(tmp_path) / "manifest.json"
    manifest = json.loads(path.read_text())
    if how == "gone":
        del manifest[field]
    else:
        manifest[field] = {**manifest[field], "x": 2} if isinstance(manifest[field], dict) else "0" * 16
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    damaged(tmp_path)
    with pytest.raises(IndexFolderError):
        index_manifest(tmp_path.parent, str(tmp_path))


def test_a_manifest_nested_without_end_is_damage(tmp_path: Path) -> None:
    save(tmp_path, A)
    (current_folder(tmp_path) / "manifest.json").write_text("[" * 200_000)
    damaged(tmp_path)


@pytest.mark.parametrize("name", ["sentences.npy", "sentence_starts.npy", "vectors.faiss", "length.npy", "rows.npy"])
@pytest.mark.parametrize("at", [9, 70, -3])
def test_a_changed_byte_in_what_a_search_reads_is_damage_and_no_crash(tmp_path: Path, name: str, at: int) -> None:
    save(tmp_path, A)
    path = sorted(current_folder(tmp_path).rglob(name))[0]
    data = bytearray(path.read_bytes())
    data[at] ^= 8
    path.write_bytes(data)
    with Store.open(tmp_path) as store, pytest.raises(IndexFolderError):
        _ = store.vectors, store.collection, store.sentence_vectors(0)
