"""Candidates, their features and their order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index.collection import collect
from kb.models.models import query_vectors
from kb.models.ranker import FEATURES, LowRankAdapter, Ranker, default_ranker, ranker_of, tuning_of
from kb.retrieval.candidates import CandidateFeatures, best_first, find_candidates, untrained_scores
from kb.retrieval.pieces import PIECE, cut, heading_of
from kb.retrieval.query_vectors import MIX, make_query, with_vectors
from kb.retrieval.rules import AS_WRITTEN, WORDED, added_by_rules
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import CHAINS, LOGS, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.index.collection import Collection
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array

TEXTS = (
    "Logs. The operator keeps a log of decisions.",
    "Chains. A chain is oiled each month.",
    "Keeping. The log is destroyed after two years.",
    "기록. 결정은 모두 기록한다.",
    "Logs. The operator keeps a log of decisions.",
    "Words. “Drone” means a machine that flies without a pilot.",
    "Article 7. The guild looks at 12 drones in 2024.",
    "",
)
DOCUMENTS = ("a", "a", "a", "b", "b", "c", "c", "c")
VOCABULARY = [
    "log",
    "decisions",
    "operator",
    "chain",
    "결정은",
    "기록",
    "drone",
    "means",
    "article 7",
    "how many",
    "zzz",
]
questions = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join) | st.text(max_size=40)


class Exact:
    """A ``VectorIndex`` over a matrix, by numpy."""

    def __init__(self, matrix: Array) -> None:
        self._matrix = matrix

    def search(self, query: Array, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        values = self._matrix @ query
        chosen = range(len(values)) if rows is None else rows
        return [(i, float(values[i])) for i in sorted(chosen, key=lambda i: (-values[i], i))[:k]]

    def vectors(self, rows: Sequence[int]) -> Array:
        return self._matrix[np.asarray(rows, dtype=np.int64)]


def collection(pieces: bool) -> Collection:
    """The texts whole, or each sentence a piece."""
    parts = [re.split(r"(?<=\.) ", text) for text in TEXTS] if pieces else [[text] for text in TEXTS]
    vectors = WordEncoder().encode_passages([piece for found in parts for piece in found])
    headings = [heading_of(text) for text in TEXTS]
    return collect(TEXTS, headings, DOCUMENTS, Exact(vectors), parts if pieces else None)


HELD = {"whole": collection(False), "pieces": collection(True)}
both = pytest.mark.parametrize("held", HELD.values(), ids=HELD.keys())


def asked(text: str) -> EncodedQuery:
    return make_query(text, WordEncoder().encode_query(text))


def adapter(rank: int = 3, size: float = 0.5) -> LowRankAdapter:
    """Some adapter of the stand-in's space."""
    chance = np.random.default_rng(0)
    d = WordEncoder.info.dimension
    parts = [(size * chance.normal(size=(d, rank)), chance.normal(size=(rank, d))) for _ in range(2)]
    return LowRankAdapter(parts[0], parts[1])


def ranker(size: float = 0.5) -> Ranker:
    """A ranker of the stand-in's space."""
    n = np.zeros(len(FEATURES), np.float32)
    return Ranker("words-64", adapter(size=size), n, n + 1, n, n[:, None], n[:1], n[:1], {}, adapter(size=size))


def ranked(found: Any) -> list[int]:
    return [int(row) for row in found.rows[best_first(untrained_scores(found), found.rows)]]


@both
@given(question=questions, vector=st.booleans(), adapted=st.booleans(), rows=st.none() | st.sets(st.integers(0, 7)))
def test_features_are_finite_and_rows_are_those_allowed(
    held: Collection, question: str, vector: bool, adapted: bool, rows: set[int] | None
) -> None:
    it = asked(question) if vector else make_query(question, None)
    found = find_candidates(it, held, ranker() if adapted else None, None if rows is None else sorted(rows))
    assert found.features.shape == (len(found.rows), len(FEATURES))
    assert found.features.dtype == np.float32
    assert np.isfinite(found.features).all()
    assert sorted(set(found.rows.tolist())) == found.rows.tolist()
    assert set(found.rows.tolist()) <= (set(range(held.size)) if rows is None else rows)


@both
@given(question=questions, rows=st.lists(st.integers(0, 7), min_size=1))
def test_the_order_of_the_rows_allowed_does_not_matter(held: Collection, question: str, rows: list[int]) -> None:
    one, other = (find_candidates(asked(question), held, None, given) for given in (rows, rows[::-1]))
    assert one.rows.tolist() == other.rows.tolist()
    assert one.features.tolist() == other.features.tolist()


@both
def test_equal_texts_are_in_the_order_of_their_rows(held: Collection) -> None:
    found = find_candidates(asked("log of decisions"), held)
    assert ranked(found)[:2] == [0, 4]  # the same words at two places are two hits
    assert best_first(np.zeros(4, np.float32), np.array([3, 0, 2, 1])).tolist() == [1, 3, 2, 0]


@both
def test_without_a_vector_words_decide(held: Collection) -> None:
    found = find_candidates(make_query("기록", None), held)
    assert ranked(found) == [3]
    found = find_candidates(make_query("log of decisions", None), held)
    assert ranked(found)[:2] == [0, 4]
    assert not any(found.column(name).any() for name in ("sense", "adapted", "sense_raw", "adapted_raw"))


@both
@pytest.mark.parametrize("question", ["", " \n", "zzz", "the of and"])
def test_no_words_and_no_vector_find_nothing(held: Collection, question: str) -> None:
    assert not len(find_candidates(make_query(question, None), held).rows)


@both
def test_a_text_that_defines_the_term_is_told(held: Collection) -> None:
    found = find_candidates(asked("What does drone mean?"), held)
    assert found.rows[found.column("defined") > 0].tolist() == [5]
    assert not find_candidates(asked("Who flies a drone?"), held).column("defined").any()


@both
def test_a_text_that_begins_with_the_name_asked_for_is_told(held: Collection) -> None:
    found = find_candidates(asked("What does Article 7 say of drones?"), held)
    assert found.rows[found.column("named") > 0].tolist() == [6]


def test_an_empty_collection_has_no_candidates() -> None:
    empty = collect([], [], [], Exact(np.zeros((0, 64), np.float32)))
    assert not len(find_candidates(asked("log"), empty).rows)


# --- the adapter and the ranker


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_adapted_rows_have_length_1(texts: list[str]) -> None:
    vectors = WordEncoder().encode_passages(texts)
    assert np.allclose(np.linalg.norm(adapter().of_passages(vectors), axis=1), 1, atol=1e-5)
    assert np.isclose(np.linalg.norm(adapter().of_question(vectors[0])), 1, atol=1e-5)


def test_a_adapter_of_nothing_leaves_the_space_as_it_is() -> None:
    vectors = WordEncoder().encode_passages(TEXTS)
    assert np.allclose(adapter(size=0).of_passages(vectors), vectors, atol=1e-6)


def test_a_tuned_vector_moves_its_own_features_alone() -> None:
    plainly = find_candidates(asked("log of decisions"), HELD["whole"], ranker(size=0))
    other = replace(asked("log of decisions"), tuned=WordEncoder().encode_query("chain month"))
    tuned = find_candidates(other, HELD["whole"], ranker(size=0))
    moved = {name for name in FEATURES if not np.array_equal(plainly.column(name), tuned.column(name), equal_nan=True)}
    assert moved == {"tuned", "tuned_rank", "tuned_raw"}
    assert int(tuned.rows[int(np.argmax(tuned.column("tuned_raw")))]) == 1


def test_texts_in_two_languages_are_mixed() -> None:
    one, two = WordEncoder().encode_passages(["log", "chain"])
    mixed = with_vectors(make_query("x", None), ("기록", "log"), (one, two), ())
    assert mixed.texts == ("기록", "log")
    expected = MIX * one + (1 - MIX) * two
    assert mixed.vector is not None
    assert np.allclose(mixed.vector, expected / np.linalg.norm(expected))
    assert mixed.tuned is None
    both = with_vectors(make_query("x", None), ("기록", "log"), (one, one), (one, two))
    assert both.tuned is not None
    assert np.allclose(both.tuned, mixed.vector)
    assert with_vectors(make_query("x", None), ("log",), (one,), (two,)).tuned is two
    assert both.own is one
    assert both.own_tuned is one
    assert with_vectors(make_query("x", None), ("log",), (one,), (two,)).own is None


class Layered(WordEncoder):
    """Its tuned layers know one word."""

    def encode_tuned(self, texts: Sequence[str], tuning: object) -> tuple[Any, Any]:
        return self.encode_passages(texts), self.encode_passages(["tuned"] * len(texts))


def test_a_question_goes_through_the_layers_of_a_rankers_tuning() -> None:
    ranker = default_ranker()
    assert ranker is not None
    untuned = replace(ranker, tuning={})
    vectors, tuned = query_vectors(WordEncoder(), ("기록", "log"), untuned)
    assert len(vectors) == 2
    assert tuned == ()
    vectors, tuned = query_vectors(Layered(), ("기록", "log"), replace(ranker, tuning={"x": (np.eye(2), np.eye(2))}))
    assert np.array_equal(vectors[1], WordEncoder().encode_query("log"))
    assert len(tuned) == 2
    assert np.array_equal(tuned[1], WordEncoder().encode_query("tuned"))


def test_a_tunings_arrays_are_stacked_over_the_layers() -> None:
    into, out = np.arange(12.0).reshape(2, 3, 2), np.arange(16.0).reshape(2, 2, 4)
    made = tuning_of({"output.dense.in": into, "output.dense.out": out})
    assert list(made) == ["encoder.layer.0.output.dense", "encoder.layer.1.output.dense"]
    assert np.array_equal(made["encoder.layer.1.output.dense"][0], into[1])
    assert np.array_equal(made["encoder.layer.1.output.dense"][1], out[1])
    later = tuning_of({"output.dense.in": into, "output.dense.out": out, "first": np.array(6)})
    assert list(later) == ["encoder.layer.6.output.dense", "encoder.layer.7.output.dense"]


def test_the_ranker_that_is_carried_fits_the_features() -> None:
    ranker = default_ranker()
    assert ranker is not None
    assert ranker.encoder == "e5"
    assert ranker.mean.shape == ranker.scale.shape == ranker.linear.shape == (len(FEATURES),)
    assert (ranker.scale > 0).all()
    chance = np.random.default_rng(0)
    scores = ranker.scores(chance.normal(scale=100, size=(50, len(FEATURES))).astype(np.float32))
    assert scores.shape == (50,)
    assert np.isfinite(scores).all()
    assert np.allclose(ranker.scores(np.zeros((2, len(FEATURES)), np.float32)), ranker.scores(ranker.mean * 0))


def test_a_linear_ranker_by_hand() -> None:
    n = len(FEATURES)
    linear = np.eye(n)[FEATURES.index("coverage")]
    nothing = {"hidden": np.zeros((n, 2)), "hidden_bias": np.zeros(2), "out": np.zeros(2)}
    names = [f"{of}{side}_{end}" for of in ("", "tuned_") for side in ("question", "passage") for end in ("in", "out")]
    spaces = {name: np.zeros((2, 2)) for name in names}
    ranker = ranker_of(
        {"encoder": "words-64", "mean": np.zeros(n), "scale": np.full(n, 2), "linear": linear, **nothing, **spaces}
    )
    features = np.zeros((2, n), np.float32)
    features[1, FEATURES.index("coverage")] = 1
    assert ranker.scores(features).tolist() == [0, 0.5]


# --- pieces


@given(st.text(st.sampled_from("ab .;\n\t다"), max_size=400), st.integers(10, 60))
def test_pieces_are_short_and_hold_every_character(text: str, size: int) -> None:
    pieces = cut(text, size)
    assert all(len(piece) <= (size * 1.25 if len(pieces) == 1 else size) for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_short_text_is_one_piece_and_a_long_word_is_broken() -> None:
    assert cut("One.  Two.\n") == ["One. Two."]
    assert cut("") == [""]
    assert [len(piece) for piece in cut("x" * 2000)] == [PIECE, PIECE, 400]


# --- saved


def test_a_saved_collection_finds_the_same(tmp_path: Path) -> None:
    """What the store opens is what would be made of its passages in memory."""
    from kb.index.reader import Store

    write_text(tmp_path / "papers" / "logs.txt", LOGS, "Rules for logs")
    write_text(tmp_path / "papers" / "chains.txt", CHAINS, "Care of chains")
    assert not build(tmp_path / "home", tmp_path / "papers").failed
    with Store.open(tmp_path / "home" / "index") as store:
        held = store.collection
        texts = store.search_texts(range(held.size))
        fresh = collect(texts, texts, held.document.tolist(), Exact(store.vectors.all_vectors()))
        assert held.size == fresh.size >= 2
        assert held.length.tolist() == fresh.length.tolist()
        assert held.document.tolist() == fresh.document.tolist()
        told = [FEATURES.index(name) for name in FEATURES if not name.startswith("heading")]
        for question in ("operator log", "oil the chain", "zeppelin"):
            one, other = find_candidates(asked(question), held), find_candidates(asked(question), fresh)
            assert one.rows.tolist() == other.rows.tolist()
            assert np.allclose(one.features[:, told], other.features[:, told], atol=1e-5)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("기록은 누가 보관할 수 있나요?", {"기록", "보관"}),
        ("등불은 몇 개인지 기록해야 합니까?", {"등불", "기록"}),
        ("해야 하나요?", {"해야"}),
        ("등불이란 무엇을 말합니까?", {"등불"}),
        ("등불은 언제 보관합니까?", {"등불", "보관"}),
    ],
)
def test_words_that_only_ask_are_no_terms_of_a_korean_question(question: str, words: set[str]) -> None:
    terms = set(make_query(question, None).terms)
    assert words <= terms
    assert not terms & {"있나요", "나요", "몇", "니까", "말합"}


def test_a_korean_text_with_the_words_of_a_korean_question_gains_and_one_in_two_languages_does_not() -> None:
    def added(**columns: tuple[float, ...]) -> list[float]:
        found = CandidateFeatures(np.arange(3), np.zeros((3, len(FEATURES)), np.float32))
        for name, values in columns.items():
            found.features[:, FEATURES.index(name)] = values
        out: list[float] = added_by_rules("이의는 언제까지 제기하나요?", found, lambda rows: [""] * len(rows)).tolist()
        return out

    korean = (0.7, 0.3, 0.7)
    assert added(coverage=(1, 1, 0.6), pairs=(1, 1, 1), words_raw=(2, 3, 1), korean_text=korean) == [WORDED, 0, 0]
    assert added(coverage=(0.6, 1, 0.6), pairs=(0, 0, 0), words_raw=(5, 2, 3), korean_text=korean) == [WORDED, 0, 0]
    assert added(coverage=(0.9, 0.7, 0.6), pairs=(0, 0, 0), words_raw=(2, 3, 3), korean_text=korean) == [WORDED, 0, 0]
    both = added(coverage=(0.9, 0.3, 0.4), pairs=(0, 0, 0), words_raw=(2, 3, 3), korean_text=korean)
    assert both == [WORDED, 0, WORDED]
    assert added(coverage=(0.4, 1, 0.6), pairs=(0, 0, 0), words_raw=(5, 2, 3), korean_text=korean) == [0, 0, 0]


def test_a_text_with_the_latin_words_of_a_korean_question_gains() -> None:
    found = CandidateFeatures(np.arange(3), np.zeros((3, len(FEATURES)), np.float32))
    texts = ["A lamp changes with the wind.", "From unstable 등불 to stable 등불.", "The stable is full of horses."]
    asked_of = "unstable로 바꾼 등불을 다시 stable로 되돌릴 수 있나요?"
    assert added_by_rules(asked_of, found, lambda _: texts).tolist() == [0, AS_WRITTEN, AS_WRITTEN / 2]
    assert added_by_rules(f"horse wind\n{asked_of}", found, lambda _: texts).tolist() == [0, AS_WRITTEN, AS_WRITTEN / 2]
    assert not added_by_rules("NIST와 OECD의 등불은?", found, lambda _: texts).any()
    assert not added_by_rules("Is a stable lamp safe?", found, lambda _: texts).any()
