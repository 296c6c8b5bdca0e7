"""Line ends in Korean: which of them divide a word; also lines that arrive letter by letter."""

from __future__ import annotations

import pytest

from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourceLine, SourcePage
from kb.text.cleaning import readable
from tests.ingest.layouts import source_page


def joined(*lines: str) -> str:
    return lay_out([source_page(1, [(line, 0.1 + 0.03 * n) for n, line in enumerate(lines)])]).text


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("배는 항구의 창고", "에서도 밤마다 등을 켠다.", "창고에서도"),
        ("등대는 바다의 길잡이이며 이는 원칙", "으로서 모두가 지킨다.", "원칙으로서"),
        ("그 기록은 해마다 수정", "되고 창고에 보관된다.", "수정되고"),
        ("선장은 날씨를 미리 확인", "하여야 한다.", "확인하여야"),
        ("바람이 세면 그러", "하지 아니하다.", "그러하지"),
    ],
)
def test_a_line_that_begins_with_what_begins_no_word_goes_on_with_the_word(first: str, second: str, whole: str) -> None:
    assert whole in joined(first, second)


def test_a_noun_that_the_document_makes_a_verb_of_goes_on() -> None:
    assert "평가하여" in joined("등대마다 밝기를 평가하고 적는다.", "그 뒤에 다시 평가", "하여 알린다.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("선장은 배를 살펴보아야", "한다."),
        ("등대를 돌보는 것을", "하는 사람은 둘이다."),
        ("사람들은 등불을 다시", "하지 않았다."),
        ("바다가 잠잠하다", "하지만 배는 뜨지 않는다."),
        ("항구에는 창고가 많고", "하나의 등대가 있다."),
        ("배는 새벽에", "은빛 바다로 나간다."),
        ("등대지기의 의자", "과일 상자와 등불"),
    ],
)
def test_a_line_that_begins_with_a_word_keeps_its_line_end(first: str, second: str) -> None:
    assert f"{first}\n{second}" in joined(first, second)


def test_a_line_that_comes_letter_by_letter_is_one_line() -> None:
    """pdfium ends a line after each letter where a page holds one short line of Korean."""
    places = [("등", 70.0), ("불", 80.5), ("을", 91.0), ("켜", 104.5), ("고", 115.0), ("끈", 128.5), ("다.", 139.0)]
    text, lines = "", []
    for letters, x in places:
        lines.append(SourceLine(len(text), len(text) + len(letters), x, x + 8.5, 0.1, 10.5, False, 0.112))
        text += letters + "\n"
    assert lay_out([SourcePage(1, text, tuple(lines))]).text.strip() == "등불을 켜고 끈다."


WRAPPED = [
    "등대를 지키는 사람은 날마다 등불을 닦고 기록을 ",
    "남기며 바람이 세면 종을 친다. 배가 다가오면 신호 ",
    "를 보내고 돌아갈 때까지 지켜본다. 등대의 이름과 ",
    "자리는 항구의 책에 적는다. 그 책은 항구의 창고",
]


def pages_of(*bodies: list[str]) -> str:
    """Pages of these lines, each with its number at the foot."""
    pages = []
    for n, body in enumerate(bodies, 1):
        lines = [(line, 0.1 + 0.03 * k) for k, line in enumerate(body)]
        pages.append(source_page(n, [*lines, (f"- {n} -", 0.95)]))
    return lay_out(pages).text


def test_a_word_that_a_page_end_divides_is_one_word_in_a_quote() -> None:
    text = pages_of(WRAPPED, ["지기가 지킨다. 창고지기는 한 사람이다.", "등대의 문은 밤에 잠근다."])
    assert "그 책은 항구의 창고지기가 지킨다." in readable(text)


@pytest.mark.parametrize("follows", ["제3조(문) 등대의 문은 밤에 잠근다.", "가. 등대의 문은 밤에 잠근다."])
def test_what_opens_a_part_goes_on_with_no_word(follows: str) -> None:
    assert f"항구의 창고 {follows}" in readable(pages_of(WRAPPED, [follows, "그리고 아침에 연다."]))
    assert f"항구의 창고\n{follows}" in pages_of([*WRAPPED, follows], ["그리고 아침에 연다."])


def test_a_short_line_ends_with_its_word() -> None:
    """A heading without a blank at its end, in a document that leaves the blank of a word at line ends."""
    text = pages_of([*WRAPPED[:3], "등대의 문", "등대의 문은 밤에 잠근다."], ["그리고 아침에 연다."])
    assert "등대의 문\n등대의" in text
