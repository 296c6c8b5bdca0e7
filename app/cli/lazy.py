"""Groups of commands whose modules are imported when a command is called, not when it is listed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

from app.plain_text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem


class PlainWords(click.types.StringParamType):
    """Words from the command line; bytes that are not valid characters are replaced, because they can be neither sent
    nor stored."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The words as characters."""
        return without_surrogates(super().convert(value, param, ctx))


class LazyGroup(click.Group):
    """A group with a table of its commands: the place of each and its line of help; a command is imported when it is
    called."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        """:param lazy: each command's name → where it is, as ``module:attribute``, and the first sentence of its help;
        in the order in which they are listed."""
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now; ``None`` if there is no such name."""
        if cmd_name not in self.lazy:
            return None
        place, _ = self.lazy[cmd_name]
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        for each in command.params:  # paths keep their bytes: they are of another type
            if isinstance(each.type, click.types.StringParamType):
                each.type = PlainWords()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands from the table, as click would list them after importing each."""
        limit = formatter.width - 6 - max(map(len, self.lazy))
        listed = [click.Command(name, help=line) for name, (_, line) in self.lazy.items()]
        with formatter.section("Commands"):
            formatter.write_dl([(str(each.name), each.get_short_help_str(limit)) for each in listed])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names that begin so, and the group's own options."""
        from click.shell_completion import CompletionItem  # only a shell that completes needs it

        names = [
            CompletionItem(name, help=line) for name, (_, line) in self.lazy.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)
