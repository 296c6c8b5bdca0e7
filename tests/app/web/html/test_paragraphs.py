"""A quote as paragraphs, and where a long one is folded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.web.html.chat import answer_html
from app.web.html.paragraphs import folded_paragraphs, quote_paragraphs
from app.web.html.pieces import LONG_QUOTE, folded_quote
from kb.types import Enumeration, Sentence
from tests.app.web.pages import ANSWER, Page

PARTS = [
    "1. Keepers of orchards shall follow paragraphs 2 and 3.",
    "2. Keepers shall assign the watch of point (b) of rule 6(2), (3):",
    "(a) by day;",
    "(b) by night; or",
    "(c) where frost is near, see Art. 5. The end of it.",
    "3. Ledgers are kept.",
]


def test_the_parts_of_a_quote_in_one_line_begin_paragraphs() -> None:
    """Defect 14: a long passage keeps its paragraphs in Ask as in Look up."""
    assert quote_paragraphs(" ".join(PARTS)) == PARTS


def test_what_only_looks_like_a_mark_begins_none() -> None:
    for text in ("It has 3. Things. See 1. Apples and 2. Pears.", "Rule 4 is kept. 7. Seven is not the next.",
                 "They act under point (a) or (b) of Article 5. They rest."):  # fmt: skip
        assert quote_paragraphs(text) == [text]


def test_line_ends_are_kept_where_one_ends_a_sentence_or_an_item_begins() -> None:
    assert quote_paragraphs("First line\ngoes on.\nSecond:\n(a) item\n• dot") == [
        "First line\ngoes on.", "Second:", "(a) item", "• dot",
    ]  # fmt: skip


def test_a_fold_comes_between_paragraphs_or_behind_a_sentence() -> None:
    sentences = [f"Sentence number {n} is about the robots of the orchard." for n in range(60)]
    for text in (" ".join(sentences), " ".join(f"{n}. {each}" for n, each in enumerate(sentences, 1))):
        shown, rest = folded_paragraphs(quote_paragraphs(text), LONG_QUOTE)
        assert rest and shown[-1].rstrip().endswith("orchard.")
        assert " ".join(part.strip() for part in (*shown, *rest)) == text
        assert LONG_QUOTE / 2 < sum(map(len, shown)) < LONG_QUOTE * 1.3


def test_the_answer_and_its_card_show_the_paragraphs() -> None:
    quote = " ".join(PARTS)
    answer = replace(
        ANSWER,
        sentences=(Sentence(quote, (1,)),),
        citations=(replace(ANSWER.citations[0], quote=quote),),
    )
    rows = [
        attributes for name, attributes in Page(answer_html(answer, 1)).tags if attributes.get("class") == "kb-words"
    ]
    assert len(rows) == len(PARTS)
    assert folded_quote(quote).count('class="kb-words"') == len(PARTS)


@pytest.mark.parametrize("before", [LONG_QUOTE // 45, LONG_QUOTE // 30, LONG_QUOTE // 20])
@pytest.mark.parametrize("between", [" ", " 2. "])
def test_the_sentence_found_is_marked_in_its_quote_and_not_folded_away(before: int, between: str) -> None:
    filler = "The guild lights the lamps of the quay. "
    quote = f"1. {filler * before}{between}The keeper trims <them>.{between.replace('2', '3')}{filler * 60}"
    shown = folded_quote(quote, found="The keeper trims <them>.")
    ahead, _, behind = shown.partition('<b class="kb-found">The keeper trims &#60;them&#62;&#46;</b>')
    assert behind, "it is marked"
    assert "<details" not in ahead


def test_a_sentence_that_is_one_paragraph_of_its_quote_is_marked() -> None:
    quote = "1. The lamps are lit. 2. The wicks are trimmed by the keeper."
    assert "kb-found" in folded_quote(quote, found="2. The wicks are trimmed by the keeper.")


def test_nothing_is_marked_that_is_not_in_the_quote_or_is_all_of_it() -> None:
    assert "kb-found" not in folded_quote("The keeper trims them.", found="The guild trims them.")
    assert "kb-found" not in folded_quote("The keeper trims them.", found="The keeper trims them.")


def test_a_list_is_shown_point_by_point_and_says_how_much_of_it_is_shown() -> None:
    """Defect 1: an enumeration that is cut says so."""
    points = tuple(f"({letter}) point {letter}" for letter in "abcdefg")
    for total in (7, 9):
        found = Enumeration(1, "Keepers shall:", points, total)
        page = Page(answer_html(replace(ANSWER, enumerations=(found,)), 1))
        assert all(point in page.text for point in points) and "Keepers shall:" in page.text
        assert f"7 of {total} points" in page.text
