"""Finds headings at the beginning of a quote, so that they are left out: a heading is part of the locator instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.types import Span, Unit

_MOST_HEADING_WORDS = 16
"""Words of a line that may be a heading."""


def names_of_unit(library: Library, unit: Unit | None) -> str:
    """Numbers, paths and titles of a unit and of the units around it, reduced to letters and digits and joined; a path
    stands before its number and before its title, as either heading may have them."""
    parts: list[str] = []
    while unit is not None:
        parts += [unit.path, unit.number, unit.path, unit.title]
        unit = next((u for u in library.store.unit(unit.parent_id or "") if u.doc_id == unit.doc_id), None)
    return squeezed_words(" ".join(parts))


def squeezed_words(words: str) -> str:
    """The letters and digits of a text in lower case, without anything between them."""
    return re.sub(r"\W+", "", words).casefold()


def without_headings(text: str, span: Span, names: str) -> int:
    """The offset at which the text of a span begins after its heading lines.

    A line is a heading if its letters are in ``names`` or if it is set like one (:func:`looks_like_heading`). One
    whose sentence goes on in words that are none belongs to the text.
    """
    at = begun = span.start  # of the line, and of the heading that it goes on, where it begins with a small letter
    while True:
        end = text.find("\n", at, span.end)
        if end < 0:
            break
        line, rest = text[at:end].strip(" \t\f"), text[end : span.end].lstrip()
        squeezed = squeezed_words(line)
        is_name = squeezed in names and len(line.split()) <= _MOST_HEADING_WORDS and not _POINT_LINE.match(line)
        is_name = (
            is_name and _WORD_OF_HEADING.search(line) is not None
        )  # a number alone on its line belongs to the text
        if not rest or (squeezed and not is_name and not looks_like_heading(line, rest)):
            break
        begun = begun if _GOES_ON_SMALL.match(line) else at
        at = span.end - len(rest)
    return begun if _GOES_ON_SMALL.match(text, at) else at


_GOES_ON_SMALL = re.compile(r"(?![ivx]+\b)[a-zà-ÿ]{2}")
"""Matches words that end a sentence begun before them, and no mark of a point ("a measures …", "ii tests …")."""
_WORD_OF_HEADING = re.compile(r"[^\W\d_]{3}|[가-힣]{2}")
_POINT_LINE = re.compile(r"\(?\w{1,3}[.)]\s+\S+(?:\s+\S+){2,}")
_SMALL_TITLE_WORDS = frozenset(
    "a an and as at by for from in of on or the to under with n° nº no del de la el los las y e".split()
)


def looks_like_heading(line: str, rest: str) -> bool:
    """Whether a line before ``rest`` looks like a heading: short, without a full stop, in capitals or title case."""
    if not line or line[-1] in ".,;:!?。…-–" or not re.match(r"[\"“‘(«]?[A-ZÀ-Þ\d]", rest):
        return False
    words = [w for w in re.findall(r"[^\W\d_]+", line) if w.casefold() not in _SMALL_TITLE_WORDS]
    following = rest.split("\n", 1)[0]
    if not words or len(words) > _MOST_HEADING_WORDS or len(line) > max(60, 0.8 * len(following)):
        return False
    capitals = sum(w.isupper() and len(w) > 1 for w in words)
    return capitals >= max(1, 0.7 * len(words)) or (len(words) > 1 and all(w[0].isupper() for w in words))
