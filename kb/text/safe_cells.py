"""Makes text safe for a table, a page or the clipboard, so that it can be read back unchanged. Pure.

A spreadsheet takes a cell for a formula by its first character. Such a cell gets an apostrophe in front. So does a cell
that begins with apostrophes before such a character, so that removing one apostrophe always gives the original text.
"""

from __future__ import annotations

import re

_FORMULA_START = re.compile(r"'*(?:\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n])")
_REPLACEMENT = "\ufffd"
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
"""Characters that no table and no XML can hold, or that change the writing direction of the text beside them."""


def guarded_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; :func:`unguarded_cell` gives back ``text``."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unguarded_cell(text: str) -> str:
    """The text that :func:`guarded_cell` was given."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


def without_controls(text: str) -> str:
    """The text with U+FFFD in place of control characters, of characters that change the writing direction, and of
    halves of surrogate pairs.

    Line ends and tabs stay; a single carriage return becomes a line end.
    """
    return _CONTROLS.sub(_REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def n_controls(text: str) -> int:
    """The number of characters that :func:`without_controls` replaces."""
    return len(_CONTROLS.findall(text))


def on_a_line(text: str) -> str:
    """The text without control characters, with blanks in place of line ends and tabs."""
    return re.sub(r"\s*[\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*", " ", without_controls(text)).strip()
