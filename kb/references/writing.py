"""Writes a unit as a reference that :func:`~kb.references.parsing.parse` reads back as the same unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.references.schemes import in_words

if TYPE_CHECKING:
    from kb.references.units import UnitName
    from kb.types import Edition


def write(unit: UnitName, edition: Edition) -> str:
    """The reference of a unit of this edition: "OECD/LEGAL/0449 (2024), Principle 1.3(iv)".

    A unit that has a name and no number is written with its key in square brackets, which the parser always reads back.
    """
    if unit.key == "whole":
        return edition.ref
    place = in_words(unit.key, unit.title, edition.scheme)
    if place:
        return f"{edition.ref}, {place}"
    path = re.sub(r"[\"“”„«»「」『』\[\]]", "", unit.path).strip()
    return f"{edition.ref}, “{path}” [{unit.key}]" if 0 < len(path) <= 300 else f"{edition.ref} [{unit.key}]"
