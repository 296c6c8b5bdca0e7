"""Lists the official texts that may be downloaded freely and whose file has a URL in the catalog. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from kb.types import Edition

FREE = frozenset({"yes", "unaltered", "non-commercial"})
"""The catalog's licence notes by which a text may be downloaded and kept."""


def free_editions(editions: Iterable[Edition], here: Container[str] = ()) -> tuple[Edition, ...]:
    """The editions with a URL of their file and a licence that allows downloading it, without the ids in ``here``."""
    return tuple(e for e in editions if e.file_url and e.redistribute in FREE and e.doc_id not in here)
