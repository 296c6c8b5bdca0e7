"""The settings of one call of ``kb``: from files, the environment, and flags before or after the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.console import tell_person
from app.settings import Loaded, Settings, interface_despite_faults, load_settings
from kb.errors import ConfigError, KBError
from kb.messages import error_words, words

if TYPE_CHECKING:
    from collections.abc import Callable


def settings_of(ctx: click.Context) -> Settings:
    """The settings in force for this call."""
    return loaded_settings(ctx).settings


def loaded_settings(ctx: click.Context) -> Loaded:
    """The settings in force with their origins; they are read once for each call."""
    root = ctx.find_root()
    if "loaded" not in root.meta:
        root.meta["loaded"] = loaded = load_settings({**root.params, **given_flags(ctx)})
        tell_notes(loaded)
    found: Loaded = root.meta["loaded"]
    return found


def tell_notes(loaded: Loaded) -> None:
    """Prints the notes about the settings in the language of the interface."""
    for note in loaded.notes:
        tell_person(f"kb: {words(note, loaded.settings.interface)}")


def interface_of(ctx: click.Context) -> str:
    """The language of the interface, ``en`` or ``ko``; it is known even if other settings are wrong."""
    try:
        return settings_of(ctx).interface
    except ConfigError:
        return interface_despite_faults(ctx.find_root().params.get("config"))


def error_in_words(ctx: click.Context, error: KBError) -> str:
    """The message of an error in the language of the interface."""
    return error_words(error, interface_of(ctx)) if error.notice else str(error)


def given_flags(ctx: click.Context) -> dict[str, Any]:
    """The settings given on the command line after the command's name."""
    found: dict[str, Any] = ctx.find_root().meta.setdefault("flags", {})
    return found


def _keep_flag(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    given_flags(ctx)[str(option.name)] = value


def reranked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the settings of the reranker as flags; :func:`loaded_settings` reads them."""
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep_flag}
    for option in (
        click.option("--reranker-depth", type=int, metavar="N", help="Candidates it reads (default 20).", **kept),
        click.option("--reranker-languages", metavar="CODES", help='Languages it is used for, e.g. "en,ko".', **kept),
        click.option(
            "--reranker", metavar="NAME", help='A cross-encoder: a folder, or a name of the hub; "" for none.', **kept
        ),
    ):
        function = option(function)
    return function
