"""What every command shares: exit codes, printing, settings and the knowledge base of a run. Light to import."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Loaded, Settings
    from kb.knowledge_base import KnowledgeBase
    from kb.models.models import Models

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


def package_version() -> str:
    """The installed version of the project."""
    try:
        return version("standards-kb")
    except PackageNotFoundError:
        return "0+source"


def today() -> str:
    """Today, UTC, as ``YYYY-MM-DD``."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def settings(ctx: click.Context) -> Settings:
    """The settings in force for this run."""
    found: Settings = loaded(ctx).settings
    return found


def flags(ctx: click.Context) -> dict[str, Any]:
    """The settings given on the command line after the command's name."""
    found: dict[str, Any] = ctx.find_root().meta.setdefault("flags", {})
    return found


def loaded(ctx: click.Context) -> Loaded:
    """The settings in force with their origins, read once a run."""
    from app.settings import load

    root = ctx.find_root()
    if "loaded" not in root.meta:
        root.meta["loaded"] = load({**root.params, **flags(ctx)})
    found: Loaded = root.meta["loaded"]
    return found


def knowledge_base(ctx: click.Context) -> KnowledgeBase:
    """The knowledge base under the home that the settings name; its models are made at the first question.

    :raises NoIndexError: there is no index yet.
    """
    from kb.knowledge_base import KnowledgeBase

    found = settings(ctx)
    return KnowledgeBase.open(found.home_path, partial(models_maker(ctx), found))


def models_maker(ctx: click.Context) -> Callable[[Settings], Models]:
    """What makes the models of settings: the object that the command was called with (click's ``obj``), where a caller
    brings models of its own, else :func:`app.models.models_of`."""
    given: Callable[[Settings], Models] | None = ctx.find_root().obj
    return _models_of if given is None else given


def _models_of(settings: Settings) -> Models:
    """The models that the settings name, loaded when they are needed."""
    from app.models import models_of

    return models_of(settings)


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    flags(ctx)[str(option.name)] = value


def reranked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the settings of the reranker as flags; :func:`loaded` reads them."""
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep}
    for option in (
        click.option("--reranker-depth", type=int, metavar="N", help="Candidates it reads (default 20).", **kept),
        click.option("--reranker-languages", metavar="CODES", help='Languages it is used for, e.g. "en,ko".', **kept),
        click.option(
            "--reranker", metavar="NAME", help='A cross-encoder: a folder, or a name of the hub; "" for none.', **kept
        ),
    ):
        function = option(function)
    return function


FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How results are written."
)
