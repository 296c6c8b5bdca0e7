"""Values that are worked out once for an index and dropped when another takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from kb.index.reader import Store

T = TypeVar("T")


class PerIndex(Generic[T]):
    """Values by key, all of one index. The lock must be reentrant: making one value may ask for another."""

    def __init__(self, lock: threading.RLock, most: int | None = None) -> None:
        """Under this lock; once ``most`` values are held, all go before another comes in."""
        self._lock = lock
        self._most = most
        self._folder: Path | None = None
        self._kept: dict[Hashable, T] = {}

    def get(self, store: Store, make: Callable[[], T], key: Hashable = None) -> T:
        """The value of this index under a key, made at the first need."""
        with self._lock:
            if self._folder != store.folder:
                self._folder, self._kept = store.folder, {}
            kept = self._kept  # of this index, even where making the value takes up a newer one
            if key not in kept:
                value = make()
                if self._most is not None and len(kept) >= self._most:
                    kept.clear()
                kept[key] = value
            return kept[key]
