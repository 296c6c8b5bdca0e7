"""Input that is no question, and typos."""

from __future__ import annotations

import pytest

from kb.query.small_talk import SmallTalk, distance, jamo, nearest_word, small_talk, word_alone


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", SmallTalk.GREETING),
        ("hi there", SmallTalk.GREETING),
        ("안녕하세요~", SmallTalk.GREETING),
        ("Thanks a lot", SmallTalk.THANKS),
        ("감사합니다 ㅎㅎ", SmallTalk.THANKS),
        ("ok, thank you", SmallTalk.THANKS),
        ("Thanks, that helped!", SmallTalk.THANKS),
        ("Thank you, this is exactly what I was looking for.", SmallTalk.THANKS),
        ("That's very useful, thanks", SmallTalk.THANKS),
        ("Thanks, and what helps against fog?", None),
        ("Is this useful for lamps?", None),
        ("bye", SmallTalk.FAREWELL),
        ("transparency", SmallTalk.ONE_WORD),
        ("투명성?", SmallTalk.ONE_WORD),
        ("Hello, what does the code say about lamps?", None),
        ("thanks to whom is the lamp lit?", None),
        ("human oversight", None),
        ("1.3", None),
        ("", None),
    ],
)
def test_what_asks_nothing(text: str, kind: SmallTalk | None) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("등대지귀에 대해 알려줘", "등대지귀"),
        ("투명성", "투명성"),
        ("“lamps”", "lamps"),
        ("등대지기의 의무에 대해 알려줘", ""),
        ("what is oil", ""),
    ],
)
def test_the_one_word_that_a_text_is_about(text: str, word: str) -> None:
    assert word_alone(text) == word


def test_syllables_are_compared_by_their_signs() -> None:
    assert distance(jamo("투명썽"), jamo("투명성")) == 1
    assert distance("lamp", "lmap") == 1
    assert distance("lamp", "wick", 2) == 3


def test_the_nearest_word_is_near_enough_or_none() -> None:
    words = ["책임성", "투명성", "설명가능성"]
    assert nearest_word("투명썽", words) == "투명성"
    assert nearest_word("설명가능셩", words) == "설명가능성"
    assert nearest_word("투명성", words) == ""
    assert nearest_word("등대지기", words) == ""
    assert nearest_word("trasparency", ["oversight", "transparency"]) == "transparency"
