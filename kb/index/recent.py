"""A cache of recently read values with a bound on their total weight. Threads may share it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Value = TypeVar("_Value")


class RecentValues(Generic[_Value]):
    """Keeps the values that were asked for last; the newest one is kept whatever it weighs."""

    def __init__(self, most: int, weight: Callable[[_Value], int]) -> None:
        """``most`` is the bound on the total weight of the values, each measured by ``weight``."""
        self._most = most
        self._weight = weight
        self._values: OrderedDict[str, _Value] = OrderedDict()
        self._weights: dict[str, int] = {}
        self._total = 0
        self._lock = threading.Lock()

    def get(self, key: str, read: Callable[[], _Value]) -> _Value:
        """The value of a key, read where it is not kept; two threads may read the same one at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        found = read()
        with self._lock:
            self._values[key] = found
            self._values.move_to_end(key)
            weight = self._weight(found)
            self._total += weight - self._weights.get(key, 0)
            self._weights[key] = weight
            while len(self._values) > 1 and self._total > self._most:
                oldest, _ = self._values.popitem(last=False)
                self._total -= self._weights.pop(oldest)
        return found

    def drop(self, key: str) -> None:
        """Keeps the value of a key no longer."""
        with self._lock:
            self._values.pop(key, None)
            self._total -= self._weights.pop(key, 0)

    def __len__(self) -> int:
        return len(self._values)
