"""A knowledge base whose index is in a store: it answers from it, takes up a newer generation once, and keeps the one
that is here while a newer one cannot be opened."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from ingest.publishing import publish_to
from kb import KnowledgeBase
from kb.catalog.catalog import write_successions
from kb.catalog.editions import Succession
from kb.errors import StoreError
from kb.index.layout import INDEX
from kb.index.reader import Store
from kb.knowledge_base import SECONDS_BEFORE_ANEW
from kb.models.models import Models
from kb.stores import connecting
from kb.stores.protocol import StoreAddress
from kb.stores.reader import SECONDS_BETWEEN_LOOKS
from tests.entries import entry, save
from tests.fakes import WordEncoder
from tests.stores import RoughStore

if TYPE_CHECKING:
    from pathlib import Path


class OneStore(RoughStore):
    """A store in memory that every connection reaches, and that counts them; it may be away."""

    connections = 0
    away = False

    def connected(self, _: StoreAddress) -> OneStore:
        if self.away:
            raise StoreError("away")
        self.connections += 1
        return self


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> OneStore:
    """The store behind every address of Qdrant."""
    made = OneStore()
    monkeypatch.setattr("tests.stores.CONNECTED", made.connected, raising=False)
    monkeypatch.setitem(connecting._DOORS, connecting.QDRANT, ("tests.stores", "CONNECTED"))
    return made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment that the clock shows, which goes on when it is told to."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def later(clock: list[float]) -> None:
    """So much later that the store is asked again for its newest generation."""
    clock[0] += SECONDS_BETWEEN_LOOKS + 1


def published(server: OneStore, home: Path, word: str) -> None:
    save(home / INDEX, entry("paper", [f"The {word} is kept on page {n}." for n in range(30)]))
    with Store.open(home / INDEX) as store:
        publish_to(server, store)


def opened(tmp_path: Path) -> KnowledgeBase:
    address = StoreAddress(connecting.QDRANT, folder=tmp_path / "rough")
    return KnowledgeBase.open(tmp_path / "reader", Models(WordEncoder()), address)


def text(base: KnowledgeBase) -> str:
    return base.library().store.passage(3).text


def test_a_newer_generation_is_taken_up_once_by_all_threads(
    tmp_path: Path, server: OneStore, clock: list[float]
) -> None:
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        assert "log" in text(base) and base.library() is first
        published(server, tmp_path / "home", "ledger")
        later(clock)
        seen: list[object] = []
        threads = [threading.Thread(target=lambda: seen.append(base.library())) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(seen) == 6
        assert "ledger" in text(base) and base.library().store.folder != first.store.folder
        assert base.library() is base.library()
        assert server.connections == 2
        assert "log" in first.store.passage(3).text  # an answer that is under way goes on with what it had


def test_a_newer_generation_that_cannot_be_opened_leaves_the_one_that_is_here(
    tmp_path: Path, server: OneStore, clock: list[float]
) -> None:
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        published(server, tmp_path / "home", "ledger")
        server.away = True
        later(clock)
        assert base.library() is first and "log" in text(base)
        server.away = False
        assert base.library() is first  # it is not tried again by every look-up
        clock[0] += SECONDS_BEFORE_ANEW + 1
        assert base.library() is not first and "ledger" in text(base)


def test_what_the_home_records_is_taken_up_without_another_connection(tmp_path: Path, server: OneStore) -> None:
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        write_successions(tmp_path / "reader", [Succession("paper", "nist-ai-100-1-2023", "2026-01-02", True)])
        newer = base.library()
        assert newer is not first and newer.store is first.store
        assert server.connections == 1
