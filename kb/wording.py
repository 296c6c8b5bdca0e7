"""Words notices in English or Korean by the message tables, for errors and for notices alike.

The tables are ``kb/messages/en.toml`` and ``ko.toml``, one message a key; a table is read when its language is first
used. Values whose words are computed, such as dates, are added by :mod:`kb.messages`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.types import Bilingual, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LANGUAGES = ("en", "ko")
"""The languages that have a table of messages."""

SEPARATORS = {"commas": ", ", "semicolons": "; ", "sentences": " ", "lines": "\n", "joined": ""}
"""Notices that only join others, by a sign or by none."""


@cache
def message_table(lang: str) -> Mapping[str, str]:
    """The messages of one of :data:`LANGUAGES` by key."""
    return tomllib.loads((Path(__file__).with_name("messages") / f"{lang}.toml").read_text("utf-8"))


def messages_in(lang: str) -> Mapping[str, str]:
    """The messages in a language of :data:`LANGUAGES`, in English for any other."""
    return message_table(lang if lang in LANGUAGES else LANGUAGES[0])


def message(lang: str, key: str, **args: object) -> str:
    """The message ``key`` in a language of :data:`LANGUAGES`, English for any other. If ``n`` is 1, the message ``KEY
    of one`` is used, if the table has it.

    :raises KeyError: no such message, or an argument is missing.
    """
    table = messages_in(lang)
    text = (table.get(f"{key} of one") if args.get("n") in (1, "1") else None) or table[key]
    return text.format(**args) if args else text


def list_in_words(lang: str, names: Sequence[str] | str) -> str:
    """Names as a list in words; a single string is one name and is left as it is, whatever words it holds."""
    return names if isinstance(names, str) else message(lang, "list separator").join(names)


def value_in_words(value: Any, lang: str, computed: Mapping[str, Callable[..., str]] | None = None) -> str:
    """A notice, or a value of one, in a language: several as a list in words, a notice by its message.

    ``computed`` makes the words of those kinds of notices that have no message, from the language and their values.
    """
    if isinstance(value, Bilingual):
        return value.ko if lang == "ko" else value.en
    if isinstance(value, tuple):
        return list_in_words(lang, [value_in_words(each, lang, computed) for each in value])
    if not isinstance(value, Notice):
        return str(value)
    if value.kind in SEPARATORS:
        return SEPARATORS[value.kind].join(value_in_words(each, lang, computed) for each in value.get("items"))
    if computed and value.kind in computed:
        return computed[value.kind](lang, **dict(value.values))
    values = {
        name: each if isinstance(each, (int, float)) else value_in_words(each, lang, computed)
        for name, each in value.values
    }
    return message(lang, value.kind, **values)
