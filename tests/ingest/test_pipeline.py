"""A build reads new files, keeps unchanged ones, and never damages the last index."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ingest.pipeline import Summary
from ingest.plan import FileOutcome
from ingest.removal import remove_document
from kb.catalog.catalog import corpus_dir
from kb.catalog.crosswalk import load_edges
from kb.catalog.register import load_corpus
from kb.errors import EncoderError, IndexFolderError
from kb.index.reader import Store
from kb.index.verification import verify_index
from tests.builds import NoEncoder, build, documents, outcomes, report_of
from tests.fakes import WordEncoder
from tests.samples import CHAINS, write_text
from tests.wording import english, message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.types import FloatArray


# --- reading and reusing


def test_the_index_holds_the_installed_crosswalk(built: Summary, kb_home: Path) -> None:
    edges = load_edges((corpus_dir() / "crosswalk.toml").read_text("utf-8"), None, None, "crosswalk.toml")
    with Store.open(kb_home / "index") as store:
        assert store.edges_of(edges[0].source) == tuple(
            each for each in edges if edges[0].source in (each.source, each.target)
        )
        assert len(store.manifest["settings"]["crosswalk"]) == 12


def test_a_folder_is_read_and_a_second_time_nothing_is_done(kb_home: Path, files: Path) -> None:
    first = build(kb_home, files)
    assert outcomes(first) == {"logs.pdf": FileOutcome.NEW, "chains.txt": FileOutcome.NEW}
    assert (first.n_documents, first.n_pages_read, first.written) == (2, 4, True)
    assert first.n_embedded == first.n_passages > 0
    second = build(kb_home, files, encoder=NoEncoder())
    assert set(outcomes(second).values()) == {FileOutcome.UNCHANGED}
    assert (second.n_pages_read, second.n_embedded, second.written) == (0, 0, False)
    assert (second.index_id, second.n_passages) == (first.index_id, first.n_passages)


def test_files_that_were_named_once_are_read_again_by_themselves(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    write_text(files / "chains.txt", [*CHAINS, "A worn chain is thrown away."], "Care of chains")
    summary = build(kb_home)
    assert outcomes(summary) == {"logs.pdf": FileOutcome.UNCHANGED, "chains.txt": FileOutcome.CHANGED}
    assert summary.n_pages_read == 1


def test_a_standing_folder_is_read(kb_home: Path, files: Path, tmp_path: Path) -> None:
    summary = build(kb_home, folders=(files, tmp_path / "not there"))
    assert len(outcomes(summary)) == 2
    assert english(summary.notes) == (f"{tmp_path}/not there: there is no such folder; check KB_DOCUMENTS",)


def test_one_more_document_leaves_the_others_where_they_are(
    kb_home: Path, built: Summary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(*_: object) -> None:
        raise AssertionError("a document that is kept was loaded")

    former = segment(kb_home)
    numbers = {path.name: path.stat().st_ino for path in former.iterdir()}
    bells = write_text(tmp_path / "bells.txt", ["Bells are rung at noon and at no other time."], "Bells")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "load", loaded)
        summary = build(kb_home, bells)
    assert summary.n_passages == built.n_passages + 1 == built.n_passages + summary.n_embedded
    here = {path.name: path.stat().st_ino for path in (generation(kb_home) / former.name).iterdir()}
    assert here.items() >= {name: n for name, n in numbers.items() if name != "bm25"}.items()
    assert sorted(documents(kb_home)) == ["Bells", "Care of chains", "Rules for logs"]
    with Store.open(kb_home / "index") as store:
        assert verify_index(store).faults == ()


def test_the_index_of_many_builds_has_the_id_of_one(kb_home: Path, built: Summary, tmp_path: Path) -> None:
    bells = write_text(tmp_path / "bells.txt", ["Bells are rung at noon and at no other time."], "Bells")
    many = build(kb_home, bells)
    assert build(kb_home, force=True).index_id == many.index_id != built.index_id


def test_force_reads_anew_and_embeds_nothing_twice(kb_home: Path, built: Summary) -> None:
    again = build(kb_home, force=True, encoder=NoEncoder())
    assert (again.n_pages_read, again.n_embedded, again.written) == (2, 0, True)
    assert again.index_id == built.index_id


def test_a_dry_run_leaves_the_index_as_it_is(kb_home: Path, built: Summary, tmp_path: Path) -> None:
    bells = write_text(tmp_path / "bells.txt", ["Bells are rung at noon and at no other time."], "Bells")
    summary = build(kb_home, bells, dry_run=True, encoder=NoEncoder())
    assert outcomes(summary) == {
        "bells.txt": FileOutcome.NEW,
        "logs.txt": FileOutcome.UNCHANGED,
        "chains.txt": FileOutcome.UNCHANGED,
    }
    assert (summary.written, summary.index_id) == (False, "")
    assert sorted(documents(kb_home)) == ["Care of chains", "Rules for logs"]


def test_the_index_id_depends_on_the_documents_not_on_the_home(kb_home: Path, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(files, tmp_path / "copied")
    assert build(kb_home, files).index_id == build(other, tmp_path / "copied").index_id
    write_text(files / "third.txt", ["One more rule for those who ring bells."], "Bells")
    assert build(kb_home, files).index_id != build(other).index_id


def test_another_encoder_embeds_everything_with_its_own_vectors(kb_home: Path, files: Path) -> None:
    class Backwards(WordEncoder):
        info = replace(WordEncoder.info, fingerprint="1" * 64)

        def encode_passages(self, texts: Sequence[str]) -> FloatArray:
            return np.ascontiguousarray(super().encode_passages(texts)[:, ::-1])

    first = build(kb_home, files)
    with Store.open(kb_home / "index") as store:
        before = store.vectors.all_vectors()
    second = build(kb_home, files, encoder=Backwards())
    assert second.n_embedded == second.n_passages
    assert second.index_id != first.index_id
    with Store.open(kb_home / "index") as store:
        assert np.array_equal(store.vectors.all_vectors(), before[:, ::-1])
    assert build(kb_home, files).n_embedded == 0  # back again: the first vectors were kept


def test_progress_is_told_per_stage(kb_home: Path, files: Path) -> None:
    told: list[tuple[str, int, int]] = []
    summary = build(kb_home, files, tell=lambda *args: told.append(args))
    reading = [t for t in told if t[0] == "reading"]
    embedding = [t for t in told if t[0] == "embedding"]
    assert reading == [("reading", n, 2) for n in range(3)]
    assert (embedding[0][1], embedding[-1][1:]) == (0, (summary.n_embedded, summary.n_embedded))


def test_an_index_of_nothing_opens(kb_home: Path) -> None:
    summary = build(kb_home)
    assert (summary.n_documents, summary.written) == (0, True)
    with Store.open(kb_home / "index") as store:
        assert store.vectors.search(np.ones(64, np.float32), 5) == []
        assert not store.words.all_scores(["anything"]).any()
        assert store.vectors.size == (0, 64)


# --- failing builds


class Failing(WordEncoder):
    """Fails, or gives nonsense, from the second batch on."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.batches = 0

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.batches += 1
        rows = super().encode_passages(texts)
        if self.batches == 1:
            return rows
        if self.how == "error":
            raise EncoderError("encoder 'x': cannot be loaded (no reason)")
        if self.how == "interrupt":
            raise KeyboardInterrupt
        if self.how == "nan":
            return rows * np.nan
        return rows[:, :-1] if self.how == "narrow" else rows * 2


@pytest.mark.parametrize("how", ["error", "interrupt", "nan", "narrow", "long"])
def test_an_encoder_that_fails_leaves_the_last_index_and_the_vectors_made(
    kb_home: Path, built: Summary, tmp_path: Path, how: str
) -> None:
    sentences = [f"Rule {n} says that bell number {n} is rung {n + 1} times at noon. " * 8 for n in range(150)]
    bells = write_text(tmp_path / "bells.txt", sentences, "Bells")
    with pytest.raises(KeyboardInterrupt if how == "interrupt" else EncoderError):
        build(kb_home, bells, encoder=Failing(how))
    with Store.open(kb_home / "index") as store:
        assert store.index_id == built.index_id
    done = build(kb_home, bells)
    assert 0 < done.n_embedded <= done.n_passages - built.n_passages - 64
    assert "Bells" in documents(kb_home)


def test_leftovers_of_killed_builds_are_swept(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    (kb_home / "index" / "building-dead" / "bm25").mkdir(parents=True)
    build(kb_home, files)
    assert not list((kb_home / "index").glob("building-*"))
    (kb_home / "index" / "0000-finished-but-never-named").mkdir()
    for n in range(3):
        write_text(files / f"{n}.txt", [f"Rule {n} is about the number {n} and no other."], f"Rule {n}")
        build(kb_home, files)
    assert len([p for p in (kb_home / "index").iterdir() if p.is_dir()]) == 2  # in base, and the one before


# --- damage


def generation(home: Path) -> Path:
    return home / "index" / (home / "index" / "CURRENT").read_text().strip()


def segment(home: Path) -> Path:
    """The one segment of the generation in service."""
    (found,) = generation(home).glob("segment-*")
    return found


DAMAGE: dict[str, Callable[[Path], object]] = {
    "CURRENT garbage": lambda home: (home / "index" / "CURRENT").write_bytes(b"\xff\x00\x1b[31m"),
    "CURRENT elsewhere": lambda home: (home / "index" / "CURRENT").write_text("../documents\n"),
    "CURRENT gone": lambda home: (home / "index" / "CURRENT").unlink(),
    "manifest": lambda home: (generation(home) / "manifest.json").write_text('{"format": 2,'),
    "manifest of a list": lambda home: (generation(home) / "manifest.json").write_text("[]"),
    "database cut": lambda home: (generation(home) / "kb.sqlite").write_bytes(b"SQLite format 3\0"),
    "database overwritten": lambda home: overwrite(generation(home) / "kb.sqlite"),
    "database gone": lambda home: (generation(home) / "kb.sqlite").unlink(),
    "texts cut": lambda home: (segment(home) / "texts.sqlite").write_bytes(b"SQLite format 3\0"),
    "texts overwritten": lambda home: overwrite(segment(home) / "texts.sqlite"),
    "vectors cut": lambda home: (segment(home) / "vectors.faiss").write_bytes(b"IxFI"),
    "vectors overwritten": lambda home: overwrite(segment(home) / "vectors.faiss"),
    "words gone": lambda home: shutil.rmtree(segment(home) / "bm25"),
    "vector cache cut": lambda home: (home / "cache" / "vectors.sqlite").write_bytes(b"SQLite format 3\0 and so on"),
}


def overwrite(path: Path) -> None:
    """Keeps a file's length."""
    data = path.read_bytes()
    path.write_bytes(data[:200] + bytes(len(data) - 400) + data[-200:])


@pytest.mark.parametrize(
    ("kind", "force"), [*((kind, False) for kind in DAMAGE), ("database cut", True), ("database overwritten", True)]
)
def test_the_next_build_mends_a_damaged_home(kb_home: Path, built: Summary, kind: str, force: bool) -> None:
    DAMAGE[kind](kb_home)
    summary = build(kb_home, force=force)
    assert summary.index_id == built.index_id
    assert not summary.failed
    assert all("\n" not in note and "\x1b" not in note for note in english(summary.notes))
    with Store.open(kb_home / "index") as store:
        assert store.damaged_files() == ()
        assert store.vectors.size[0] == store.words.size == store.n_passages == built.n_passages
    assert len(documents(kb_home)) == 2
    assert english(build(kb_home, encoder=NoEncoder()).notes) == ()


def test_a_damaged_index_is_told_whatever_its_folder_is_called(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "no index at all"
    (home / "index").mkdir(parents=True)
    (home / "index" / "CURRENT").write_bytes(b"\xff")
    summary = build(home, files)
    assert any("damaged" in note and "read anew" in note for note in english(summary.notes))


def test_what_only_a_damaged_index_held_is_named(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    (generation(kb_home) / "kb.sqlite").write_bytes(b"")
    (files / "logs.pdf").unlink()
    summary = build(kb_home)
    assert outcomes(summary) == {"logs.pdf": FileOutcome.FAILED, "chains.txt": FileOutcome.NEW}
    assert message_of(report_of(summary, "logs.pdf")) == (
        "logs.pdf: only the last index held it, which cannot be read; add the file again"
    )


def test_a_damaged_vector_cache_is_kept_aside_and_told(kb_home: Path, built: Summary) -> None:
    path = kb_home / "cache" / "vectors.sqlite"
    path.write_bytes(b"no database")
    summary = build(kb_home, force=True)
    assert english(summary.notes) == (f"{path}: damaged, kept as vectors.damaged; vectors are computed anew",)
    assert summary.n_embedded == summary.n_passages
    assert path.with_suffix(".damaged").read_bytes() == b"no database"


def test_a_vector_cache_damaged_inside(kb_home: Path, files: Path) -> None:
    write_text(files / "many.txt", [f"Rule {n} is about the number {n}. " * 12 for n in range(300)], "Many rules")
    first = build(kb_home, files)
    path = kb_home / "cache" / "vectors.sqlite"
    overwrite(path)
    summary = build(kb_home, force=True)
    assert summary.index_id == first.index_id
    assert not summary.failed


# --- with the register


@pytest.mark.slow
def test_the_whole_register_is_built_and_kept(kb_home: Path, files: Path) -> None:
    register = load_corpus()
    first = build(kb_home, files, register=register)
    assert not first.failed
    with Store.open(kb_home / "index") as store:
        registers = [d for d in store.documents if d.edition.register_of]
        assert {d.doc_id for d in registers} == set(register.register_ids())
        for document in store.documents:
            text = store.text(document.doc_id)
            passages = store.passages(document.doc_id)
            assert passages
            assert all(text[p.span.start : p.span.end] == p.text for p in passages)
    assert build(kb_home, register=register, encoder=NoEncoder()).written is False
    (kb_home / "register" / f"{registers[0].doc_id}.pdf").write_bytes(b"overwritten")
    mended = build(kb_home, register=register, encoder=NoEncoder())
    assert (mended.failed, mended.index_id, mended.written) == ((), first.index_id, False)
    with pytest.raises(IndexFolderError, match="a register is part of the project"):
        remove_document(kb_home, registers[0].doc_id, WordEncoder(), "2026-01-02", "0")
