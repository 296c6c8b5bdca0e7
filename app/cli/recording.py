"""Logs what a command did."""

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
    """The number of the log entry of a command, 0 if the settings want no log; a log that cannot be written gives one
    line on stderr."""
    settings = settings_of(ctx)
    number, fault = recorded(settings, base, ctx.info_name or "", user_of_machine(), write)
    if fault is not None:
        tell_person(f"kb: {words(fault, settings.interface)}")
    return number
