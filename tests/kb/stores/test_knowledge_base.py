"""A knowledge base whose index is in a store: it answers from it, takes up a newer generation once, and keeps the one
that is here while a newer one cannot be opened."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ingest.publishing import publish_to
from kb import KnowledgeBase
from kb.catalog.catalog import write_successions
from kb.catalog.editions import Succession
from kb.errors import StoreError
from kb.index.layout import INDEX
from kb.index.reader import Store
from kb.models.models import Models
from kb.stores import connecting, reader
from kb.stores.protocol import StoreAddress
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
    """The store behind the address ``rough``; a newer generation in it is looked for at every call."""
    made = OneStore()
    monkeypatch.setattr("tests.stores.CONNECTED", made.connected, raising=False)
    monkeypatch.setitem(connecting._DOORS, connecting.QDRANT, ("tests.stores", "CONNECTED"))
    monkeypatch.setattr(reader, "SECONDS_BETWEEN_LOOKS", -1.0)
    monkeypatch.setattr(reader, "SECONDS_FOR_LOOK", 60.0)
    return made


def published(server: OneStore, home: Path, word: str) -> None:
    save(home / INDEX, entry("paper", [f"The {word} is kept on page {n}." for n in range(30)]))
    with Store.open(home / INDEX) as store:
        publish_to(server, store)


def opened(tmp_path: Path) -> KnowledgeBase:
    address = StoreAddress(connecting.QDRANT, folder=tmp_path / "rough")
    return KnowledgeBase.open(tmp_path / "reader", Models(WordEncoder()), address)


def text(base: KnowledgeBase) -> str:
    return base.library().store.passage(3).text


def test_a_newer_generation_is_taken_up_once_by_all_threads(tmp_path: Path, server: OneStore) -> None:
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        assert "log" in text(base) and base.library() is first
        published(server, tmp_path / "home", "ledger")
        base.library()
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
    tmp_path: Path, server: OneStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [100.0]
    monkeypatch.setattr("kb.knowledge_base.time.monotonic", lambda: moments[0])
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        published(server, tmp_path / "home", "ledger")
        server.away = True
        assert base.library() is first and "log" in text(base)
        server.away = False
        assert base.library() is first  # it is not tried again by every look-up
        moments[0] += 60.0
        assert base.library() is not first and "ledger" in text(base)


def test_what_the_home_records_is_taken_up_without_another_connection(tmp_path: Path, server: OneStore) -> None:
    published(server, tmp_path / "home", "log")
    with opened(tmp_path) as base:
        first = base.library()
        write_successions(tmp_path / "reader", [Succession("paper", "nist-ai-100-1-2023", "2026-01-02", True)])
        newer = base.library()
        assert newer is not first and newer.store is first.store
        assert server.connections == 1
