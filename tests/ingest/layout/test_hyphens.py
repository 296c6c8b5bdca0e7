"""Line-end hyphens: which belong to the word."""

from __future__ import annotations

import pytest

from ingest.layout.hyphens import keeps_hyphen
from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourcePage
from kb.text.cleaning import readable
from kb.types import SOFT_HYPHEN

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
