"""What is kept for an index: made once, dropped with its index, bounded, and safe between threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from app.perindex import PerIndex

from kb.types import SearchFilter

if TYPE_CHECKING:
    from kb.index.reader import Store
    from kb.knowledge_base import KnowledgeBase


def index(name: str) -> Store:
    return cast("Store", SimpleNamespace(folder=Path(name)))


def test_a_value_is_made_once_a_key_and_index_none_too() -> None:
    made: list[str] = []
    kept: PerIndex[None] = PerIndex(threading.RLock())
    for name, key in [("one", "a"), ("one", "a"), ("one", "b"), ("two", "a"), ("two", "a"), ("one", "a")]:
        kept.get(index(name), lambda told=f"{name} {key}": made.append(told), key)
    assert made == ["one a", "one b", "two a", "one a"]


def test_no_more_than_the_most_are_held() -> None:
    made: list[int] = []
    kept: PerIndex[None] = PerIndex(threading.RLock(), most=3)
    for key in [*range(10), 9]:
        kept.get(index("one"), lambda told=key: made.append(told), key)
        assert len(kept._kept) <= 3
    assert made == list(range(10))


def test_a_value_of_an_index_that_was_replaced_meanwhile_is_not_kept_for_the_new_one() -> None:
    kept: PerIndex[str] = PerIndex(threading.RLock())

    def make() -> str:
        assert kept.get(index("new"), lambda: "inner", "other") == "inner"
        return "of the old"

    assert kept.get(index("old"), make) == "of the old"
    assert kept.get(index("new"), lambda: "of the new") == "of the new"


def test_threads_that_ask_at_once_make_it_once() -> None:
    made: list[int] = []
    kept: PerIndex[int] = PerIndex(threading.RLock())
    started = threading.Barrier(8)

    def make() -> int:
        made.append(1)
        threading.Event().wait(0.02)
        return len(made)

    def ask(_: int) -> int:
        started.wait()
        return kept.get(index("one"), make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert len(made) == 1


def test_the_rows_of_a_filter_are_found_once(base: KnowledgeBase) -> None:
    everything = base.library().rows.allowed(SearchFilter())
    assert base.library().rows.allowed(SearchFilter()) is everything
    without = base.library().rows.allowed(SearchFilter(include_register=False))
    assert without
    assert set(without) < set(everything)
