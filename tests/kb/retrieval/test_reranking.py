"""How a reranker's scores move an order, and which questions it may read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.models.reranker import DEFAULT_LANGUAGES, languages
from kb.retrieval.candidates import best_first
from kb.retrieval.reranking import blend, covers, first

LEVEL = np.array([1.0, 0.8, 0.6, 0.5, 0.0])
ROWS = np.arange(5)


def test_both_orders_count_half() -> None:
    read = first(LEVEL, ROWS, 3)
    assert read.tolist() == [0, 1, 2]
    out = blend(LEVEL, read, np.array([-3.0, 5.0, 1.0]))
    # stretched: levels 1, ½, 0 and scores 0, 1, ½; between 0.5, the best that was not read, and 1
    assert np.allclose(out, [0.5 + 0.5 * 0.5, 0.5 + 0.5 * 0.75, 0.5 + 0.5 * 0.25, 0.5, 0.0])
    assert best_first(out, ROWS).tolist() == [1, 0, 2, 3, 4]


def test_where_all_are_read_their_scores_alone_decide_between_equals() -> None:
    level = np.ones(3)
    assert best_first(
        blend(level, first(level, np.arange(3), 20), np.array([0.0, 2.0, 1.0])), np.arange(3)
    ).tolist() == [
        1,
        2,
        0,
    ]


def test_equal_scores_leave_the_order_and_ties_go_by_row() -> None:
    assert best_first(blend(LEVEL, first(LEVEL, ROWS, 4), np.zeros(4)), ROWS).tolist() == [0, 1, 2, 3, 4]
    level, rows = np.array([0.5, 1.0, 0.5, 0.5]), np.array([9, 4, 2, 7])
    assert rows[first(level, rows, 3)].tolist() == [4, 2, 7]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=40),
    st.lists(st.floats(-50, 50, width=32), min_size=40, max_size=40),
    st.integers(1, 30),
)
def test_who_was_not_read_is_passed_by_none_and_passes_none(
    values: list[float], given: list[float], depth: int
) -> None:
    level = np.array(values)
    read = first(level, np.arange(len(level)), depth)
    out = blend(level, read, np.array(given[: len(read)]))
    rest = np.setdiff1d(np.arange(len(level)), read)
    assert np.array_equal(out[rest], level[rest])
    assert out.min() >= 0
    assert out.max() <= 1
    if len(rest):
        assert out[read].min() >= out[rest].max()


@pytest.mark.parametrize(
    ("setting", "told", "known"),
    [
        ("", (), DEFAULT_LANGUAGES),
        ("", ("en", "ko"), ("en", "ko")),
        ("ko, en,ko", ("de",), ("ko", "en")),
        (" , ", (), DEFAULT_LANGUAGES),
    ],
)
def test_languages_are_those_set_else_those_told_else_english(
    setting: str, told: tuple[str, ...], known: tuple[str, ...]
) -> None:
    assert languages(setting, told) == known


@pytest.mark.parametrize(
    ("question", "english", "both"),
    [
        ("What must a provider document?", True, True),
        ("인공지능 제공자는 무엇을 기록해야 합니까?", False, True),
        ("고위험 AI system의 logging requirements", False, True),
        ("accountability", True, True),
        ("¿Quién es responsable de la supervisión?", False, False),
        ("supervisión", False, False),
    ],
)
def test_a_question_is_read_where_every_language_in_it_is_known(question: str, english: bool, both: bool) -> None:
    assert covers(("en",), question) == english
    assert covers(("en", "ko"), question) == both
    assert not covers(("fr",), question)
