"""Regular expressions that are compiled when they are first used. Pure.

Each ``kb lookup`` is a new process and uses few of the patterns that its modules define; to compile all of them at
import would take a fifth of its time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class LazyPattern:
    """Stands for a compiled pattern and becomes it at the first use of any of its methods."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return getattr(self._compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern as :func:`re.compile` makes it, compiled at its first use.

    :raises re.error: at the first use, where the source is no pattern.
    """
    return cast("re.Pattern[str]", LazyPattern(source, flags))
