"""Official texts whose licence lets anybody download them, and whose file has an address. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from kb.types import Edition

FREE = frozenset({"yes", "unaltered", "non-commercial"})
"""What the catalog says of licences that let a text be downloaded and kept."""


def free_editions(editions: Iterable[Edition], here: Container[str] = ()) -> tuple[Edition, ...]:
    """The editions with an address of their file whose licence lets it be downloaded, without those that are ``here``
    (ids)."""
    return tuple(e for e in editions if e.file_url and e.redistribute in FREE and e.doc_id not in here)
