"""Numbers written inside a unit that is named right before them: "Section 1, 1.2", "Part II para 1". Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.references.folding import Folded
    from kb.references.phrases import Phrase

_COUNTING_THEIR_OWN = frozenset({"section", "part", "chapter", "annex", "schedule", "step"})
"""Kinds of units that may count their own parts from 1.1 on."""


def set_inside(text: Folded, phrases: Sequence[Phrase]) -> None:
    """Sets on each number the unit that is written right before it: "Section 1, 1.2", "Part II para 1", "Part B 2"."""
    for before, phrase in pairwise(phrases):
        alone = before.kind in _COUNTING_THEIR_OWN and len(before.parts) == 1 and not before.plural
        clauses = before.kind in _HOLDING_KINDS_OF_CLAUSES
        lettered = clauses and before.parts[0].isalpha() and phrase.parts[:1] and phrase.parts[0].isdigit()
        inner = (
            phrase.core > 1 or phrase.kind == "para" or (clauses and phrase.kind in _KINDS_OF_CLAUSES) or bool(lettered)
        )
        between = text.s[before.end : phrase.start]
        if between == "-" and before.kind in {"", "section", "para"} and not before.plural and len(before.parts) == 1:
            alone = inner = True  # "4-2" is a number of its own where documents count so; a range goes up
        between = between.strip(" ,:;-")
        kinds = {"", "para", "section", "clause", before.kind, *(_KINDS_OF_CLAUSES if clauses else ())}
        if alone and inner and not between and phrase.kind in kinds:
            kind = before.kind if before.kind in _COUNTING_THEIR_OWN else "section"
            phrase.inside = f"{kind}:{before.parts[0]}"
            if lettered and phrase.kind == before.kind:
                phrase.kind = ""  # a list gives its kind to each number: "Part II, 2" is no list


_HOLDING_KINDS_OF_CLAUSES = frozenset({"part", "schedule", "annex"})
_KINDS_OF_CLAUSES = frozenset({"clause", "item", "point", "section", "article"})
