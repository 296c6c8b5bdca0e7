"""The exit codes and the printing that all commands share. It imports no heavy library."""

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
    """Prints a line of result to stdout, without terminal control characters of documents."""
    click.echo(text.translate(_UNSAFE))


def out_json(text: str) -> None:
    """Prints JSON as a result; characters that must not reach a terminal are escaped, so that texts stay complete."""
    click.echo("".join(f"\\u{ord(c):04x}" if ord(c) in _UNSAFE else c for c in text))


def tell_person(text: str) -> None:
    """Prints a message for the person to stderr."""
    click.echo(text.translate(_UNSAFE), err=True)


FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How results are written."
)


def write_result(path: Path, content: str | bytes) -> None:
    """Writes a result to a file as UTF-8, first beside the target, so that a full disk does not destroy an earlier
    file.

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
