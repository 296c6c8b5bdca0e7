"""Enumerations in running text: what opens one, its points, and the one around a place."""

from __future__ import annotations

import pytest

from kb.text.enumerations import enumeration_around, opens_enumeration, points_after


def points(text: str, opening: str) -> list[str]:
    at = text.index(opening) + len(opening)
    return [text[p.start : p.end] for p in points_after(text, at, len(text))]


@pytest.mark.parametrize(
    "words",
    [
        "The keeper looks after the following:",
        "The pilot does as follows.",
        "이 법에서 사용하는 용어의 뜻은 다음과 같다.",
        "다음 각 호의 어느 하나에 해당하는 경우에는 등을 끈다.",
        "등대지기의 일은 아래와 같습니다.",
        "El farero cuida lo siguiente:",
    ],
)
def test_words_that_open_an_enumeration(words: str) -> None:
    assert opens_enumeration(words)


@pytest.mark.parametrize(
    "words", ["The keeper lights the lamp.", "등대지기는 다음 날 등을 켠다.", "at 10:30 the lamp is lit"]
)
def test_other_words_open_none(words: str) -> None:
    assert not opens_enumeration(words)


def test_letters_with_points_of_their_own_and_broken_lines() -> None:
    text = (
        "1. It is forbidden:\n(a) to light a lamp that\nnobody trimmed;\n(b) to dim one, whether\n(i) by day; or\n"
        "(ii) by night;\n(c) to sell the wick,\nwhoever owns it.\n2. The keeper writes it down."
    )
    assert points(text, "forbidden:") == [
        "(a) to light a lamp that\nnobody trimmed;",
        "(b) to dim one, whether\n(i) by day; or\n(ii) by night;",
        "(c) to sell the wick,\nwhoever owns it.",
    ]


def test_a_number_that_was_put_in_later_counts() -> None:
    text = (
        "용어의 뜻은 다음과 같다.\n1. “등대”란 불을 말한다.\n1의2. “등선”이란"
        " 배를 말한다.\n2. “심지”란 실을 말한다.\n제3조(원칙) 등은 밤에 켠다."
    )
    assert [p.split(".")[0] for p in points(text, "같다.")] == ["1", "1의2", "2"]
    assert points(text, "같다.")[-1] == "2. “심지”란 실을 말한다."


def test_bullets_end_where_another_paragraph_begins() -> None:
    text = (
        "these count:\n\uf0b7 Fouling of the water\n\uf0b7 Damage of a"
        " lock that cannot\nbe mended soon.\n(7) The team looks again."
    )
    assert points(text, "count:") == [
        "\uf0b7 Fouling of the water",
        "\uf0b7 Damage of a lock that cannot\nbe mended soon.",
    ]


def test_points_inside_one_line() -> None:
    assert points("He keeps: (a) oil; (b) wicks; and (c) a book. Nobody else does.", "keeps:") == [
        "(a) oil;",
        "(b) wicks; and",
        "(c) a book.",
    ]


def test_pieces_without_marks_are_points_where_semicolons_end_their_lines() -> None:
    text = (
        "The pilot looks after:\nthe plan of the machine;\nthe yearly"
        " rehearsal; and\nthe list of people.\nNobody else does."
    )
    assert points(text, "after:") == ["the plan of the machine;", "the yearly rehearsal; and", "the list of people."]


def test_nothing_is_a_point_where_no_mark_stands_there() -> None:
    assert points("One rule holds: the lamp burns. (a) Later words stand here.", "holds:") == []


def test_the_enumeration_around_a_point() -> None:
    text = (
        "Before. The keeper looks after two things:\n1. the oil of the lamp;\n2. the book of the lamp.\nThe end came."
    )
    found = enumeration_around(text, text.index("book"), 0, len(text))
    assert found is not None
    opening, around = found
    assert text[opening.start : opening.end] == "The keeper looks after two things:"
    assert len(around) == 2
    assert enumeration_around(text, text.index("The end"), 0, len(text)) is None
