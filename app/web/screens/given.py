"""Reads the data that a browser's call sends, as far as it is well formed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.plain_text import without_surrogates
from kb.types import MAX_QUESTION


def given_text(data: Mapping[str, Any], name: str, most: int = MAX_QUESTION) -> str:
    """A string of a call without surrounding blanks, cut to ``most`` characters; empty if there is none."""
    value = data.get(name)
    return without_surrogates(value)[:most].strip() if isinstance(value, str) else ""


def given_number(data: Mapping[str, Any], name: str, otherwise: int = 0) -> int:
    """A whole number of a call, or ``otherwise`` if it is missing, negative or absurdly large."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else otherwise
