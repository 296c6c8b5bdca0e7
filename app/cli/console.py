"""What every command shares: exit codes, printing, the form of results. Light to import."""

from __future__ import annotations

import os
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


def out_json(text: str) -> None:
    """JSON as a result: what a terminal must not see is escaped in it and not dropped, so that its texts stay whole."""
    click.echo("".join(f"\\u{ord(c):04x}" if ord(c) in _UNSAFE else c for c in text))


def tell_person(text: str) -> None:
    """A message for the person."""
    click.echo(text.translate(_UNSAFE), err=True)


FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How results are written."
)


def write_result(path: Path, content: str | bytes) -> None:
    """Writes a result into a file, beside it first, so that a full disk costs no earlier one; text as UTF-8.

    :raises KBError: the file cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    try:
        if path.exists() and not path.is_file():  # a pipe or a device
            path.write_bytes(data)
            return
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise KBError(notice("result not written", path=str(path), why=why)) from error
