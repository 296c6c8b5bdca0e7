"""Text that is made safe for a table, a page or a clipboard, and got back unchanged. Pure.

A spreadsheet takes a cell for a formula by its first sign. Such a cell gets an apostrophe in front, and so does one
that begins with apostrophes before such a sign, so that taking one apostrophe away always gives back the cell.
"""

from __future__ import annotations

import re

_FORMULA_START = re.compile(r"'*(?:\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n])")
_REPLACEMENT = "\ufffd"
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
"""Signs that no table and no XML may hold, or that turn the direction of what stands beside them."""


def guarded_cell(text: str) -> str:
    """The text of a cell that no spreadsheet takes for a formula; :func:`unguarded_cell` gives back ``text``."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unguarded_cell(text: str) -> str:
    """The text that :func:`guarded_cell` was given."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


def without_controls(text: str) -> str:
    """The text with U+FFFD for each control character, each sign that turns the direction of writing and each half of
    a pair; line ends and tabs stay, and a carriage return alone is a line end."""
    return _CONTROLS.sub(_REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def n_controls(text: str) -> int:
    """How many signs :func:`without_controls` replaces."""
    return len(_CONTROLS.findall(text))


def on_a_line(text: str) -> str:
    """The text without control characters, its line ends and tabs made blanks."""
    return re.sub(r"\s*[\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*", " ", without_controls(text)).strip()
