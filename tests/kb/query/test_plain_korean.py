"""Casual Korean is read as the plain form of the same question, and words that only ask to be told are no terms."""

from __future__ import annotations

import pytest

from kb.query.plain_korean import in_plain_korean, without_request


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("등불 켜는 사람은 누구한테 알려야돼요?", "등불 켜는 사람은 누구에게 알려야 하나요?"),
        ("등불 관리자가 뭐하는거죠", "등불 관리자가 무엇을 하나요"),
        ("기름은 어떻게 하래요?", "기름은 어떻게 하나요?"),
        ("심지는 언제 갈아야하나", "심지는 언제 갈아야 하나요"),
        ("초록 등불 써도 돼?", "초록 등불 써도 되나요?"),
        ("등불이 뭐예요", "등불이 무엇인가요"),
        ("등불과 등대는 무슨 차이죠?", "등불과 등대는 무슨 차이인가요?"),
        ("뭘 적어야 하죠?", "무엇을 적어야 하나요?"),
        ("이거 금지임?", "이거 금지인가요?"),
        ("누구 책임임?", "누구 책임인가요?"),
        ("안 적어도 되는 예외", "안 적어도 되는 예외"),
        ("신고 안해도 되는 경우", "신고 하지 않아도 되는 경우"),
        ("어느 조항에 있음?", "어느 조항에 있나요?"),
        ("등불은 누가 지나요?", "등불은 누가 지나요?"),
        ("침해?", "침해?"),
        ("등불 원칙 3가지 뭐뭐임?", "등불 원칙 3가지 무엇인가요?"),
        ("등대 기준은 언제 나왔어요?", "등대 기준은 언제 발행되었나요?"),
        ("등대법에서 말하는 등대지기가 정확히 누구임?", "등대법에서 등대지기의 정의는 무엇인가요?"),
        ("등대법이 말하는 원칙은 무엇인가요?", "등대법이 말하는 원칙은 무엇인가요?"),
        ("안이라면 켜도 되나요?", "안이라면 켜도 되나요?"),
        ("등불을 켠다는걸 알려야 하나", "등불을 켠다는 것을 알려야 하나요"),
        ("등대 번호가 뭐였죠?", "등대 번호가 무엇인가요?"),
        ("등불을 안지키면 벌금임?", "등불을 안 지키면 벌금인가요?"),
        ("안전하면 켜도 되나요?", "안전하면 켜도 되나요?"),
        ("배도 포함?", "배도 포함?"),
        ("Who lights the lamps?", "Who lights the lamps?"),
    ],
)
def test_endings_of_speech_are_read_as_the_plain_ones(typed: str, plain: str) -> None:
    assert in_plain_korean(typed) == plain


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("등불 원칙 5가지 알려줘", "등불 원칙 5가지"),
        ("등불 점검 관련 내용", "등불 점검"),
        ("등불 점검 좀", "등불 점검"),
        ("등불 점검 관련 조항", "등불 점검"),
        ("누가 등불을 켜는지 궁금합니다", "누가 등불을 켜는지"),
        ("알려줘", "알려줘"),
        ("등불을 누구에게 알려야 하나요?", "등불을 누구에게 알려야 하나요?"),
    ],
)
def test_words_that_only_ask_to_be_told_are_left_out_where_others_are_left(asked: str, told: str) -> None:
    assert without_request(asked) == told
