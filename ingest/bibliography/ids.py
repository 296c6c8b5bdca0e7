"""Makes readable ids for a person's own documents, from the title or else the file name. Pure."""

from __future__ import annotations

import re
import unicodedata

from kb.text.romanisation import romanised

LONGEST_ID = 44
"""Largest number of letters that an id takes from a title."""


def readable_id(title: str, stem: str) -> str:
    """An id of lower-case Latin words with hyphens; Hangul is romanised. It is made from ``title``, from ``stem`` if
    the title has too few such letters, or is "document" if both have too few."""
    of_title = _in_latin(title)
    letters = sum(map(str.isalnum, title))
    if of_title and sum(map(str.isalnum, of_title)) >= 0.4 * letters:
        return _cut_short(of_title)
    return _cut_short(_in_latin(stem) or of_title) or "document"


def _in_latin(text: str) -> str:
    plain = unicodedata.normalize("NFKD", romanised(unicodedata.normalize("NFKC", text)))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def _cut_short(slug: str) -> str:
    """At most :data:`LONGEST_ID` letters of a slug, cut between two words if one ends in the second half."""
    if len(slug) <= LONGEST_ID:
        return slug
    cut = slug[:LONGEST_ID]
    whole = cut.rpartition("-")[0] if slug[LONGEST_ID] != "-" else cut
    return (whole if len(whole) >= LONGEST_ID // 2 else cut).strip("-")
