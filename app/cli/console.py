"""What every command shares: exit codes, printing, the form of results. Light to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kb.errors import KBError
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

FAILED, USAGE, SOME_FAILED, NOT_FOUND = 1, 2, 3, 4
_UNSAFE = {
    c: None
    for c in (*range(9), *range(11, 32), 127, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def out(text: str = "") -> None:
    """A line of result; terminal control characters in document text are dropped."""
    click.echo(text.translate(_UNSAFE))


def tell_person(text: str) -> None:
    """A message for the person."""
    click.echo(text.translate(_UNSAFE), err=True)


FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How results are written."
)


def write_result(path: Path, content: str | bytes) -> None:
    """Writes a result into a file; text as UTF-8, its line ends as they are.

    :raises KBError: the file cannot be written.
    """
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise KBError(notice("result not written", path=str(path), why=error.strerror)) from error
