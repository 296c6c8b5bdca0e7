"""Scorers of support and of answers in a passage: what they measure, and that they tell plain cases apart."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import data
from kb.errors import ConfigError
from kb.evaluation.readers import answerable, support
from kb.evaluation.readers.alignment import content_words, match
from kb.models.logistic import Logistic
from kb.text.background_idf import background_idf, covered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import FloatArray

CLAIM = "The Harbour Museum in Lisbon opened in 1987 with 1,200 paintings."
PAGE = [
    "The Harbour Museum stands by the river in Lisbon.",
    "When it opened in 1987 it held 1200 paintings, most of them seascapes.",
    "Tickets are sold at the gate.",
]
ELSEWHERE = ["Our bakery sells rye bread.", "Call us before noon to order a cake for the same day."]


class ByLetter:
    """A token a word; its vector counts letters, so equal words have cosine 1. Computable by hand."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_sentences(texts)

    def encode_sentences(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([_unit(_letters(text)) for text in texts])

    def token_vectors(self, texts: Sequence[str], *, query: bool = False) -> list[FloatArray]:
        return [
            np.stack([_unit(_letters(text[a:b])) for a, b in spans]) if spans else np.zeros((0, 27), dtype=np.float32)
            for text, spans in zip(texts, self.token_spans(texts), strict=True)
        ]

    def token_spans(self, texts: Sequence[str], *, query: bool = False) -> list[list[tuple[int, int]]]:
        return [content_words(text) for text in texts]


def _letters(text: str) -> FloatArray:
    out = np.full(27, 1e-3, dtype=np.float32)
    for letter in text.lower():
        if "a" <= letter <= "z":
            out[ord(letter) - 97] += 1
    return out


def _unit(row: FloatArray) -> FloatArray:
    length: FloatArray = row / np.linalg.norm(row)
    return length


ENCODERS = {"minilm": ByLetter(), "e5": ByLetter()}


def test_a_page_that_says_it_scores_above_one_that_does_not() -> None:
    assert support.support(CLAIM, PAGE) > 0.5 > support.support(CLAIM, ELSEWHERE)
    assert support.support(CLAIM, PAGE, ENCODERS) > support.support(CLAIM, ELSEWHERE, ENCODERS)


def test_another_number_and_another_name_lower_support() -> None:
    plain = support.support(CLAIM, PAGE)
    assert support.support(CLAIM.replace("1987", "1993"), PAGE) < plain
    assert support.support(CLAIM.replace("Lisbon", "Trondheim"), PAGE) < plain


def test_nothing_supports_nothing() -> None:
    assert support.support("", PAGE) == 0.0
    assert support.support(CLAIM, []) == 0.0
    assert support.support(CLAIM, [" "]) == 0.0
    assert answerable.answerable("", "", "text") == 0.0
    assert answerable.answerable("who?", "", " ") == 0.0


@pytest.mark.parametrize(
    ("text", "found"),
    [("1,200 and 3.0", {"1200", "3"}), ("12,5", {"12", "5"}), ("no number", set()), ("0.50", {"0.50"})],
)
def test_numbers_have_one_form(text: str, found: set[str]) -> None:
    assert support.numbers(text) == found


def test_numbers_in_words_count_where_asked() -> None:
    assert support.numbers("three of the seven", in_words=True) == {"3", "7"}
    assert support.numbers("three of the seven") == set()


def test_measures_of_the_example() -> None:
    assert support.support_features(CLAIM, PAGE, {})["missing_number"] == 0  # "1,200" and "1200" are one number
    measured = support.support_features(CLAIM.replace(",", ""), PAGE, {})
    assert measured["missing"] == 0
    assert measured["missing_names"] == 0
    assert measured["covered_by_three"] == pytest.approx(1)
    assert measured["covered_by_one"] < 1
    other = support.support_features(CLAIM.replace("1987", "1993"), PAGE, {})
    assert other["missing_number"] == 1


@given(st.lists(st.sampled_from(PAGE + ELSEWHERE), min_size=1, max_size=6))
def test_more_sentences_never_cover_less(sentences: list[str]) -> None:
    few = support.support_features(CLAIM, sentences, {})
    more = support.support_features(CLAIM, [*sentences, PAGE[0]], {})
    for name in ("covered", "covered_by_one", "covered_by_three", "covered_by_window"):
        assert more[name] >= few[name] - 1e-9
        assert 0 <= few[name] <= 1 + 1e-9
    assert more["missing"] <= few["missing"] + 1e-9


def test_the_worst_matched_word_is_named() -> None:
    assert [word for word, _ in match("the museum of zzz", ["the museum"], ByLetter()).weakest(1)] == ["zzz"]


def test_a_word_in_the_text_is_matched_and_a_foreign_one_less() -> None:
    found = match("museum zzz", ["museum in town", ""], ByLetter())
    assert found.words == ("museum", "zzz")
    assert found.cosines.shape == (2, 2)
    assert found.cosines[0, 0] == pytest.approx(1, abs=1e-4)
    assert found.cosines[0, 1] < 0.5
    assert found.mean_of_best() == pytest.approx(found.best_single_text())


def test_nothing_to_match_is_zero() -> None:
    assert match("museum", [], ByLetter()).mean_of_best() == 0
    assert match("…", ["museum"], ByLetter()).best_single_text() == 0


def test_a_passage_that_answers_scores_above_one_that_does_not() -> None:
    question, encoders = "when did the harbour museum open", {"minilm": ByLetter(), "e5": ByLetter()}
    good, bad = " ".join(PAGE), " ".join(ELSEWHERE)
    for given_ in ({}, encoders):
        assert answerable.answerable(question, "Harbour Museum", good, given_) > answerable.answerable(
            question, "Harbour Museum", bad, given_
        )


@pytest.mark.parametrize("name", ["words", "minilm", "e5", "minilm+e5"])
def test_every_variant_is_shipped_with_weights_that_fit_its_measures(name: str) -> None:
    encoders = {n: ENCODERS[n] for n in name.split("+") if n in ENCODERS}
    assert support.variant(encoders) == name
    assert 0 < support.support(CLAIM, PAGE, encoders) < 1
    assert 0 < answerable.answerable("when did it open", "Museum", " ".join(PAGE), encoders) < 1
    assert 0 < support.support_weights(name).threshold < 1
    assert 0 < answerable.answerable_weights(name).threshold < 1


def test_tables_stay_small() -> None:
    folder = Path(data.__file__).parent
    assert sum(path.stat().st_size for path in folder.glob("*.json")) < 250_000


def test_rarity_runs_from_common_to_unseen() -> None:
    assert 0 <= background_idf("one") < background_idf("museum") <= 1
    assert background_idf("zzyzzx") == 1
    assert covered(["zzyzzx", "one"], {"zzyzzx"}) > 0.5
    assert covered([], {"a"}) == 0


def test_logistic_by_hand() -> None:
    model = Logistic(("a", "b"), (1.0, 0.0), (2.0, 1.0), (2.0, -1.0), 0.5, 0.6)
    assert model.parts({"a": 3.0, "b": 0.5}) == {"a": 2.0, "b": -0.5}
    assert model.probability({"a": 3.0, "b": 0.5}) == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert Logistic.read(json.loads(json.dumps(model.written()))) == model
    with pytest.raises(KeyError):
        model.probability({"a": 1.0})


@pytest.mark.parametrize(
    "wrong", [{}, {"names": ["a"], "means": [], "scales": [], "weights": [], "bias": 0, "threshold": 1}]
)
def test_damaged_weights_are_told(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="train"):
        Logistic.read(wrong)
