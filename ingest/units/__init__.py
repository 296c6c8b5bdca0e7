"""Finds the numbered units of a document among its body lines, with one scheme for each family of publications. Pure.

A *rule* describes the print and the depth of one kind of numbered line. Lines that only resemble it (a cross-reference
at the start of a line, a table of contents, a footnote) are excluded by order: the numbers of a rule must count up by
one in reading order, and the most likely chain of lines wins (:mod:`~ingest.units.chains`). Lists inside a unit are
accepted only where a number is expected (:mod:`~ingest.units.lists`). The ends of units are decided in one place for
all schemes (:mod:`~ingest.units.assembly`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.layout.line_features import line_features
from ingest.units.assembly import UnitDraft, assemble, slug
from ingest.units.ead import ead, glossary
from ingest.units.eu import eu_act, hleg
from ingest.units.general.reader import numbered_units
from ingest.units.ieee import ieee
from ingest.units.nist import ai_600, nist_rmf
from ingest.units.oecd import oecd
from ingest.units.others import kisdi, register_units
from ingest.units.unesco import guidelines, numbered_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.layout.layout import Layout
    from ingest.layout.line_features import LineFeatures
    from kb.types import Edition, Notice, Unit

__all__ = ["SCHEMES", "find_units", "slug"]

SCHEMES: dict[str, Callable[[LineFeatures], tuple[list[UnitDraft], list[Notice]]]] = {
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
    "outline": numbered_units,
}
"""The function that reads the units of each scheme; "register" needs the edition as well."""

_TO_THE_END = frozenset({"eu-act", "register"})
"""Schemes whose last unit runs to the end of the text; in other schemes it ends before back matter."""


def find_units(layout: Layout, edition: Edition) -> tuple[list[Unit], list[Notice]]:
    """The document's units in reading order, and notes about them for the report."""
    features = line_features(layout)
    if edition.scheme == "register":
        found, notes = register_units(features, edition.register_of)
    else:
        found, notes = SCHEMES.get(edition.scheme, numbered_units)(features)
    return assemble(found, features, edition, edition.scheme in _TO_THE_END), notes
