"""The user's own edges of the crosswalk, in a file of the home folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.crosswalk import load_edges
from kb.catalog.toml_tables import read_if_there

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.catalog import Catalog
    from kb.catalog.edges import Edge
    from kb.catalog.register import Register

OWN = "crosswalk.toml"
"""The name of the file."""


def own_edges(
    home: Path, register: Register | None = None, catalog: Catalog | None = None, text: str | None = None
) -> tuple[Edge, ...]:
    """The user's own edges; empty if there is no file. Without a register it is not checked that their units exist.

    :raises ConfigError: the file cannot be read or is at fault; names file and line.
    """
    text = own_text(home) if text is None else text
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return ()
    return load_edges(text, register, catalog, str(home / OWN))


def own_text(home: Path) -> str:
    """The text of the user's own file; "" if there is none."""
    return read_if_there(home / OWN, str(home / OWN)) or ""
