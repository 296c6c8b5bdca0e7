"""The options that ``kb batch`` and ``kb cite`` share: how a list of answers is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.settings import settings_of
from kb.export.answer_lists import RowsBy
from kb.export.citation_styles import CITATION_STYLES
from kb.export.formats import ListOptions

if TYPE_CHECKING:
    from collections.abc import Callable


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command; :func:`options_of` reads them."""
    groups = [by.value for by in RowsBy]
    for option in (
        click.option(
            "--group-by", type=click.Choice(groups), default=groups[0], show_default=True, help="For md, html and docx."
        ),
        click.option("--style", type=click.Choice(tuple(CITATION_STYLES)), help="Add the works cited in this style."),
        click.option("--footnotes", is_flag=True, help="docx: references as footnotes at the sentences."),
        click.option(
            "--template",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="docx: your own file, filled where it says {{citations}}, else at its end.",
        ),
        click.option("--words", type=click.Choice(["en", "ko"]), help="Language of the words around quotes."),
        click.option(
            "--delimiter", type=click.Choice([",", ";", "tab"]), default=",", show_default=True, help="For csv."
        ),
    ):
        function = option(function)
    return function


def options_of(ctx: click.Context, given: dict[str, Any]) -> tuple[ListOptions, dict[str, Any]]:
    """How a list is to be written, and the options that are left."""
    rest = dict(given)
    template, words, delimiter = rest.pop("template"), rest.pop("words"), rest.pop("delimiter")
    options = ListOptions(
        language=words or settings_of(ctx).interface,
        by=RowsBy(rest.pop("group_by")),
        style=rest.pop("style") or "",
        footnotes=rest.pop("footnotes"),
        template=template.read_bytes() if template else None,
        delimiter="\t" if delimiter == "tab" else delimiter,
    )
    return options, rest
