"""How a unit is written as a reference, so that :func:`~kb.references.parsing.parse` leads back to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.references.schemes import in_words

if TYPE_CHECKING:
    from kb.references.units import UnitName
    from kb.types import Edition


def write(unit: UnitName, edition: Edition) -> str:
    """The unit of this edition as a person writes it: "OECD/LEGAL/0449 (2024), Principle 1.3(iv)".

    A unit that has a name and no number is written with its key in square brackets, a form that is always read back.
    """
    if unit.key == "whole":
        return edition.ref
    place = in_words(unit.key, unit.title, edition.scheme)
    if place:
        return f"{edition.ref}, {place}"
    path = re.sub(r"[\"“”„«»「」『』\[\]]", "", unit.path).strip()
    return f"{edition.ref}, “{path}” [{unit.key}]" if 0 < len(path) <= 300 else f"{edition.ref} [{unit.key}]"
