"""The hash of code is the same after a change of comments and docstrings, and another after any change of the code."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

import pytest

from ingest.versions import reader_files
from kb.code_version import bare_code, code_sha256

if TYPE_CHECKING:
    from pathlib import Path

CODE = '''"""A module."""

LIMIT = 3  # pages
"""How much is read."""

NAMES = (
    "one"  # first
    "two",
    "# three",
)


def first(text: str) -> str:
    """The first line.

    With a 'quote' and a # sign.
    """
    # a reason
    return text.split("\\n", 1)[0] if text else """
# no comment
"""
'''


def version(tmp_path: Path, code: str) -> str:
    path = tmp_path / "module.py"
    path.write_text(code, "utf-8")
    return code_sha256([path])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', "# no module"),
        ("# pages", "# leaves"),
        ("  # pages", ""),
        ('"""How much is read."""\n', ""),
        ("How much", "How 'much'"),
        ("  # first", ""),
        ("With a 'quote' and a # sign.", "It's another text."),
        ("    # a reason\n", "\n"),
    ],
)
def test_words_about_the_code_leave_its_version(tmp_path: Path, old: str, new: str) -> None:
    assert old in CODE
    assert version(tmp_path, CODE) == version(tmp_path, CODE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ('"one"', '"eins"'),
        ('"two"', '"zwei"'),
        ("# three", "# four"),
        ("# no comment", "# another line"),
        ("\\n", "\\r"),
        ("    return", "return"),
    ],
)
def test_another_code_has_another_version(tmp_path: Path, old: str, new: str) -> None:
    assert old in CODE
    assert version(tmp_path, CODE) != version(tmp_path, CODE.replace(old, new))


def words_of(code: str, left_out: set[tuple[int, int]]) -> list[str]:
    """The tokens of code, besides comments, line ends, and the strings at the places ``left_out``."""
    known = {tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP}
    read = tokenize.generate_tokens(io.StringIO(code).readline)
    return [each.string for each in read if each.type in known and each.start not in left_out]


def test_nothing_but_comments_and_docstrings_is_left_out_of_the_modules_that_are_hashed() -> None:
    for path in reader_files():
        source = path.read_text("utf-8")
        strings = {
            (node.lineno, len(source.splitlines()[node.lineno - 1].encode()[: node.col_offset].decode()))
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        }
        assert words_of(bare_code(source), set()) == words_of(source, strings), path
