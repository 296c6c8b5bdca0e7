"""A hash of what our modules do, which an index records, so that documents are read again when the code has changed.

Comments, docstrings and blank lines are left out: to reword them changes nothing that was read. The text of the code is
hashed, and not its syntax tree, because Python writes trees differently from one release to the next.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_STRING = r"""
    (?P<string> [bfru]{0,2} (?: \"{3} (?:[^\\]|\\.)*? \"{3} | '{3} (?:[^\\]|\\.)*? '{3}
                              | " (?:[^"\\\n]|\\.)* "        | ' (?:[^'\\\n]|\\.)* ' ) )
"""
_FLAGS = re.DOTALL | re.IGNORECASE | re.VERBOSE
_LEXEMES = re.compile(
    rf"{_STRING} | (?P<comment> [ \t]*\#[^\n]*) | (?P<opening> [(\[{{]) | (?P<closing> [)\]}}])", _FLAGS
)
_BLANK_LINES = re.compile(rf"{_STRING} | (?P<blank> [ \t]*\n\s*\n)", _FLAGS)
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")


def code_sha256(modules: Iterable[Path]) -> str:
    """The SHA-256 of what modules do, in the order given, in hex; it is the same after a change of comments alone.

    :raises OSError: a module cannot be read.
    """
    digest = hashlib.sha256()
    for path in modules:
        digest.update(bare_code(path.read_text("utf-8")).encode())
    return digest.hexdigest()


def bare_code(source: str) -> str:
    """The text of a module without its comments, docstrings and blank lines.

    A docstring is any string that is a whole statement, as under a constant that it describes.
    """
    kept, end, depth = [], 0, 0
    for found in _LEXEMES.finditer(source):
        depth += (found.lastgroup == "opening") - (found.lastgroup == "closing")
        if found.lastgroup == "comment" or (not depth and _is_docstring(found, source)):
            kept.append(source[end : found.start()])
            end = found.end()
    kept.append(source[end:])
    return _BLANK_LINES.sub(lambda found: found["string"] or "\n", "\n" + "".join(kept) + "\n")


def _is_docstring(found: re.Match[str], source: str) -> bool:
    """Whether a lexeme outside all brackets is a string with a line, or several, of its own."""
    start = source.rfind("\n", 0, found.start()) + 1
    alone = found.lastgroup == "string" and not source[start : found.start()].strip()
    return alone and not source.endswith("\\\n", 0, start) and _REST_OF_LINE.match(source, found.end()) is not None
