"""Finds the acronyms of the issuers of a user's own documents ("FINMA", "CMA"), by which questions name them. Pure.

An acronym counts if it occurs in capitals near the beginning of the document's text, and is also the first word of the
file name or the initials of the publisher. A question can then say just "FINMA는 무엇을 기대하나요?".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.references.name_words import kind_of, singular
from kb.references.names import ByIdentity, foreign_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.catalog.catalog import Catalog

LEAST_LETTERS, MOST_LETTERS = 3, 8
_COMMON = frozenset(
    "LLM LLMS GPAI RISK DATA MODEL POLICY COMPANY SCAN PDF DOC DOCX HTML FAQ ENG KOR FINAL DRAFT ANNEX PART ISBN ISSN"
    " HTTP HTTPS WWW AND THE FOR".split()
)
CAPITALS = re.compile(rf"(?<![A-Za-z0-9-])(?:[A-Z]{{{LEAST_LETTERS},{MOST_LETTERS}}}|G\d{{1,2}})(?![A-Za-z0-9])")
"""An acronym, or a group of states ("G20")."""


def short_names(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """The acronyms of issuers of the user's own documents, each with the ids of the documents that it stands for."""
    return _made_short_names(ByIdentity(catalog))


@lru_cache(maxsize=4)
def _made_short_names(same: ByIdentity[Catalog]) -> Mapping[str, tuple[str, ...]]:
    catalog = same.of
    known = {name.upper() for each in catalog.publications.publishers for name in each.names}
    out: dict[str, list[str]] = {}
    for edition in catalog.editions:
        if edition.in_catalog or edition.is_register or edition.register_of:
            continue
        stem, opening = catalog.beside(edition.doc_id)
        of_title = {word.upper() for word in re.findall(r"[A-Za-z]+", edition.title)}
        for name in _short_names_of(stem, edition.publisher, opening) - known - _COMMON:
            if name in of_title and name not in edition.title:  # a word of the title, which the file has in capitals
                continue
            if foreign_in(name):
                continue
            out.setdefault(name, []).append(edition.doc_id)
    return {name: tuple(docs) for name, docs in out.items()}


def _short_names_of(stem: str, publisher: str, opening: str) -> set[str]:
    """The first word of a file name and the initials of the publisher, if the text's beginning contains them."""
    first = next((word.upper() for word in re.findall(r"[Gg]\d{1,2}(?![A-Za-z0-9])|[A-Za-z]+", stem)), "")
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", publisher) if word[0].isupper())
    found = {first, initials} & set(CAPITALS.findall(opening))
    return {name for name in found if not kind_of(singular(name.casefold()))}
