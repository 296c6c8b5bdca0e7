"""Opens the knowledge base for one call of ``kb``, from the home folder that the settings name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.cli.settings import settings_of
from kb import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    from app.settings import Settings
    from kb import Models


def knowledge_base(ctx: click.Context) -> KnowledgeBase:
    """The knowledge base of the home folder, open until the command ends; its models are made at the first question.

    :raises NoIndexError: there is no index yet.
    """
    settings = settings_of(ctx)
    models = partial(models_maker(ctx), settings)
    base = KnowledgeBase.open(settings.home_path, models, settings.store_address, settings.exact_up_to)
    ctx.call_on_close(base.close)
    return base


def models_maker(ctx: click.Context) -> Callable[[Settings], Models]:
    """The function that makes models from settings: the object that the command was called with (click's ``obj``) if a
    caller provides one, else :func:`app.models.models_of`."""
    given: Callable[[Settings], Models] | None = ctx.find_root().obj
    return _models_of_settings if given is None else given


def _models_of_settings(settings: Settings) -> Models:
    """The models that the settings name; each is loaded when it is first needed."""
    from app.models import models_of  # brings numpy, which a look-up does without

    return models_of(settings)
