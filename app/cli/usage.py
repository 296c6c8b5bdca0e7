"""Errors of usage: wrong calls of commands as data, and click's own errors worded in Korean.

Click words its errors in English. :func:`usage_in_language` replaces such an error by one with Korean words if the
language of the interface is Korean; an error without Korean words keeps click's text.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click
from click import exceptions as click_errors

from kb.messages import message, words
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Mapping


class Misuse(click.UsageError):
    """A wrong call of a command; ``what`` describes it as data."""

    def __init__(self, kind: str, /, **values: Any) -> None:
        self.what = notice(kind, **values)
        super().__init__(words(self.what, "en"))


class WrongValue(click.BadParameter):
    """A value that an option or argument does not accept; ``what`` gives the reason as data."""

    def __init__(self, what: Notice, param_hint: str | None = None) -> None:
        self.what = what
        super().__init__(words(what, "en"), param_hint=param_hint)


class _WordedUsage(click.UsageError):
    """An error of usage in a language other than click's own."""

    def __init__(self, text: str, ctx: click.Context | None, lang: str) -> None:
        super().__init__(text, ctx)
        self.lang = lang

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints how the command is called, where its help is, and what is wrong, to stderr."""
        if self.ctx is not None:
            formatter = self.ctx.make_formatter()
            pieces = self.ctx.command.collect_usage_pieces(self.ctx)
            prefix = f"{message(self.lang, 'usage heading')}: "
            formatter.write_usage(self.ctx.command_path, " ".join(pieces), prefix=prefix)
            click.echo(formatter.getvalue().rstrip("\n"), err=True)
            click.echo(f"{message(self.lang, 'usage help', command=self.ctx.command_path)}\n", err=True)
        click.echo(message(self.lang, "usage error", what=self.message), err=True)


def usage_in_language(error: click.UsageError, lang: str) -> click.UsageError:
    """The error worded in ``lang``; in English the error itself."""
    if lang == "en" or isinstance(error, click_errors.NoArgsIsHelpError):
        return error
    return _WordedUsage(words(_usage_notice(error), lang), error.ctx, lang)


def _usage_notice(error: click.UsageError) -> Notice:
    if isinstance(error, Misuse):
        return error.what
    if isinstance(error, click_errors.NoSuchOption):
        return notice("usage no option", name=error.option_name, hint=_possible_names(error.possibilities))
    if isinstance(error, click_errors.NoSuchCommand):
        return notice("usage no command", name=error.command_name, hint=_possible_names(error.possibilities))
    if isinstance(error, click.MissingParameter):
        return notice("usage missing", name=_parameter_name(error))
    if isinstance(error, click.BadParameter):
        why = error.what if isinstance(error, WrongValue) else _wanted_value(error)
        return notice("usage wrong value", name=_parameter_name(error), why=why)
    return notice("usage as click says", what=error.message)


def _possible_names(possible: object) -> Notice:
    """The names that were probably meant, with a blank in front; without words if there are none."""
    names = list(possible) if isinstance(possible, (list, tuple)) else []
    return notice("usage near", names=", ".join(names)) if names else notice("joined", items=())


def _parameter_name(error: click.BadParameter) -> str:
    """The option or argument as it is written on the command line."""
    if error.param_hint:
        return error.param_hint if isinstance(error.param_hint, str) else " / ".join(error.param_hint)
    if error.param is None:
        return ""
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(error.ctx) if error.ctx else (error.param.name or "").upper()
    return max(error.param.opts, key=len)


def _wanted_value(error: click.BadParameter) -> Notice:
    """The values that the option or argument accepts, by its type."""
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return notice("usage one of", names=", ".join(map(str, kind.choices)))
    numbers: Mapping[type, str] = {type(click.INT): "usage whole number", type(click.FLOAT): "usage number"}
    if isinstance(kind, click.IntRange):
        return _wanted_range(kind)
    for number, message_kind in numbers.items():
        if isinstance(kind, number):
            return notice(message_kind)
    if isinstance(kind, (click.Path, click.File)):
        return notice("usage file")
    return notice("usage as click says", what=error.message)


def _wanted_range(kind: click.IntRange) -> Notice:
    """The bounds of a whole number, both inclusive; click's bounds may be open, and absent."""
    low = None if kind.min is None else int(kind.min) + kind.min_open
    high = None if kind.max is None else int(kind.max) - kind.max_open
    if low is not None and high is not None:
        return notice("usage between", low=low, high=high)
    if low is not None:
        return notice("usage at least", low=low)
    return notice("usage at most", high=high) if high is not None else notice("usage whole number")
