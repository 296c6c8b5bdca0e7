"""Hyphens at line ends: whether they belong to the word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.layout.hyphens import LineEnds, keeps_hyphen, line_ends
from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourcePage
from kb.text.cleaning import readable
from kb.types import SOFT_HYPHEN
from tests.ingest.layouts import source_page

WORDS = {
    "decisions": 3,
    "risk": 9,
    "based": 4,
    "well-being": 2,
    "wellbeing": 1,
    "maker": 4,
    "machine": 7,
    "speech": 3,
    "long": 2,
}


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("deci", "sions", False),
        ("risk", "based", True),
        ("well", "being", True),
        ("COVID", "19", True),
        ("Asia", "Pacific", True),
        ("GOV", "ERN", False),
        ("self", "taught", True),
        ("non", "binding", True),
        ("machine", "readable", True),
        ("machine", "ry", False),
        ("text-to", "speech", True),
        ("long", "and short-lived", True),
        ("cali", "bration", False),
        ("high", "lights", False),
        ("on", "site", True),
        ("on", "tology", False),
        ("up", "holding", False),
        ("up", "keep", False),
        ("by", "laws", False),
        ("on", "boarding", False),
    ],
)
def test_keeps_hyphen(left: str, right: str, kept: bool) -> None:
    assert keeps_hyphen(left, right.split()[0], WORDS) is kept


def test_spanish_breaks_words_everywhere() -> None:
    words = {"con": 30, "sistemas": 9, "sis": 1, "franco": 4, "alemana": 3}
    assert keeps_hyphen("con", "cibe", words, spanish=True) is False
    assert keeps_hyphen("sis", "temas", words, spanish=True) is False
    assert keeps_hyphen("franco", "alemana", words, spanish=True) is True


def test_an_address_keeps_its_hyphens_over_line_ends() -> None:
    text = f"See https://example.org/a-long-{SOFT_HYPHEN}path or take a shor{SOFT_HYPHEN}ter way."
    layout = lay_out([SourcePage(1, text.replace(f"-{SOFT_HYPHEN}", SOFT_HYPHEN), ())])
    assert "a-long-path" in readable(layout.text)
    assert "shorter way" in readable(layout.text)


WHOLE = [("case", "by"), ("law", "making"), ("risk", "based"), ("end-to", "end"), ("long", "term")]
BROKEN = [("har", "bour"), ("mainte", "nance"), ("inspec", "tion"), ("naviga", "tion"), ("law", "making")]


def test_a_document_shows_whether_it_breaks_words() -> None:
    assert line_ends(WHOLE, {}) is LineEnds.WHOLE
    assert line_ends(BROKEN, {}) is LineEnds.BREAK
    assert line_ends(WHOLE[:2], {}) is LineEnds.UNKNOWN


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("programmatic", "level", True),
        ("methicillin", "resistant", True),
        ("pre", "determined", True),
        ("take", "up", True),
        ("Co", "Pilot", True),
        ("technolo", "gists", False),
        ("har", "bour", False),
    ],
)
def test_where_no_word_is_broken_a_hyphen_is_kept_unless_its_halves_are_no_words(
    left: str, right: str, kept: bool
) -> None:
    assert keeps_hyphen(left, right, {"technologists": 1, "level": 4}, habit=LineEnds.WHOLE) is kept


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("anti", "money", True),
        ("multi", "step", True),
        ("face-to", "face", True),
        ("user", "friendly", True),
        ("har", "bour", False),
        ("under", "standing", False),
        ("trace", "able", False),
        ("account", "ability", False),
    ],
)
def test_common_words_decide_where_the_document_is_short(left: str, right: str, kept: bool) -> None:
    assert keeps_hyphen(left, right, {}) is kept


def test_a_word_broken_before_the_foot_of_a_page_goes_on_at_the_next_page() -> None:
    pages = [
        source_page(1, [("The keeper gives an exam", 0.5), ("Page 1 of the list", 0.95)]),
        source_page(2, [("ple of a good lamp, and the example is old.", 0.3), ("Page 2 of the list", 0.95)]),
        source_page(3, [("The lamp is lit.", 0.3), ("Page 3 of the list", 0.95)]),
    ]
    first = pages[0]
    at = first.text.index("\n")
    text = first.text[:at] + SOFT_HYPHEN + first.text[at + 1 :]
    lines = (replace(first.lines[0], end=at + 1), first.lines[1])
    layout = lay_out([replace(first, text=text, lines=lines), *pages[1:]])
    assert "gives an example of a good lamp" in readable(layout.text)
    assert SOFT_HYPHEN not in layout.text


def test_a_stored_text_holds_no_control_character() -> None:
    text = f"A shor{SOFT_HYPHEN}ter way{SOFT_HYPHEN} and a navi\u00ad\ngation."
    layout = lay_out([SourcePage(1, text, ())])
    assert not [c for c in layout.text if c < " " and c not in "\n\f"]
    assert "A shorter way" in layout.text
    assert "navigation" in layout.text


def test_a_page_of_one_letter_with_a_marked_hyphen_is_read_in_time_that_grows_with_it() -> None:
    layout = lay_out([SourcePage(1, f"{'a' * 600_000} mark{SOFT_HYPHEN}ed", ())])
    assert readable(layout.text).endswith("a marked")  # searched from each of its letters, it would take hours
