"""Evidence sentences: chosen, joined, refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.answering.sentence_selection import (
    SentenceCandidate,
    choose,
    coverage,
    repeats_heading,
    select_for_side,
    select_sentences,
    sentence_candidates,
    share_said,
    stands_beside,
    states_nothing,
)
from kb.index.passage_sentences import passage_sentences
from kb.types import Passage, Span

TEXT = "2. The keeper lights the lamp. He writes it down in the book at once. Nobody else may touch the wick."


def passage(text: str = TEXT, start: int = 100) -> Passage:
    return Passage("d", Span(start, start + len(text)), text, text, ("d",), None, 1, 1)


def candidate(score: float, start: int, *, unit: str | None = "u", doc_id: str = "d") -> SentenceCandidate:
    return SentenceCandidate(0, 0, doc_id, Span(start, start + 10), "w", score, score, score, unit)


def test_sentences_are_slices_of_the_document() -> None:
    document = " " * 100 + TEXT
    found = passage_sentences(passage())
    assert [document[s.start : s.end] for s, _ in found] == [words for _, words in found]
    assert found[0][1] == "2. The keeper lights the lamp."


def test_a_sentence_broken_over_lines_keeps_its_place() -> None:
    raw = "The keep\x02er lights\nthe  lamp every single evening. A second sentence stands here."
    (first, words), _ = passage_sentences(passage(raw))
    assert words == "The keeper lights the lamp every single evening."
    assert raw[first.start - 100 : first.end - 100] == "The keep\x02er lights\nthe  lamp every single evening."


def test_coverage_weighs_rare_terms() -> None:
    assert coverage({"lamp": 3.0, "the": 1.0}, {"lamp"}) == 0.75
    assert coverage({}, {"lamp"}) == 0.0


def test_the_same_words_count_once() -> None:
    twice = [(passage(), 1.0), (passage(start=900), 0.9)]
    found = sentence_candidates(twice, {"lamp": 1.0}, str.split)
    assert len(found) == 3
    assert {c.passage for c in found} == {0}


def test_the_same_words_of_two_sides_count_for_each() -> None:
    twice = [(passage(), 1.0), (passage(start=900), 0.9)]
    found = sentence_candidates(twice, {"lamp": 1.0}, str.split, {0: 0, 1: 1})
    assert [c.passage for c in found] == [0, 0, 0, 1, 1, 1]


def test_a_number_is_no_word_of_a_statement() -> None:
    assert states_nothing("8. Ordering of lamps.")
    assert not states_nothing("8. Keepers order the lamps.")


def test_neighbours_join_within_one_unit_only() -> None:
    near, far = candidate(1.0, 0), candidate(0.9, 11)
    assert [len(run) for run in choose([near, far])] == [2]
    assert [len(run) for run in choose([near, candidate(0.9, 11, unit="v")])] == [1, 1]
    assert [len(run) for run in choose([near, candidate(0.9, 40)])] == [1, 1]


def test_the_best_comes_first_and_the_weak_are_left_out() -> None:
    runs = choose([candidate(1.0, 50), candidate(0.95, 0), candidate(0.2, 90)])
    assert [run[0].span.start for run in runs] == [50, 0]
    assert choose([]) == []


def sided(passage_n: int, start: int, cosine: float, shared: float = 0.0) -> SentenceCandidate:
    return SentenceCandidate(passage_n, 0, f"d{passage_n}", Span(start, start + 10), "w", shared, 1.0, cosine)


def test_of_each_side_the_best_of_its_two_best_passages_in_the_order_named() -> None:
    first = [sided(0, 0, 0.9), sided(0, 50, 0.8), sided(1, 0, 0.85)]
    second = [sided(2, 0, 0.99, shared=1.0)]
    shown = select_sentences([*second, *first], sides=[(0, 1), (2,)])
    assert [(run[0].passage, run[0].span.start) for run in shown] == [(0, 0), (1, 0), (2, 0)]


def test_of_a_side_the_sentence_that_also_has_the_words_goes_before_one_that_is_hardly_nearer() -> None:
    shown = select_sentences([sided(0, 0, 0.88, shared=1.0), sided(0, 50, 0.9)], sides=[(0,)])
    assert [run[0].span.start for run in shown] == [0]


def test_one_passage_is_not_shown_for_two_sides() -> None:
    assert len(select_sentences([sided(0, 0, 0.9)], sides=[(0,), (0,)])) == 1


@pytest.mark.parametrize(
    ("words", "nothing"),
    [
        ("44) Commission Recommendation of 6 May 2003 on small keepers (OJ L 124, 20.5.2003, p. 36).", True),
        ("Time to trim was taken from Wick, D, et al (2021), Trimming on Large Lamps.", True),
        ("Keeper-Robot Interaction).", True),
        ("The keeper trims every lamp (see Article 4).", False),
        ("등불을 끈다.", False),
    ],
)
def test_a_source_and_a_piece_of_a_few_words_state_nothing(words: str, nothing: bool) -> None:
    assert states_nothing(words) is nothing


def test_a_heading_with_its_label_states_nothing() -> None:
    headings = ("Part 2", "chapter 5, issue 1 How can keepers share their oil?")
    assert repeats_heading("Issue: How can keepers share their oil?", headings)
    assert not repeats_heading("How can keepers share their lamps?", headings)
    assert not repeats_heading("Part 2", headings)
    assert not repeats_heading("Keepers shall share their oil.", ("1.2 Keepers shall share their oil",))
    assert repeats_heading("Issue: How can keepers share their oil?", ("issue 1 How can keepers share …",))
    assert not repeats_heading("How can keepers share their oil, their wicks and their long nights?", headings)


def test_what_states_nothing_is_quoted_only_where_nothing_else_is_near() -> None:
    text = "Wick, D, et al (2021), Trimming on Large Lamps in towers by the sea. The keeper trims large lamps at noon."
    found = sentence_candidates([(passage(text), 1.0)], {"trim": 1.0}, lambda words: words.lower().split())
    assert max(found, key=lambda c: c.score).words.startswith("The keeper")


def test_a_sentence_that_leads_stands_for_its_side() -> None:
    near, defining = candidate(0.9, 0), candidate(0.8, 500, unit="v")
    assert select_for_side([near, defining], 1, lambda c: c is defining) == [defining]
    assert select_for_side([near, defining], 1) == [near]


def test_a_side_whose_best_sentence_states_nothing_keeps_it() -> None:
    only = replace(sided(0, 0, 0.1), is_none=True, passage_score=0.1)
    assert select_for_side([only], 2) == [only]


@pytest.mark.parametrize(
    ("text", "quotable"),
    [
        ("이용자는 동의를 철회할 수 있다.", True),
        ("등대지기는 등불을 끈다.", True),
        ("제2장 이용자의 권리와 의무", False),
        ("등불을 끈다.", False),
        ("Lamps are put out.", False),
    ],
)
def test_a_short_korean_sentence_can_be_quoted_and_a_short_heading_cannot(text: str, quotable: bool) -> None:
    assert bool(passage_sentences(passage(text))) is quotable


@pytest.mark.parametrize(("first", "further", "beside"), [(0.9, 0.5, True), (0.9, 0.2, False), (0.4, 0.0, True)])
def test_what_holds_few_of_the_words_is_not_quoted_beside_what_holds_them(
    first: float, further: float, beside: bool
) -> None:
    leading, other = replace(candidate(0.8, 0), coverage=first), replace(candidate(0.79, 50), coverage=further)
    assert stands_beside([other], [leading], 0.76 * other.score) is beside
    assert not stands_beside([other], [leading], 2 * other.score)


def test_words_that_no_sentence_holds_do_not_let_others_stand_beside() -> None:
    terms = {"등불": 3.0, "등대지기": 3.0, "lamp": 1.0, "keeper": 1.0}
    leading = replace(candidate(0.8, 0), held=frozenset({"lamp", "keeper"}), coverage=0.25)
    other = replace(candidate(0.79, 50), coverage=0.0)
    said = share_said(terms, [leading, other])
    assert said == 0.25
    assert not stands_beside([other], [leading], 0.0, said)
    assert stands_beside([replace(other, coverage=0.125)], [leading], 0.0, said)
    assert share_said(terms, [other]) == share_said({}, []) == 1.0


def test_what_only_asks_is_not_quoted_beside_what_states() -> None:
    states, asks = candidate(0.8, 0), replace(candidate(0.79, 50), words="Does the lamp burn?")
    assert not stands_beside([asks], [states], 0.0)
    assert stands_beside([asks], [asks], 0.0)


def test_a_title_with_its_kind_behind_it_states_nothing() -> None:
    assert states_nothing("“Ten Ways of Trimming a Wick” (leaflet).")
    assert not states_nothing("“Any wick that is cut by hand alone” (Guild of Keepers, 1902).")
