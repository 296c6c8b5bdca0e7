"""The options that ``kb batch`` and ``kb cite`` share: how a list of answers is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.settings import settings_of
from kb.export.answer_lists import RowsBy
from kb.export.formats import ListOptions

if TYPE_CHECKING:
    from collections.abc import Callable


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command; :func:`options_of` reads them."""
    for option in (
        click.option(
            "--group-by",
            type=click.Choice([by.value for by in RowsBy]),
            default=RowsBy.QUESTION.value,
            show_default=True,
            help="What md, html and docx are grouped by.",
        ),
        click.option(
            "--words", type=click.Choice(["en", "ko"]), help="Language of headings; default: that of the interface."
        ),
        click.option("--delimiter", type=click.Choice([",", ";", "tab"]), default=",", help="Of csv; default “,”."),
    ):
        function = option(function)
    return function


def options_of(ctx: click.Context, given: dict[str, Any]) -> tuple[ListOptions, dict[str, Any]]:
    """How a list is to be written, and the options that are left."""
    rest = dict(given)
    by, words, delimiter = rest.pop("group_by"), rest.pop("words"), rest.pop("delimiter")
    options = ListOptions(
        language=words or settings_of(ctx).interface,
        by=RowsBy(by),
        delimiter="\t" if delimiter == "tab" else delimiter,
    )
    return options, rest
