from __future__ import annotations

import pytest

from kb.text.note_marks import find_unmarked, mark_places
from kb.types import Page

TEXT = "The list of lamps is public. Nobody pays for it, ever. It costs 50 million (see Article 6) in 2019 and later."


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("list of lamps is", "list of lamps is"),
        ("list12 of lamps13 is public.14 Nobody", "list of lamps is public. Nobody"),
        ("is public. 14 Nobody", "is public. Nobody"),
        ("lamps [3] is public(4).", "lamps is public."),
        ("costs 50 million95 (see", "costs 50 million (see"),
        ("in 2019² and", "in 2019 and"),
        ("pays for it,iv ever.*", "pays for it, ever."),
    ],
)
def test_words_are_found_with_marks_and_without(words: str, there: str) -> None:
    found = find_unmarked(TEXT, words)
    assert found is not None
    assert TEXT[slice(*found)] == there


@pytest.mark.parametrize(
    "words", ["see Article 7", "costs 51 million", "see Article 6a", "in 20195", "lamp12", "", "the7"]
)
def test_other_words_are_not(words: str) -> None:
    assert find_unmarked(TEXT, words) is None


def test_a_mark_may_be_missing_only_where_one_was_cut() -> None:
    at = TEXT.index(" is public")
    assert find_unmarked(TEXT, "lamps12 is public", {at}) == (at - 5, at + 10)
    assert find_unmarked(TEXT, "lamps12 is public", {at + 1}) is None


def test_places_of_marks_are_small_gaps_between_the_pieces_of_a_page() -> None:
    page = Page(1, 0, 30, segments=((0, 0, 10), (10, 12, 10), (20, 300, 10)))
    assert mark_places(page) == {10}


@pytest.mark.parametrize(
    "words", ["(see Article 6 iv) now", "(see Article 6iv) now", "(see Article 6**) now", "(see Article 67) now"]
)
def test_any_form_of_mark_may_be_missing_where_one_was_cut(words: str) -> None:
    text = "Look there (see Article 6) now."
    assert find_unmarked(text, words, {text.index(")")}) == (11, 30)
