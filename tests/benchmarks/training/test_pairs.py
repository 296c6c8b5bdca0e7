"""Training the reader of pairs: what it computes is what the product computes, and it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
from benchmarks.training.pairs import PairsOf, ReadingLayers, drawn_sentences, folds_of_groups, train_reader
from kb.models import e5_conversion
from kb.models.encoder import SentenceEncoder
from kb.models.pair_reader import pair_reader_of
from tests.kb.models.test_e5_conversion import write

if TYPE_CHECKING:
    from pathlib import Path

QUESTION, TEXTS = "a b", [("ab", "a b"), ("", "1"), ("a", "ab 1 a b")]


@pytest.fixture
def encoder(tmp_path: Path) -> SentenceEncoder:
    return SentenceEncoder(str(e5_conversion.convert(write(tmp_path), tmp_path / "cache" / "tiny", sha256=None)))


def asked(encoder: SentenceEncoder, group: str = "one.pdf", right: int = 1) -> PairsOf:
    """A question with three sentences of which one is right."""
    question, texts = encoder.ids_of_pairs(QUESTION, TEXTS)
    marks = np.arange(len(texts)) == right
    return PairsOf(group, tuple(question), [tuple(ids) for ids in texts], np.array([2.0, 1.0, 0.0]), marks)


def test_what_is_trained_scores_as_the_product_does(encoder: SentenceEncoder) -> None:
    layers = ReadingLayers(encoder, first=1, dtype="float32")
    questions = [asked(encoder)] * 8
    reader = pair_reader_of(train_reader(layers, questions, "e5"))
    pairs = [(questions[0].question, text) for text in questions[0].texts]
    found = encoder.scores_of_pairs(reader, QUESTION, TEXTS)
    assert np.allclose(found, layers.scores(pairs).detach().numpy(), atol=0.05)  # the arrays are of half precision
    assert len({round(float(score), 2) for score in found}) == len(TEXTS)


def test_a_reader_learns_which_sentence_is_right(encoder: SentenceEncoder) -> None:
    layers = ReadingLayers(encoder, first=1, dtype="float32")
    before = encoder.scores_of_pairs(pair_reader_of(layers.arrays("e5")), QUESTION, TEXTS)
    after = encoder.scores_of_pairs(pair_reader_of(train_reader(layers, [asked(encoder)] * 80, "e5")), QUESTION, TEXTS)
    assert after[1] - after[[0, 2]].max() > before[1] - before[[0, 2]].max()


def test_too_few_questions_are_refused(encoder: SentenceEncoder) -> None:
    with pytest.raises(ValueError, match="too few"):
        train_reader(ReadingLayers(encoder, first=1), [asked(encoder)], "e5")


def test_a_step_draws_the_right_sentence_and_wrong_ones(encoder: SentenceEncoder) -> None:
    drawn = drawn_sentences(asked(encoder, right=2), np.random.default_rng(0))
    assert drawn[0] == 2
    assert sorted(drawn) == [0, 1, 2]


def test_documents_fall_whole_into_folds_of_like_size(encoder: SentenceEncoder) -> None:
    names = ["big"] * 5 + ["middle"] * 3 + ["small"] * 2 + ["least"]
    fold = folds_of_groups([asked(encoder, name) for name in names])
    assert fold == {"big": 0, "middle": 1, "small": 2, "least": 2}
