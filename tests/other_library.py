"""A library whose documents have other descriptions than those in its index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from kb.library.library import Library

if TYPE_CHECKING:
    from kb.index.layout import StoredDocument
    from kb.index.reader import Store
    from kb.knowledge_base import KnowledgeBase


class OtherStore:
    """A store whose documents are all described differently."""

    def __init__(self, store: Store, **changes: Any) -> None:
        self._store = store
        self._changes = changes

    def document(self, doc_id: str) -> StoredDocument | None:
        stored = self._store.document(doc_id)
        return replace(stored, **self._changes) if stored is not None else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def otherwise(base: KnowledgeBase, **changes: Any) -> Library:
    """The library of a base with its documents described differently."""
    library = base.library()
    return Library(library.home, cast("Store", OtherStore(library.store, **changes)))
