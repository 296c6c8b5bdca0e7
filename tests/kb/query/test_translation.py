"""Tests of questions in a language whose words are listed with their English terms."""

from __future__ import annotations

import pytest

from kb.catalog.catalog import corpus_dir
from kb.errors import ConfigError
from kb.query.question_kinds import QuestionKind, kind_of_question
from kb.query.translation import (
    LISTED,
    english_terms,
    load_translations,
    parse_translations,
    question_in_english,
    share_in_english,
    stems_of,
    without_small_words,
)

LIST = parse_translations("es\ten\nfarola;luz de calle\tstreet lamp\ncolor\tcolour\n", "list", "es")


@pytest.mark.parametrize("written", ["las farolas", "la luz de la calle", "LUZ DE CALLE"])
def test_words_are_found_without_endings_accents_and_small_words(written: str) -> None:
    assert LIST.expand(f"¿De qué color son {written}?") == ("colour", "street lamp")


def test_each_term_is_given_once_and_in_the_order_of_the_question() -> None:
    assert LIST.expand("farola, color y farolas") == ("street lamp", "colour")


def test_the_share_that_terms_stand_for_counts_words_that_tell_something() -> None:
    assert LIST.rendered("¿De qué color es la farola?") == 1.0
    assert LIST.rendered("¿De qué color es la farola azul?") == pytest.approx(2 / 3)
    assert LIST.rendered("¿Qué es?") == 1.0


def test_a_question_is_put_in_english_word_by_word_with_plurals() -> None:
    assert LIST.in_english("¿Quién debe pintar las farolas?") == "who must pintar the street lamps?"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("¿Qué obligaciones tienen los importadores?", QuestionKind.LIST),
        ("¿Quién debe informar al usuario?", QuestionKind.WHO),
        ("¿Cuándo se aplica la ley?", QuestionKind.WHEN),
    ],
)
def test_forms_of_english_questions_are_found_in_it(asked: str, kind: QuestionKind) -> None:
    assert kind_of_question(question_in_english(asked, "es")) is kind


def test_a_language_without_a_list_is_left_as_it_is() -> None:
    assert english_terms("das Risiko", "de") == ()
    assert share_in_english("das Risiko", "de") == 1.0
    assert question_in_english("What is a risk?", "en") == ""
    assert without_small_words("What is a risk?", "en") == "What is a risk?"
    assert english_terms("위험", "ko") == ("risk",)


def test_small_words_are_taken_out_of_a_text() -> None:
    assert without_small_words("¿Qué dice la norma?", "es").split() == ["¿", "norma?"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("es;en\n", 1),
        ("es\ten\nfarola\n", 2),
        ("es\ten\nfarola\tlamp\nfarolas\tlantern\n", 3),
        ("es\ten\nde la\tof\n", 2),
    ],
)
def test_a_faulty_list_names_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=f"line {line}"):
        parse_translations(text, "list", "es")


@pytest.mark.parametrize("code", LISTED)
def test_the_shipped_list_has_one_english_term_for_each_word(code: str) -> None:
    shipped = load_translations(code)
    rows = (corpus_dir() / f"terms-{code}-en.tsv").read_text("utf-8").splitlines()[1:]
    assert len(shipped.terms) > 300
    for written, english in (row.split("\t") for row in rows):
        assert {shipped.terms[tuple(stems_of(each, code))] for each in written.split(";")} == {english}
