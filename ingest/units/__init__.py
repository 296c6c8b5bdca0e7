"""Numbered units from body lines, one scheme per family of publications. Pure.

A *rule* says how a numbered line looks and how deep it stands. A line that merely looks like one (a cross-reference
at the start of a line, a table of contents, a footnote) is kept out by order: a rule's numbers must count up by one
in reading order, and the chain of lines with the best looks wins (:mod:`~ingest.units.chains`). Lists inside a unit
are accepted only where a number is due (:mod:`~ingest.units.lists`). Where units end is decided once, for all schemes
(:mod:`~ingest.units.assembly`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.layout.line_features import line_features
from ingest.units.assembly import UnitDraft, assemble, slug
from ingest.units.ead import ead, glossary
from ingest.units.eu import eu_act, hleg
from ingest.units.ieee import ieee
from ingest.units.nist import ai_600, nist_rmf
from ingest.units.oecd import oecd
from ingest.units.others import kisdi, outline_units, register_units
from ingest.units.unesco import guidelines, numbered_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.layout.layout import Layout
    from ingest.layout.line_features import LineFeatures
    from kb.types import Edition, Unit

__all__ = ["SCHEMES", "find_units", "slug"]

SCHEMES: dict[str, Callable[[LineFeatures], tuple[list[UnitDraft], list[str]]]] = {
    "eu-act": eu_act,
    "unesco-para": numbered_paragraphs,
    "oecd": oecd,
    "nist-rmf": nist_rmf,
    "nist-action": ai_600,
    "hleg": hleg,
    "guidelines": guidelines,
    "ead": ead,
    "glossary": glossary,
    "ieee": ieee,
    "kisdi": kisdi,
    "outline": outline_units,
}
"""How each unit scheme of the catalog reads its units; "register" needs the edition as well."""

_TO_THE_END = frozenset({"eu-act", "register"})
"""Schemes whose last unit runs to the end of the text; elsewhere back matter is no part of it."""


def find_units(layout: Layout, edition: Edition) -> tuple[list[Unit], list[str]]:
    """The document's units in reading order, and what the report should say about them."""
    looks = line_features(layout)
    if edition.scheme == "register":
        found, notes = register_units(looks, edition.register_of)
    else:
        found, notes = SCHEMES.get(edition.scheme, outline_units)(looks)
    return assemble(found, looks, edition, edition.scheme in _TO_THE_END), notes
