"""Gives the check of quotes (:mod:`kb.citing.quote_check`) access to the documents of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citing.quote_check import QuoteVerifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Edition, Page


class LibraryTexts:
    """A library as :class:`kb.citing.quote_check.Texts`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def doc_ids(self) -> Sequence[str]:
        """The ids of all documents in the index."""
        return tuple(d.doc_id for d in self._library.store.documents)

    def text(self, doc_id: str) -> str:
        """The text of a document."""
        return self._library.store.text(doc_id)

    def pages(self, doc_id: str) -> Sequence[Page]:
        """The pages of a document."""
        return self._library.store.pages(doc_id)

    def edition(self, doc_id: str) -> Edition | None:
        """The edition, from the index or the catalog; ``None`` if neither has it."""
        return self._library.editions.get(doc_id)


def verifier_of(library: Library) -> QuoteVerifier:
    """A verifier of quotes against a library's documents."""
    return QuoteVerifier(LibraryTexts(library))
