"""Negating words, English, Spanish and Korean."""

from __future__ import annotations

import re

NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|none|cannot|without|nobody|nothing)\b|n['’]t\b"
    r"|\b(?:no|nunca|ning[uú]n[ao]?|sin|tampoco)\b"
    r"|않|아니|없|못하|못한|안 된다|안 됩니다|금지",
    re.IGNORECASE,
)
