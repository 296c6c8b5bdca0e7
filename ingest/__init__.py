"""Reads documents and writes the index. The public names are :func:`build`, :func:`add` and :func:`remove`; each loads
what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.api import add, build, remove

__all__ = ["add", "build", "remove"]


def __getattr__(name: str) -> Any:
    """A public name, loaded at its first use: numpy and the readers take most of a second."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ingest import api

    return getattr(api, name)
