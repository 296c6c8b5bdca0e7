"""The weight of type by the name of its font. Pure."""

from __future__ import annotations

import re

_BOLD_NAME = re.compile(r"bold|black|heavy|[,-]bd$|(?:cm|sf|ec|lm)bx|[,-]demi(?:it|italic|oblique)?$", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"regular|book(?!man)|light|roman(?!ps)|-italic$|-oblique$", re.IGNORECASE)


def weight_by_name(font: str) -> int:
    """700 for a font whose name says that it is bold, 400 for one that is plain by its name, 0 where it says neither.

    Many programs write one stem width into all fonts of a PDF, from which nobody can guess; the names tell them apart.
    """
    if _BOLD_NAME.search(font):
        return 700
    return 400 if _PLAIN_NAME.search(font) else 0
