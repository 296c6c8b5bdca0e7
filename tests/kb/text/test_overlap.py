"""Twelve equal words in a row are found, wherever the line ends fall; eleven are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.text.overlap import N_WORDS, shared_word_runs, words_of

TWELVE = "every gardener keeps a ledger of the pears that fell at night"


def test_twelve_words_are_a_copy_and_eleven_are_not() -> None:
    broken = TWELVE.replace("gardener", "gar\x02\ndener").upper()
    source = f"Preface. {broken}! And so on."
    assert [(c.text, c.source, c.words) for c in shared_word_runs({"mine": TWELVE}, [("theirs", source)])] == [
        ("mine", "theirs", TWELVE)
    ]
    assert shared_word_runs({"mine": TWELVE.removesuffix(" night")}, [("theirs", source)]) == ()
    assert len(words_of(TWELVE)) == N_WORDS


def test_a_run_is_told_once_for_each_text_and_source() -> None:
    found = shared_word_runs({"a": TWELVE, "b": f"{TWELVE} {TWELVE}"}, [("x", f"{TWELVE} {TWELVE}"), ("y", TWELVE)])
    assert sorted((c.text, c.source) for c in found) == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]


@given(st.lists(st.sampled_from("ab"), max_size=30), st.lists(st.sampled_from("ab"), max_size=30), st.integers(1, 6))
def test_it_finds_what_a_plain_search_finds(mine: list[str], theirs: list[str], n: int) -> None:
    there = {tuple(theirs[i : i + n]) for i in range(len(theirs) - n + 1)}
    expected = any(tuple(mine[i : i + n]) in there for i in range(len(mine) - n + 1))
    assert bool(shared_word_runs({"m": " ".join(mine)}, [("t", " ".join(theirs))], n)) == expected
