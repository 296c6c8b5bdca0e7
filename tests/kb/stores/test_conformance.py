"""Every store gives what the embedded index gives: the same rows, in the same order, with the same scores."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ingest.publishing import publish_to
from kb.index.reader import Store
from kb.retrieval.candidates import find_candidates
from kb.retrieval.query_vectors import make_query
from kb.stores.connecting import connect
from kb.stores.protocol import StoreAddress
from kb.stores.reader import StoredIndex
from tests.entries import ENCODER, entry, save
from tests.stores import RoughStore, postgres_address, qdrant_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.types import FloatArray

Ranked = list[tuple[int, float]]
TOP = 100
STORES = ["rough 1", "rough 2", "rough 5", "qdrant", "postgres"]
ENDINGS = ("log", "ride", "mean", "chain", "기록", "결정", "1.3", "robot", "ledger", "audit")
WORDS = [f"{ending}{n}" if n else ending for n in range(40) for ending in ENDINGS]


def texts(seed: int, n: int) -> list[str]:
    """Passages of few frequent words and many rare ones; one in six says what another says."""
    chosen = random.Random(seed)
    weights = [1 / (1 + n) for n in range(len(WORDS))]
    out: list[str] = []
    for _ in range(n):
        if out and chosen.random() < 1 / 6:
            out.append(chosen.choice(out))
        else:
            out.append(" ".join(chosen.choices(WORDS, weights, k=chosen.randint(3, 40))))
    return out


def build(root: Path, seed: int) -> None:
    said = texts(seed, 400)
    save(root, *(entry(f"paper-{n}", said[40 * n : 40 * n + 40]) for n in range(10)))


def questions(n: int) -> list[str]:
    chosen = random.Random(5)
    return [" ".join(chosen.choices([*WORDS, "unheard"], k=chosen.randint(1, 9))) for _ in range(n)]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root = tmp_path_factory.mktemp("embedded") / "index"
    build(root, 1)
    with Store.open(root) as store:
        yield store


@pytest.fixture(scope="module", params=STORES)
def stored(
    request: pytest.FixtureRequest, embedded: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StoredIndex]:
    folder = tmp_path_factory.mktemp("stored")
    server, address = store_of(request, request.param, folder)
    assert publish_to(server, embedded).written
    assert not publish_to(server, embedded).written
    with StoredIndex.open_from(server, folder / "home", address) as opened:
        yield opened


def store_of(request: pytest.FixtureRequest, which: str, folder: Path) -> tuple[object, StoreAddress]:
    if which.startswith("rough"):
        return RoughStore(int(which.removeprefix("rough "))), StoreAddress("rough", folder=folder)
    if which == "qdrant":
        address = qdrant_address(folder)
    else:
        address = postgres_address(request.getfixturevalue("postgres"), "conformance")
    return connect(address), address


def best_of(store: Store, question: str, rows: list[int] | None) -> tuple[Ranked, Ranked]:
    """The best rows by words and by vectors with their scores."""
    words, terms = store.collection.words, store.terms(question)
    allowed = None if rows is None else np.isin(np.arange(store.n_passages), rows)
    by_words = words.best(terms, TOP, allowed)
    values = words.scores_of(terms, by_words)
    order = np.lexsort((by_words, -values))
    listed = list(zip(by_words[order].tolist(), values[order].tolist(), strict=True))
    return listed, store.collection.vectors.search(vector_of(question), TOP, rows)


def vector_of(question: str) -> FloatArray:
    """Vectors that no rounding makes easy: of length 1, with all numbers different from 0."""
    noise = np.random.default_rng(len(question)).normal(scale=0.02, size=ENCODER.info.dimension)
    vector = (ENCODER.encode_query(question) + noise).astype(np.float32)
    return vector / np.linalg.norm(vector)


def compare(embedded: Store, stored: Store, asked: list[str]) -> int:
    chosen = random.Random(9)
    n_found = 0
    for n, question in enumerate(asked):
        rows = None
        if n % 3 == 1:
            first = chosen.randrange(350)
            rows = list(range(first, first + chosen.randrange(1, 50)))
        elif n % 3 == 2:
            rows = sorted(chosen.sample(range(400), chosen.randrange(1, 120)))
        wanted = best_of(embedded, question, rows)
        assert best_of(stored, question, rows) == wanted, question
        n_found += len(wanted[0]) + len(wanted[1])
    return n_found


def test_some_questions_have_the_same_best_rows(embedded: Store, stored: StoredIndex) -> None:
    assert compare(embedded, stored, questions(60)) > 60 * 50


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_thousand_questions_have_the_same_best_rows(embedded: Store, stored: StoredIndex) -> None:
    assert compare(embedded, stored, questions(1000)) > 1000 * 50


def test_candidates_have_the_same_features(embedded: Store, stored: StoredIndex) -> None:
    asked = ["What does log mean?", "robot ledger 결정", *questions(25)]
    for question in asked:
        query = make_query(question, vector_of(question))
        wanted = find_candidates(query, embedded.collection)
        found = find_candidates(query, stored.collection)
        assert found.rows.tolist() == wanted.rows.tolist()
        assert found.features.tobytes() == wanted.features.tobytes(), question
    assert len(wanted.rows)


def test_ties_at_the_cut_go_by_row(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two hundred rows say the same: the first of them are the best, whatever the store proposes."""
    build_root = tmp_path / "index"
    save(build_root, *(entry(f"paper-{n}", ["Keep a log of rides."] * 50) for n in range(4)))
    for which in STORES[1:]:
        folder = tmp_path / which.replace(" ", "-")
        server, address = store_of(request, which, folder)
        with Store.open(build_root) as store:
            publish_to(server, store)
            with StoredIndex.open_from(server, folder / "home", address) as opened:
                listed, near = best_of(opened, "log", None)
                assert (listed, near) == best_of(store, "log", None)
                assert len(near) == TOP
        assert [row for row, _ in listed] == list(range(TOP))


def test_a_store_of_nothing_finds_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    save(tmp_path / "index")
    for which in STORES[2:]:
        folder = tmp_path / which.replace(" ", "-")
        server, address = store_of(request, which, folder)
        with Store.open(tmp_path / "index") as store:
            publish_to(server, store)
        with StoredIndex.open_from(server, folder / "home", address) as opened:
            assert best_of(opened, "log", None) == ([], [])
            assert opened.documents == ()


def test_rows_are_what_they_were(embedded: Store, stored: StoredIndex) -> None:
    rows = [0, 7, 399, 13]
    assert stored.vectors.vectors(rows).tobytes() == embedded.vectors.vectors(rows).tobytes()
    assert stored.index_id == embedded.index_id
    assert [stored.passage(row) for row in rows] == [embedded.passage(row) for row in rows]
    assert stored.search_texts(rows) == embedded.search_texts(rows)
    for row in rows:
        assert stored.sentence_vectors(row).tobytes() == embedded.sentence_vectors(row).tobytes()
    stored._stored.read_ahead([*rows, 7])
    for row in (*rows, 20):  # those that were read ahead, and one that was not
        assert stored.sentence_vectors(row).tobytes() == embedded.sentence_vectors(row).tobytes()
    for term in ("log", "mean", "unheard", "ledger7"):
        assert stored.words.frequency(term) == embedded.words.frequency(term)
        assert stored.words.rarity(term) == embedded.words.rarity(term)
        assert stored.collection.pairs.rows_of(f"{term} mean").tolist() == (
            embedded.collection.pairs.rows_of(f"{term} mean").tolist()
        )
    assert stored.damaged_files() == ()
