"""The weight of type is known by the names of fonts."""

from __future__ import annotations

import pytest

from ingest.readers.font_names import weight_by_name


@pytest.mark.parametrize(
    ("font", "weight"),
    [
        ("Bookman-DemiItalic", 700),
        ("ABCDEF+Bookman-Demi", 700),
        ("AvantGarde-DemiOblique", 700),
        ("FranklinGothic-DemiIt", 700),
        ("Bookman-Light", 400),
        ("Bookman", 0),
        ("BookmanOldStyle", 0),
        ("FranklinGothic-Book", 400),
        ("Helvetica-Bold", 700),
        ("Academic", 0),
        ("", 0),
    ],
)
def test_the_weight_is_in_the_name(font: str, weight: int) -> None:
    assert weight_by_name(font) == weight
