from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.evaluation.readers import reading
from kb.evaluation.readers.reading import Sense, Slice

PAGES = [
    "Staff keep a log. The log names each change of the model. Visitors sign in at the desk.",
    "Complaints go to the ombudsman. The ombudsman answers within ten days. Lunch is at noon.",
]
PROSE = st.text(st.sampled_from("ab log. ,;:(?)'\"\n가•7"), max_size=300)


def words_of(found: list[Slice], pages: list[str]) -> str:
    return " ".join(pages[s.page][s.start : s.end] for s in found)


def test_the_window_opens_with_the_sentence_that_holds_the_rare_words() -> None:
    found = reading.window("When does the ombudsman answer?", PAGES, words=6)
    assert words_of(found, PAGES) == "The ombudsman answers within ten days."
    assert found[0].page == 1


def test_a_window_goes_on_over_the_page_end_in_two_slices() -> None:
    found = reading.window("Which visitors sign in at the desk?", PAGES, words=8)
    assert [s.page for s in found] == [0, 1]
    assert words_of(found, PAGES) == "Visitors sign in at the desk. Complaints go"


def test_sense_decides_where_no_word_is_shared() -> None:
    senses = [Sense(n, a, b, cosine) for n, cosine in ((0, 0.1), (1, 0.9)) for a, b in [(0, len(PAGES[n]))]]
    assert reading.window("food", PAGES, senses, words=5)[0].page == 1
    assert reading.window("food", PAGES, [Sense(0, 0, 17, 0.9), Sense(1, 0, 20, 0.1)], words=4) == [Slice(0, 0, 17)]


@pytest.mark.parametrize("pages", [[], [""], ["  \n"]])
def test_no_words_no_window(pages: list[str]) -> None:
    assert reading.window("log", pages) == []
    assert reading.window("", PAGES, words=3) != []


@given(st.lists(PROSE, max_size=4), st.text(max_size=20), st.integers(1, 12))
def test_a_window_is_in_bounds_and_in_order(pages: list[str], question: str, words: int) -> None:
    found = reading.window(question, pages, words=words)
    assert len(words_of(found, pages).split()) <= words
    assert all(0 <= s.start < s.end <= len(pages[s.page]) for s in found)
    assert [s.page for s in found] == sorted({s.page for s in found})
    assert bool(found) == any(page.strip() for page in pages)


@given(PROSE, st.integers(1, 80))
def test_pieces_hold_every_word_once(page: str, size: int) -> None:
    assert "".join("".join(page[a:b] for a, b in reading.pieces(page, size)).split()) == "".join(page.split())


# --- the network

PARAGRAPH = (
    "We may share your email address with advertisers. We use cookies to remember your visits. "
    "You can opt out by writing to us."
)


@settings(max_examples=30)
@given(PROSE, st.text(max_size=30))
def test_a_span_is_a_slice_that_holds_words(paragraph: str, question: str) -> None:
    start, end = reading.span(question, paragraph)
    assert 0 <= start <= end <= len(paragraph)
    assert bool(paragraph[start:end].strip()) == bool(paragraph.strip())
    assert (start, end) == reading.span(question, paragraph)


@pytest.mark.parametrize(
    ("question", "holds"),
    [("Who do you share my information with?", "advertisers"), ("Can I opt out via contacting you?", "opt out")],
)
def test_the_span_is_where_the_answer_is(question: str, holds: str) -> None:
    start, end = reading.span(question, PARAGRAPH)
    assert holds in PARAGRAPH[start:end]
    assert "cookies" not in PARAGRAPH[start:end]


def test_probabilities_of_runs_sum_to_one() -> None:
    words = PARAGRAPH.split()
    likely = np.exp(reading.run_scores("Do you share my data?", words))
    assert likely.sum() == pytest.approx(1, abs=1e-4)
    assert np.all(np.tril(likely, -1) == 0)


def test_the_chosen_run_agrees_most_with_the_likely_ones() -> None:
    likely = np.zeros((6, 6), np.float32)
    likely[0, 0], likely[2, 5], likely[2, 4], likely[3, 5] = 0.3, 0.25, 0.25, 0.2
    with np.errstate(divide="ignore"):
        assert reading.most_expected(np.log(likely)) == (2, 5)  # not the single likeliest, which agrees with none


def test_a_long_paragraph_is_read_in_parts() -> None:
    long = "Nothing is said here. " * 150 + PARAGRAPH
    start, end = reading.span("Who do you share my information with?", long)
    assert 0 <= start < end <= len(long)
