"""Index terms, and BM25 against its formula written out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.bm25 import BM25, K1, B
from kb.index.placement import Placement
from kb.index.postings import Postings, PostingsMaker, term_key
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


@settings(max_examples=60)
@given(TEXTS, st.lists(WORDS, min_size=1, max_size=4))
def test_scores_are_those_of_bm25s_to_the_last_bit(texts: list[str], words: list[str]) -> None:
    corpus = [tokens(text) for text in texts]
    asked = [term for word in words for term in tokens(word) if any(term in row for row in corpus)]
    if asked:
        model = bm25s.BM25(k1=K1, b=B)
        model.index(corpus, show_progress=False)
        assert built(texts).all_scores(asked).tolist() == model.get_scores(asked).tolist()


@settings(max_examples=60)
@given(TEXTS, st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_segments_and_dead_rows_change_nothing(texts: list[str], words: list[str], data: st.DataObject) -> None:
    """Rows are divided among three segments, beside rows of documents that are no longer there."""
    of = data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts)))
    dead = data.draw(st.lists(st.tuples(st.integers(0, 2), WORDS), max_size=4))
    inside: list[list[list[str]]] = [[], [], []]
    firsts: list[int] = []
    for text, segment in zip(texts, of, strict=True):
        inside[segment] += [tokens(word) for at, word in dead if at == segment]
        firsts.append(len(inside[segment]))
        inside[segment].append(tokens(text))
    parts, lengths = [], []
    for rows in inside:
        maker = PostingsMaker()
        for terms in rows:
            maker.add(terms)
        parts.append(maker.postings())
        lengths.append(np.array([len(terms) for terms in rows], dtype=np.float32))
    placement = Placement(of, firsts, [1] * len(texts), [len(rows) for rows in inside])
    divided, whole = BM25(parts, placement.gather(lengths), placement), built(texts)
    asked = [term for word in words for term in tokens(word)]
    assert divided.all_scores(asked).tolist() == whole.all_scores(asked).tolist()
    every = np.arange(len(texts))
    assert divided.scores_of(asked, every[::-2]).tolist() == whole.all_scores(asked)[::-2].tolist()
    assert divided.present(asked, every).tolist() == whole.present(asked, every).tolist()
    for term in asked:
        assert divided.rows_of(term).tolist() == whole.rows_of(term).tolist()
        assert (divided.rarity(term), divided.knows(term)) == (whole.rarity(term), whole.knows(term))
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), dtype=bool)
    k = data.draw(st.integers(0, 6))
    scores = whole.all_scores(asked)
    ranked = sorted((row for row in range(len(texts)) if scores[row] > 0), key=lambda row: (-scores[row], row))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.index.bm25.ROWS_SCORED_AT_ONCE", data.draw(st.sampled_from([1, 2, 2_000])))
        patch.setattr("kb.index.bm25.DENSE", data.draw(st.sampled_from([0, 16])))
        assert sorted(divided.best(asked, k).tolist()) == sorted(ranked[:k])
        assert sorted(divided.best(asked, k, allowed).tolist()) == sorted([row for row in ranked if allowed[row]][:k])
    keys = np.array([term_key(term) for term in asked], np.uint64)
    assert divided.frequencies(keys).tolist() == [whole.frequency(term) for term in asked]


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 40))
def test_the_best_rows_are_those_of_all_scores_however_terms_are_divided(seed: int, n_asked: int, k: int) -> None:
    """Rows of words as frequent as in a language, many of them several times in a row; asked one after another, since
    an array is used again."""
    draw = np.random.default_rng(seed)
    names = [f"w{n}" for n in range(60)]
    weights = 1 / np.arange(1, 61)
    corpus = [draw.choice(names, int(draw.integers(0, 30)), p=weights / weights.sum()).tolist() for _ in range(400)]
    corpus[::7] = [list(corpus[0])] * len(corpus[::7])  # ties
    index = BM25.of_terms(corpus)
    allowed = draw.random(400) < draw.choice([0.05, 0.5, 1.0])
    with pytest.MonkeyPatch.context() as patch:
        for name, values in (
            ("ROWS_SCORED_AT_ONCE", [1, 30, 2_000]),
            ("SHARE_SCORED_AT_ONCE", [10, 1_000]),
            ("SCORED_FOR_BOUND", [1, 3]),
            ("TERMS_DIVIDED", [2, 50, 2_000]),
            ("OFTEN", [1, 2, 8]),
            ("DENSE", [0, 4, 16]),
            ("TERMS_AT_ONCE", [2, 64]),
        ):
            patch.setattr(f"kb.index.bm25.{name}", int(draw.choice(values)))
        for _ in range(3):
            asked = draw.choice(names, n_asked, p=weights[::-1] / weights.sum()).tolist()
            scores = index.all_scores(asked)
            ranked = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda row: (-scores[row], row))
            assert sorted(index.best(asked, k).tolist()) == sorted(ranked[:k])
            inside = [row for row in ranked if allowed[row]]
            assert sorted(index.best(asked, k, allowed).tolist()) == sorted(inside[:k])
            rows = draw.permutation(400)[:50]
            assert index.scores_of(asked, rows).tolist() == scores[rows].tolist()


def test_saved_postings_answer_the_same(tmp_path: Path) -> None:
    maker = PostingsMaker()
    for text in ["keep a log", "oil the chain", "기록한다", "log log"]:
        maker.add(tokens(text))
    made = maker.postings()
    made.save(tmp_path)
    again = Postings.load(tmp_path)
    for term in tokens("log chains 기록 1.3 unheard"):
        rows, counts = made.find(term_key(term))
        assert [each.tolist() for each in again.find(term_key(term))] == [rows.tolist(), counts.tolist()]
    assert made.find(term_key("log"))[1].tolist() == [1, 2]


def test_the_rows_that_hold_a_term() -> None:
    index = built(["log", "chain log", "chain"])
    assert sorted(index.rows_of("log")) == [0, 1]
    assert index.rows_of("bell").tolist() == []
    assert index.knows("log")
    assert not index.knows("bell")
    assert index.all_scores(["bell"]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("texts", [["", ""], ["the of"], ["log", ""], []])
def test_texts_without_terms(texts: list[str]) -> None:
    index = built(texts)
    assert index.size == len(texts)
    assert index.all_scores(tokens("anything")).tolist() == [0] * len(texts)


def test_a_rare_term_weighs_more() -> None:
    index = built(["log chain", "log", "log"])
    assert index.rarity("log") < index.rarity("chain") < index.rarity("unheard")


def test_of_a_word_without_end_the_beginning_counts() -> None:
    assert tokens(f"lamp {'a' * 3_000_000}") == ["lamp", "a" * 80]
