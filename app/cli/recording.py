"""What a command logs of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.console import tell_person
from app.cli.settings import settings_of
from app.recording import recorded, user_of_machine
from kb.messages import words

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    from kb import KnowledgeBase, Recorder


def record(ctx: click.Context, base: KnowledgeBase, write: Callable[[Recorder], int]) -> int:
    """Logs what a command did, where the settings want it; a log that cannot be written is one line on stderr."""
    settings = settings_of(ctx)
    number, fault = recorded(settings, base, ctx.info_name or "", user_of_machine(), write)
    if fault is not None:
        tell_person(f"kb: {words(fault, settings.interface)}")
    return number
