"""The documents of a library, as quotes are checked against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citing.quote_check import QuoteVerifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Edition, Page


class LibraryTexts:
    """A library's documents; see :class:`kb.citing.quote_check.Texts`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def doc_ids(self) -> Sequence[str]:
        """Every document in the index."""
        return tuple(d.doc_id for d in self._library.store.documents)

    def text(self, doc_id: str) -> str:
        """The text of one."""
        return self._library.store.text(doc_id)

    def pages(self, doc_id: str) -> Sequence[Page]:
        """Its pages."""
        return self._library.store.pages(doc_id)

    def edition(self, doc_id: str) -> Edition | None:
        """An edition, of the index or of the catalog."""
        return self._library.editions.get(doc_id)


def verifier_of(library: Library) -> QuoteVerifier:
    """The check of quotes against a library's documents."""
    return QuoteVerifier(LibraryTexts(library))
