"""The URL of the official text of an edition that is not loaded, and the command that downloads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.library.library import Library
    from kb.types import Edition, Notice

MOST_ADDRESSES = 3
"""Editions whose addresses one message gives."""


def address_of(edition: Edition) -> Notice | None:
    """A notice of an edition's URL and of the command that downloads it; ``None`` if no URL is known."""
    url = edition.landing_url or edition.file_url
    if not url:
        return None
    command = f"kb corpus fetch {edition.doc_id}" if edition.file_url else "kb corpus add FILE"
    return notice("not loaded", ref=edition.ref, url=url, command=command)


def addresses(library: Library, doc_ids: Iterable[str]) -> list[Notice]:
    """The addresses of editions whose text is not loaded; empty if the text of one of them is loaded."""
    here = {d.doc_id for d in library.store.documents if not d.edition.register_of}
    wanted = [edition for doc_id in doc_ids if (edition := library.editions.get(doc_id)) and not edition.is_register]
    if any(edition.doc_id in here for edition in wanted):
        return []
    wanted = [e for e in wanted if not e.rendition_of and not e.mistaken_for]
    return [found for edition in wanted[:MOST_ADDRESSES] if (found := address_of(edition))]
