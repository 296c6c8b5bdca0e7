"""Captions of figures and tables in a text."""

from __future__ import annotations

from kb.text.captions import caption_at_end, captions

TEXT = "7.2 We set out a list of lamps below.\nFigure 21: Lamps for keepers of towers\n"


def test_a_caption_is_read_without_its_number() -> None:
    assert captions(TEXT) == ["Lamps for keepers of towers"]
    assert captions("See Figure 21: it is dark.") == []


def test_a_caption_that_words_follow_is_not_at_the_end() -> None:
    assert caption_at_end(TEXT) == "Figure 21: Lamps for keepers of towers"
    assert caption_at_end(f"{TEXT}The lamp is lit.") == ""
    assert caption_at_end("그림 3: 등대의 등불과 심지 관리") == "그림 3: 등대의 등불과 심지 관리"
