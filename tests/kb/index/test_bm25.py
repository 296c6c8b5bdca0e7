"""Index terms, and BM25 against its formula written out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.bm25 import BM25, K1, B
from kb.text.tokens import STOP_WORDS, tokens

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("OECD 1.3(iv)", ["oecd", "1.3(iv)", "1.3"]),
        ("see GV-1.5-001.", ["see", "gv-1.5-001"]),
        ("IEEE Std 7001-2021, 2024/1689", ["ieee", "std", "7001-2021", "2024/1689"]),
        ("Article 14(2)(a)", ["articl", "14(2)(a)", "14"]),
        ("4.1 and 14.1", ["4.1", "14.1"]),
        ("The operators' logs; operating", ["oper", "log", "oper"]),
        ("don’t", ["don"]),
        ("ＦＵＬＬ ｗｉｄｔｈ １４", ["full", "width", "14"]),
        ("", []),
        ("of the and", []),
        ("—…!", []),
    ],
)
def test_identifiers_stay_whole_and_words_are_stemmed(text: str, terms: list[str]) -> None:
    assert tokens(text) == terms


def test_korean_words_and_their_pairs_of_syllables() -> None:
    assert tokens("투명성과") == ["투명성", "투명", "명성"]
    assert tokens("AI의 책임") == ["ai", *tokens("의"), *tokens("책임")]
    assert tokens("투명성") == tokens("투명성을")


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    terms = tokens(text)
    assert all(term and "\0" not in term for term in terms)
    assert tokens(text.upper()) == tokens(text.upper().casefold())


def test_stop_words_are_no_terms() -> None:
    assert tokens(" ".join(sorted(STOP_WORDS - {"aren't"}))) == []


WORDS = st.sampled_from("log chain oil bell brush gauge 1.3 4.1 기록 결정".split())
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=12)


def by_formula(texts: list[str], query: str) -> dict[int, float]:
    """Lucene's BM25, term by term."""
    split = [tokens(t) for t in texts]
    mean = sum(map(len, split)) / len(split)
    out: dict[int, float] = {}
    for row, terms in enumerate(split):
        score = 0.0
        for term in tokens(query):
            n = sum(term in other for other in split)
            count = terms.count(term)
            if count:
                idf = math.log(1 + (len(split) - n + 0.5) / (n + 0.5))
                score += idf * count / (count + K1 * (1 - B + B * len(terms) / mean))
        if score > 0:
            out[row] = score
    return out


def built(texts: list[str]) -> BM25:
    return BM25.of_terms([tokens(text) for text in texts])


@settings(max_examples=60)
@given(TEXTS, st.lists(WORDS, max_size=4).map(" ".join))
def test_scores_agree_with_the_formula(texts: list[str], query: str) -> None:
    found = built(texts).all_scores(tokens(query))
    expected = by_formula(texts, query)
    assert found.tolist() == pytest.approx([expected.get(row, 0.0) for row in range(len(texts))], rel=1e-4)


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    index = built(["keep a log", "oil the chain", "기록한다", "log log"])
    index.save(tmp_path)
    again = BM25.load(tmp_path)
    assert again.size == index.size == 4
    assert index.all_scores(tokens("log")).any()
    for term in tokens("log chains 기록 1.3 unheard"):
        assert again.all_scores([term]).tolist() == index.all_scores([term]).tolist()
        assert again.rarity(term) == index.rarity(term)
        assert again.rows_of(term).tolist() == index.rows_of(term).tolist()


def test_the_rows_that_hold_a_term() -> None:
    index = built(["log", "chain log", "chain"])
    assert sorted(index.rows_of("log")) == [0, 1]
    assert index.rows_of("bell").tolist() == []
    assert index.knows("log")
    assert not index.knows("bell")
    assert index.all_scores(["bell"]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("texts", [["", ""], ["the of"], ["log", ""]])
def test_texts_without_terms(texts: list[str], tmp_path: Path) -> None:
    index = built(texts)
    index.save(tmp_path)
    assert BM25.load(tmp_path).size == len(texts)
    assert index.all_scores(tokens("anything")).tolist() == [0] * len(texts)


def test_a_rare_term_weighs_more() -> None:
    index = built(["log chain", "log", "log"])
    assert index.rarity("log") < index.rarity("chain") < index.rarity("unheard")
