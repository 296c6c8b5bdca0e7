"""What amendments did to units, told as data and worded where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kb.library.amendments import amendments_of_unit, citation_amendment
from kb.messages import words
from kb.types import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.library.library import Library

ACT = "eu-ai-act-2024-1689"


def kinds(value: Any) -> Iterator[str]:
    """The kinds of a notice and of all notices inside it."""
    if isinstance(value, Notice):
        yield value.kind
        for _, inner in value.values:
            yield from kinds(inner)
    if isinstance(value, tuple):
        for each in value:
            yield from kinds(each)


@pytest.mark.parametrize(
    ("key", "holds"),
    [
        ("article:8", {"amended unit", "effect unchanged", "amended unverified"}),
        ("article:10.5", {"amended unit", "effect deleted", "amended see", "place"}),
        ("article:5", {"amended unit", "amended parts", "amended group"}),
    ],
)
def test_an_amendment_is_told_by_kinds_and_values(library: Library, key: str, holds: set[str]) -> None:
    told = amendments_of_unit(library, ACT, key)
    assert holds <= {kind for each in told for kind in kinds(each)}
    assert all(each.get("ref") == "Regulation (EU) 2024/1689" for each in told)
    assert all(words(each, "ko") != words(each, "en") for each in told)


def test_a_citation_carries_what_the_notices_say(library: Library) -> None:
    told = amendments_of_unit(library, ACT, "article:10.5")
    assert citation_amendment(library, ACT, "article:10.5") == " ".join(words(each, "en") for each in told)
