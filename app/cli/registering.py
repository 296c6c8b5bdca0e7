"""Registers lists and drafts that a command made or checked, for ``kb audit impact``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.console import tell_person
from app.cli.settings import interface_of
from kb.messages import message
from kb.release import today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import click

    from kb import KnowledgeBase
    from kb.types import Citation


def register_made(
    ctx: click.Context, base: KnowledgeBase, path: Path, kind: str, citations: Iterable[Citation | None]
) -> None:
    """Registers a list or a draft with the units that it cites; if the home folder cannot be written, the person is
    told."""
    try:
        base.register_made(path, kind, [each for each in citations if each is not None], today())
    except OSError as error:
        lang = interface_of(ctx)
        problem = message(lang, "not registered", file=path.name, why=error.strerror)
        tell_person(message(lang, "note", text=problem))
