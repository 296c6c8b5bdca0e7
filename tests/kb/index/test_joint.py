"""Joint files of segments: exact results up to a size, known recall above, all vectors where they find too little."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.errors import IndexFolderError
from kb.index import writer
from kb.index.generations import current_folder
from kb.index.joint import JointRules, plan_joint
from kb.index.layout import JointFiles
from kb.index.reader import Store
from kb.index.segment_writer import Batch
from kb.index.vectors import CodedVectors
from kb.index.verification import verify_index
from kb.index.writer import Kept, write_generation
from tests.entries import ENCODER, entry
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import FloatArray

WIDTH, PASSAGES, DOCUMENTS = ENCODER.info.dimension, 30, 80
SIZE = PASSAGES * DOCUMENTS


def clustered(seed: int, n: int) -> FloatArray:
    """Vectors of length 1 around a few centres, which are the same for every seed."""
    centres = np.random.default_rng(0).standard_normal((12, WIDTH), dtype=np.float32)
    draw = np.random.default_rng(seed)
    rows: FloatArray = centres[draw.integers(0, 12, n)] + draw.standard_normal((n, WIDTH), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def batch(first: int, n_documents: int, seed: int) -> Batch:
    names = [f"doc{n:03d}" for n in range(first, first + n_documents)]
    pages = [f"Keep the log number {n} of every decision that is taken." for n in range(PASSAGES)]
    vectors = clustered(seed, n_documents * PASSAGES)
    vectors[::50] = vectors[0]  # ties
    sentences = clustered(seed + 1, len(vectors)).astype(np.float16)
    return Batch([entry(name, pages) for name in names], vectors, [row[None] for row in sentences])


def build(
    root: Path,
    batches: list[Batch],
    kept: Kept | None = None,
    *,
    compact: bool = False,
    rules: JointRules | None = None,
) -> None:
    write_generation(root, batches, kept, ENCODER.info, {"x": 1}, "0", "2026-01-02", compact=compact, joint=rules)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same documents in one segment without joint files, and in segments with them."""
    out = {name: tmp_path_factory.mktemp(name) for name in ("plain", "near")}
    halves = [batch(0, DOCUMENTS // 2, 5), batch(DOCUMENTS // 2, DOCUMENTS // 2, 9)]
    build(out["plain"], halves)
    rules = JointRules(1_000, 100, recall=0.8, compared=(20, 40, 60, 80, 100, 200))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SEGMENT_PASSAGES", SIZE // 2)
        build(out["near"], halves, rules=rules)
    return out


def hits(store: Store, question: FloatArray, rows: np.ndarray | None, k: int = 60) -> list[tuple[int, float]]:
    return store.vectors.search(question, k, rows)


def test_up_to_a_size_joint_files_change_no_row_no_score_and_no_tie(homes: dict[str, Path]) -> None:
    filters = [None, np.arange(0, SIZE, 2), np.arange(7, SIZE - 400), np.arange(100, 180), np.array([3])]
    with Store.open(homes["plain"]) as plain, Store.open(homes["near"]) as filed:
        assert (len(plain.joint), len(filed.joint), len(filed.segments)) == (0, 1, 2)
        for question in (*clustered(77, 12), plain.vectors.vectors([0])[0]):
            for rows in filters:
                assert hits(filed, question, rows) == hits(plain, question, rows)


def test_above_it_most_of_the_nearest_are_found_with_their_exact_scores(homes: dict[str, Path]) -> None:
    with Store.open(homes["plain"]) as plain, Store.open(homes["near"], exact_up_to=0) as filed:
        (file,) = filed.joint.values()
        assert file.compared > 0
        assert 0.5 <= file.recall < 1
        assert file.questions >= 100
        asked = clustered(78, 40)
        for rows in (None, np.arange(0, SIZE, 3), np.arange(SIZE // 2)):
            shares = []
            for question in asked:
                exact, found = dict(hits(plain, question, rows, 50)), dict(hits(filed, question, rows, 50))
                scores = dict(hits(plain, question, rows, SIZE))
                assert {row: scores[row] for row in found} == found
                shares.append(len(exact.keys() & found.keys()) / len(exact))
                assert hits(filed, question, rows, 50) == list(found.items())
            assert file.recall - 0.1 < np.mean(shares)
        (folder,) = current_folder(homes["near"]).glob("joint-*")
        coded = CodedVectors(folder, file)
        nearest = [{row for row, _ in hits(plain, question, None, 50)} for question in asked]
        assert any(set(coded.likely(q, 50).tolist()) != each for q, each in zip(asked, nearest, strict=True))


def test_a_filter_that_leaves_out_what_is_near_finds_as_much(homes: dict[str, Path]) -> None:
    with Store.open(homes["plain"]) as plain, Store.open(homes["near"], exact_up_to=0) as filed:
        (file,) = filed.joint.values()
        assert 0 < file.compared < SIZE // 8
        for question in clustered(81, 4):
            nearest = [row for row, _ in hits(plain, question, None, SIZE // 2)]
            far = np.setdiff1d(np.arange(SIZE), nearest)
            assert len(hits(filed, question, far, 50)) == 50
            assert hits(filed, question, far, 50) == hits(plain, question, far, 50)


def test_many_vectors_are_in_lists_some_of_which_are_read(tmp_path: Path, homes: dict[str, Path]) -> None:
    halves = [batch(0, DOCUMENTS // 2, 5), batch(DOCUMENTS // 2, DOCUMENTS // 2, 9)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.index.vectors.LISTS_FROM", 500)
        build(tmp_path, halves, rules=JointRules(1_000, 100, recall=0.8, compared=(100, 200)))
    with Store.open(homes["plain"]) as plain, Store.open(tmp_path, exact_up_to=0) as filed:
        (file,) = filed.joint.values()
        assert file.compared == 100
        assert 0.8 <= file.recall < 1
        (folder,) = current_folder(tmp_path).glob("joint-*")
        coded = CodedVectors(folder, file)
        assert len(coded.likely(clustered(78, 1)[0], SIZE)) < SIZE  # as the file says itself
        for rows in (None, np.arange(0, SIZE, 3), np.arange(100, 180)):
            shares = []
            for question in clustered(78, 40):
                exact, found = dict(hits(plain, question, rows, 50)), dict(hits(filed, question, rows, 50))
                scores = dict(hits(plain, question, rows, SIZE))
                assert {row: scores[row] for row in found} == found
                assert len(found) == 50
                shares.append(len(exact.keys() & found.keys()) / len(exact))
            assert file.recall - 0.1 < np.mean(shares)


def test_where_of_lists_even_all_find_too_little_the_search_is_exact(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.index.vectors.LISTS_FROM", 100)
        build(tmp_path, [batch(0, 10, 5)], rules=JointRules(100, 1, recall=1.1, compared=(10,)))
    with Store.open(tmp_path, exact_up_to=0) as filed, Store.open(tmp_path) as exact:
        (file,) = filed.joint.values()
        assert file.compared == 0
        for question in clustered(79, 5):
            assert hits(filed, question, None) == hits(exact, question, None)


def test_where_they_find_too_little_the_search_is_exact(tmp_path: Path) -> None:
    build(tmp_path, [batch(0, 10, 5)], rules=JointRules(100, 1, recall=1.1, compared=(10,)))
    with Store.open(tmp_path, exact_up_to=0) as filed, Store.open(tmp_path) as exact:
        (file,) = filed.joint.values()
        assert file.compared == 0
        assert file.recall < 1
        for question in clustered(79, 5):
            assert hits(filed, question, None) == hits(exact, question, None)


def test_documents_gone_and_added_beside_joint_files(tmp_path: Path, homes: dict[str, Path]) -> None:
    import shutil

    root, other = tmp_path / "near", tmp_path / "other"
    shutil.copytree(homes["near"], root)
    added = batch(DOCUMENTS, 1, 11)
    with Store.open(root) as store:
        stay = [store.kept(d.doc_id) for n, d in enumerate(store.documents) if n % 5]
        build(root, [added], Kept(store, stay))
    with Store.open(root) as store:
        assert len(store.joint) == 1
        assert store.damaged_files() == ()
        build(other, [], Kept(store, [store.kept(d.doc_id) for d in store.documents]), compact=True)
        with Store.open(other) as whole:
            assert not whole.joint
            for question in clustered(80, 6):
                for rows in (None, np.arange(5, SIZE // 2)):
                    assert hits(store, question, rows) == hits(whole, question, rows)
    with Store.open(root) as store:
        stay = [store.kept(d.doc_id) for d in store.documents]
        build(root, [], Kept(store, stay), compact=True, rules=JointRules(100, 1))
    with Store.open(root) as store:
        (file,) = store.joint.values()
        assert file.rows == store.n_passages == sum(segment.rows for segment in store.segments.values())


@pytest.mark.parametrize("damaged", ["eight-bits.faiss", "four-bits.faiss", "middle.npy", "bm25/rows.npy"])
def test_verification_and_the_first_search_see_a_damaged_file(
    tmp_path: Path, homes: dict[str, Path], damaged: str
) -> None:
    root = tmp_path / "near"
    shutil.copytree(homes["near"], root)
    (path,) = current_folder(root).glob(f"joint-*/{damaged}")
    name = path.relative_to(current_folder(root)).as_posix()
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    state = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    with Store.open(root) as store:
        assert store.damaged_files() == (name,)
        assert sum(name in fault for fault in english(verify_index(store, SIZE * 9).faults)) == 1
    path.write_bytes(content[:-1])
    with Store.open(root) as store:
        with pytest.raises(IndexFolderError):
            hits(store, clustered(1, 1)[0], None)
        build(root, [], Kept(store, [store.kept(d.doc_id) for d in store.documents]))
    with Store.open(root) as store:
        assert not store.joint
        assert store.damaged_files() == ()


class Counting(Store):
    """A store that counts how often each of its files is compared with what was written."""

    def is_as_written(self, name: str) -> bool:
        self.compared = [*getattr(self, "compared", ()), name]
        return super().is_as_written(name)


def test_the_files_of_a_copied_index_are_compared_once(tmp_path: Path, homes: dict[str, Path]) -> None:
    """A file with another time of writing is hashed, which takes long where it is large."""
    root = tmp_path / "copy"
    shutil.copytree(homes["near"], root)
    with Counting.open(root) as store:
        assert isinstance(store, Counting)
        assert store.words.size == store.vectors.size[0] == SIZE
        of_joint = [name for name in store.compared if name.startswith("joint-")]
        recorded = [name for name in store.manifest["files"] if name.startswith("joint-")]
        assert sorted(of_joint) == sorted(recorded)


def test_files_that_were_compared_before_a_build_are_not_compared_again(tmp_path: Path, homes: dict[str, Path]) -> None:
    root = tmp_path / "copy"
    shutil.copytree(homes["near"], root)
    with Counting.open(root) as store:
        assert isinstance(store, Counting)
        store.compared: list[str] = []
        changed = store.changed_files()
        before = len(store.compared)
        build(root, [], Kept(store, [store.kept(d.doc_id) for d in store.documents], changed))
        assert len(store.compared) == before > 0
    with Store.open(root) as store:
        assert store.joint and store.damaged_files() == ()


FILE = JointFiles({"a": 0, "b": 30_000}, 60_000, 512, 0.99, 200, 900.0, 0.01, 1.0)


def test_which_joint_files_there_are() -> None:
    large = {"a": 30_000, "b": 30_000}
    assert plan_joint({"x": 1_000, "y": 19_000}, {}).new == ()
    assert plan_joint(large, {}).new == (["a", "b"],)
    some = plan_joint({**large, "c": 19_999, "d": 1_999}, {"n": FILE})
    assert (dict(some.kept), some.new) == ({"n": FILE}, ())
    more = plan_joint({**large, "c": 19_999, "d": 2_000}, {"n": FILE})
    assert (dict(more.kept), more.new) == ({"n": FILE}, (["c", "d"],))
    as_much = plan_joint({**large, "c": 60_000}, {"n": FILE})
    assert (dict(as_much.kept), as_much.new) == ({}, (["a", "b", "c"],))
    assert plan_joint({"a": 30_000}, {"n": FILE}).kept == {}
    assert plan_joint({"a": 30_000, "z": 10}, {"n": replace(FILE, rows=50_000)}).kept


def test_a_compaction_leaves_one_of_them() -> None:
    large = {"a": 30_000, "b": 30_000}
    assert plan_joint(large, {"n": FILE}, compact=True).kept == {"n": FILE}
    both = plan_joint(
        {**large, "c": 30_000},
        {"n": FILE, "m": JointFiles({"c": 0}, 30_000, 256, 0.99, 9, 900.0, 0.0, 1.0)},
        compact=True,
    )
    assert (both.kept, both.new) == ({}, (["a", "b", "c"],))
    assert plan_joint({"x": 1_000}, {}, compact=True) == plan_joint({}, {}, compact=True)
