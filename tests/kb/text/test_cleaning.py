from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.cleaning import clean, fold, readable
from kb.types import SOFT_HYPHEN


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("two\nlines", "two lines"),
        ("  much \t blank\n\n", "much blank"),
        (f"deci{SOFT_HYPHEN}sion", "decision"),
        (f"deci{SOFT_HYPHEN}\nsion", "decision"),
        (f"exam{SOFT_HYPHEN}\fples", "examples"),
        ("risk-based", "risk-based"),
        ("e\ufb03cient o\ufb00er", "efficient offer"),
        ("\uf0b7 point", "• point"),
        ("so\u00adft\u200b", "soft"),
        (f"언{SOFT_HYPHEN}제나 사람", "언제나 사람"),
        ("판단을\n돕는", "판단을 돕는"),
        ("½ §37 “quoted” – é", "½ §37 “quoted” – é"),
        ("", ""),
        (f"human-\f{SOFT_HYPHEN}centred", "human-centred"),
        (f"human{SOFT_HYPHEN}-\fcentred", "human-centred"),
    ],
)
def test_readable_repairs_what_a_page_breaks_and_nothing_else(raw: str, shown: str) -> None:
    assert readable(raw) == shown
    assert clean(raw)[0] == shown


def test_clean_knows_where_every_character_came_from() -> None:
    raw = f"  A rule.\nIt is e\ufb03cient and deci{SOFT_HYPHEN}\nsive. "
    words, origin = clean(raw)
    assert words == "A rule. It is efficient and decisive."
    assert len(words) == len(origin)
    assert origin == sorted(origin)
    for char, at in zip(words, origin, strict=True):
        assert char == raw[at] or char == " " or raw[at] == "\ufb03"


_RAW = st.text(st.sampled_from(f"ab .-\n\f\t가나{SOFT_HYPHEN}\ufb01\uf0b7\u00ad"), max_size=40)


@given(_RAW)
def test_clean_without_marks_is_readable(raw: str) -> None:
    words, origin = clean(raw)
    assert words == readable(raw)
    assert len(words) == len(origin)
    assert all(0 <= at < len(raw) for at in origin)


@given(_RAW)
def test_readable_is_settled_and_folds_alike(raw: str) -> None:
    assert readable(readable(raw)) == readable(raw)
    assert fold(readable(raw)) == fold(raw)


def test_fold_agrees_over_two_extractions_of_the_same_words() -> None:
    assert fold("The Effi-\ncient  “Maker”") == fold("the e\ufb03cient “maker”")
    assert fold("one two") != fold("one three")


def test_a_word_with_a_hyphen_over_the_end_of_a_page_has_no_blank() -> None:
    assert readable("a human-\fcentred lamp") == "a human-centred lamp" == clean("a human-\fcentred lamp")[0]
    assert readable("in the short-\fand long term") == "in the short- and long term"
    assert (
        readable("short-\fto long-term") == "short- to long-term"
        and readable("IN-\fAND OUTDOORS") == "IN- AND OUTDOORS"
    )
    assert readable("text-\fto-speech") == "text-to-speech"
    assert readable("two lamps -\fone of them") == "two lamps - one of them"


def test_an_exponent_is_the_same_raised_and_behind_a_caret() -> None:
    assert fold("more than 10^25 lamps") == fold("more than 10²⁵ lamps")
