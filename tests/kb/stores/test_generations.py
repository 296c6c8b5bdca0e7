"""Generations in a store: put in service in one step, whole whatever ends the writer, swept when they are old."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from ingest.publishing import _Workers, publish, publish_to
from kb.errors import ConfigError, NoIndexError, StoreError
from kb.index.layout import INDEX, MANIFEST
from kb.index.reader import Store
from kb.messages import error_words
from kb.stores import reader
from kb.stores.connecting import POSTGRES, QDRANT, connect
from kb.stores.files import remove_other_copies
from kb.stores.protocol import StoreAddress
from kb.stores.reader import StoredIndex
from tests.entries import entry, save
from tests.paths import ROOT
from tests.stores import PASSWORD, RoughStore, postgres_address, qdrant_address

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stores import PostgresServer

STORES = [QDRANT, POSTGRES]
KILLED = """
import os, sys
from pathlib import Path
from ingest import publishing
from kb.stores.protocol import StoreAddress
home, kind, url, name = Path(sys.argv[1]), *sys.argv[2:5]
address = StoreAddress(kind, url, None if url else home.parent / "qdrant", name, key=sys.argv[5])
put, n = publishing._put_rows, 0
def put_and_wait(server, store, parts, mean, tell):
    put(server, store, parts[:1], mean, tell)
    print("half", flush=True)
    sys.stdin.read()
publishing._put_rows = put_and_wait
publishing.ROWS_PUT_AT_ONCE = 8
publishing.publish(home, address)
"""


def address_of(request: pytest.FixtureRequest, which: str, folder: Path) -> StoreAddress:
    name = "".join(c for c in request.node.originalname if c.isalpha())[-18:]
    if which == QDRANT:
        return qdrant_address(folder, name)
    return postgres_address(request.getfixturevalue("postgres"), name)


def pages(word: str) -> list[str]:
    return [f"The {word} is kept on page {n}." for n in range(30)]


@pytest.mark.parametrize("which", STORES)
def test_a_writer_that_is_killed_leaves_the_former_generation_whole(
    request: pytest.FixtureRequest, tmp_path: Path, which: str
) -> None:
    address, home = address_of(request, which, tmp_path), tmp_path / "home"
    save(home / INDEX, entry("paper", pages("log")))
    publish(home, address)
    with StoredIndex.open_at(tmp_path / "reader", address) as opened:
        before = opened.vectors.search(opened.vectors.vectors([3])[0], 5)
        former = opened.folder.name
    save(home / INDEX, entry("paper", pages("ledger")))
    command = [sys.executable, "-c", KILLED, str(home), which, address.url, address.name, address.key]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half\n"
        writer.send_signal(signal.SIGKILL)
    assert writer.returncode == -signal.SIGKILL
    with StoredIndex.open_at(tmp_path / "reader", address) as opened:
        assert opened.folder.name == former
        assert opened.vectors.search(opened.vectors.vectors([3])[0], 5) == before
        assert "log" in opened.passage(3).text
    assert publish(home, address).written
    with StoredIndex.open_at(tmp_path / "reader", address) as opened:
        assert "ledger" in opened.passage(3).text
        assert opened.words.frequency("ledger") == 30
        assert not opened.words.knows("log")


@pytest.mark.parametrize("which", STORES)
def test_a_reader_keeps_the_generation_that_it_opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    moments = iter(range(0, 10**6, 100))
    monkeypatch.setattr(reader.time, "monotonic", lambda: next(moments))
    address, home = address_of(request, which, tmp_path), tmp_path / "home"
    server = connect(address)
    for word in ("log", "ledger"):
        save(home / INDEX, entry("paper", pages(word)))
        with Store.open(home / INDEX) as store:
            publish_to(server, store)
        if word == "log":
            opened = StoredIndex.open_from(server, tmp_path / "reader", address)
            assert opened.is_current()
    assert not opened.is_current()
    assert "log" in opened.passage(7).text
    assert len(opened.vectors.vectors([7])) == 1
    assert opened.words.frequency("log") == 30
    newer = StoredIndex.open_from(server, tmp_path / "reader", address)
    assert newer.is_current()
    assert newer.words.frequency("ledger") == 30
    save(home / INDEX, entry("paper", pages("diary")))
    with Store.open(home / INDEX) as store:
        publish_to(server, store)
    with pytest.raises(StoreError):  # two generations later what it had is gone, and it says so
        opened.vectors.vectors([20])
    server.close()


def test_several_workers_write_one_generation(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres_address(postgres, "severalworkers")
    save(tmp_path / INDEX, *(entry(f"paper-{n}", [f"Rides {n} of page {k}" for k in range(90)]) for n in range(8)))
    assert publish(tmp_path, address, workers=2).n_rows == 720
    with StoredIndex.open_at(tmp_path / "reader", address) as opened, Store.open(tmp_path / INDEX) as store:
        for row in (0, 300, 719):
            asked = store.vectors.vectors([row])[0]
            assert opened.vectors.search(asked, 50) == store.vectors.search(asked, 50)


def test_rows_of_a_worker_that_is_killed_are_written_by_another(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres_address(postgres, "killedworker")
    save(tmp_path / INDEX, *(entry(f"paper-{n}", [f"Rides {n} of page {k}" for k in range(90)]) for n in range(8)))
    killed: list[int] = []
    others = {each.pid for each in psutil.Process().children(recursive=True)}  # processes of other tests

    def kill_one(stage: str, done: int, total: int) -> None:
        if stage == "storing" and not killed:
            children = [each for each in psutil.Process().children(recursive=True) if each.pid not in others]
            killed.extend([each.pid for each in children if "spawn_main" in " ".join(each.cmdline())][:1])
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    assert publish(tmp_path, address, workers=2, tell=kill_one).n_rows == 720
    assert killed
    with StoredIndex.open_at(tmp_path / "reader", address) as opened, Store.open(tmp_path / INDEX) as store:
        assert opened.vectors.vectors(range(720)).tobytes() == store.vectors.vectors(range(720)).tobytes()


def test_a_server_that_is_killed_comes_back_with_what_was_in_service(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres_address(postgres, "killedserver")
    save(tmp_path / INDEX, entry("paper", pages("log")))
    publish(tmp_path, address)
    with StoredIndex.open_at(tmp_path / "reader", address) as opened:
        postgres.kill()
        try:
            with pytest.raises(StoreError, match="no answer"):
                opened.vectors.vectors([3])
            assert opened.is_current()
        finally:
            _until_it_starts(postgres)
        assert len(opened.vectors.vectors([3])) == 1


def _until_it_starts(server: PostgresServer) -> None:
    for _ in range(50):
        try:
            server.start()
            return
        except subprocess.CalledProcessError:  # its other processes still end
            time.sleep(0.2)
    raise AssertionError("the server does not start again")


def test_two_knowledge_bases_share_a_store(postgres: PostgresServer, tmp_path: Path) -> None:
    for name in ("one", "onemore"):
        save(tmp_path / name / INDEX, entry(name, [f"The log of {name}."]))
        publish(tmp_path / name, postgres_address(postgres, name))
    save(tmp_path / "one" / INDEX, entry("one", ["The ledger of one."]))
    publish(tmp_path / "one", postgres_address(postgres, "one"))
    for name in ("one", "onemore"):
        with StoredIndex.open_at(tmp_path / "reader", postgres_address(postgres, name)) as opened:
            assert [d.doc_id for d in opened.documents] == [name]
            assert len(opened.vectors.vectors([0])) == 1


def test_a_generation_that_is_not_whole_is_not_put_in_service(tmp_path: Path) -> None:
    save(tmp_path / INDEX, entry("paper", pages("log")))
    address = qdrant_address(tmp_path)
    publish(tmp_path, address)
    server = connect(address)
    former = server.in_service()
    server.begin("half", 64)
    with pytest.raises(StoreError, match="0 rows of 5 "):
        server.put_in_service("half", 5)
    assert server.in_service() == former
    server.close()


@pytest.mark.parametrize("part", ["facts", "manifest.json#0", "kb.sqlite#0"])
def test_a_part_that_is_gone_or_another_is_told(tmp_path: Path, part: str) -> None:
    save(tmp_path / INDEX, entry("paper", pages("log")))
    server, address = RoughStore(), StoreAddress("rough", folder=tmp_path)
    with Store.open(tmp_path / INDEX) as store:
        publish_to(server, store)
    parts = server.others[server.current]
    for content in (None, b"{}", b"x\x9c garbage"):
        kept = dict(parts)
        parts.pop(part) if content is None else parts.update({part: content})
        with pytest.raises(StoreError, match="not whole"):
            StoredIndex.open_from(server, tmp_path / "reader", address)
        parts.update(kept)
    assert not list((tmp_path / "reader" / reader.COPIES / "rough").glob("*"))
    parts["facts"] = parts["facts"].replace(b'"format": 1', b'"format": 99')
    with pytest.raises(StoreError, match="format 99; this version reads 1"):
        StoredIndex.open_from(server, tmp_path / "reader", address)


def test_a_vector_of_another_width_is_told(tmp_path: Path) -> None:
    save(tmp_path / INDEX, entry("paper", pages("log")))
    server, address = RoughStore(), StoreAddress("rough", folder=tmp_path)
    with Store.open(tmp_path / INDEX) as store:
        publish_to(server, store)
    rows = server.held[server.current]
    rows[3] = replace(rows[3], vector=rows[3].vector[:-1])
    with StoredIndex.open_from(server, tmp_path / "reader", address) as opened:
        with pytest.raises(StoreError, match="have 63 numbers and not 64"):
            opened.vectors.vectors([3])
        del rows[4]
        with pytest.raises(StoreError, match=r"not whole \(4\)"):
            opened.vectors.vectors([4])


class HangingStore(RoughStore):
    """A store that says which generation is in service only when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.answers, self.asked = False, threading.Event(), threading.Semaphore(0)
        self.n_asked = 0

    def in_service(self) -> str:
        if self.hangs:
            self.n_asked += 1
            self.asked.release()
            assert self.answers.wait(60)
        return super().in_service()


def test_a_store_that_hangs_holds_up_no_look_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked once, by a thread of its own; what it says at last is taken up."""
    moments = iter(range(0, 10**6, 100))
    monkeypatch.setattr(reader.time, "monotonic", lambda: next(moments))
    server, address = HangingStore(), StoreAddress("rough", folder=tmp_path)
    save(tmp_path / INDEX, entry("paper", pages("log")))
    with Store.open(tmp_path / INDEX) as store:
        publish_to(server, store)
    with StoredIndex.open_from(server, tmp_path / "reader", address) as opened:
        server.hangs = True
        assert all(opened.is_current() for _ in range(5))
        assert server.asked.acquire(timeout=60)
        assert "log" in opened.passage(3).text
        assert server.n_asked == 1
        server.hangs = False
        server.current = "another"
        server.answers.set()
        assert opened._look is not None
        opened._look.join(60)
        assert not opened.is_current()


@pytest.mark.parametrize(
    ("here", "elsewhere", "asked", "steps"),
    [([7, 3, 7, 20], [], (3, 7, 20, 4), [[7, 3, 20], [4]]), ([3, 7], [4], (3, 7), [[3, 7], [4]])],
    ids=["read ahead at once", "not lost to another thread"],
)
def test_sentences_that_are_read_ahead_cost_one_step(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    here: list[int],
    elsewhere: list[int],
    asked: tuple[int, ...],
    steps: list[list[int]],
) -> None:
    save(tmp_path / INDEX, entry("paper", pages("log")))
    server, address = RoughStore(), StoreAddress("rough", folder=tmp_path)
    with Store.open(tmp_path / INDEX) as store:
        publish_to(server, store)
        with StoredIndex.open_from(server, tmp_path / "reader", address) as opened:
            taken: list[list[int]] = []
            fetch = opened._generation.sentences
            monkeypatch.setattr(
                opened._generation, "sentences", lambda rows: (taken.append(list(rows)), fetch(rows))[1]
            )
            opened.read_ahead(here)
            if elsewhere:
                other = threading.Thread(target=opened.read_ahead, args=(elsewhere,))
                other.start()
                other.join(60)
            for row in asked:
                assert opened.sentence_vectors(row).tobytes() == store.sentence_vectors(row).tobytes()
    assert taken == steps


def test_what_a_worker_meets_is_told(tmp_path: Path) -> None:
    """A store that is away for the workers is no killed worker."""
    save(tmp_path / INDEX, entry("paper", pages("log")))
    with Store.open(tmp_path / INDEX) as store:
        name = store.folder.name
    away = StoreAddress(POSTGRES, "postgresql://nobody@127.0.0.1:7169/none")
    with pytest.raises(StoreError, match="no answer"):
        _Workers(tmp_path, away, 2).put_rows(name, [range(10), range(10, 30)], 1.0, None)


def test_a_schema_of_another_program_is_left_alone(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres_address(postgres, "sweeper")
    server = connect(address)
    with server._cursor() as cursor:
        cursor.execute("CREATE SCHEMA sweeper_books; CREATE TABLE sweeper_books.rows (n integer)")
    server.begin("half", 64)
    server.sweep([])
    with server._cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'sweeper_')")
        assert cursor.fetchall() == [("sweeper_books",)]
    server.close()


@pytest.mark.parametrize("name", ["", "kb_", "KB", "k-b", "a" * 21, "1kb", "kb\n"])
@pytest.mark.parametrize("kind", STORES)
def test_a_name_that_no_store_can_keep_apart_is_refused(kind: str, name: str) -> None:
    url = "postgresql://nobody@127.0.0.1:7169/none" if kind == POSTGRES else "http://127.0.0.1:7169"
    with pytest.raises(ConfigError, match="up to 20 small letters and digits") as error:
        connect(StoreAddress(kind, url, name=name))
    assert "\n" not in str(error.value)
    assert "20자" in error_words(error.value, "ko")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (StoreAddress(QDRANT, "http://127.0.0.1:7169"), "no answer"),
        (StoreAddress(POSTGRES, "postgresql://nobody@127.0.0.1:7169/none"), "no answer"),
        (StoreAddress(QDRANT, "http://kb.example:6333", key="secret"), "https only"),
        (StoreAddress(POSTGRES, "http://127.0.0.1:7169"), "must name its place"),
        (StoreAddress(QDRANT, "postgresql://127.0.0.1:7169/x"), "must name its place"),
    ],
)
def test_a_store_that_cannot_be_reached_is_one_line(address: StoreAddress, said: str) -> None:
    with pytest.raises((StoreError, ConfigError), match=said) as error:
        connect(address)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value) + repr(address)
    korean = error_words(error.value, "ko")
    assert korean.startswith("저장소")
    assert "\n" not in korean


def test_a_wrong_password_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(StoreError, match="refuses"):
        connect(replace(postgres_address(postgres), key="wrong"))
    with pytest.raises(StoreError, match="refuses"):
        connect(replace(postgres_address(postgres), key=""))
    assert PASSWORD not in repr(postgres_address(postgres))


def test_a_store_without_an_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match=r"no index named kb in the store at .*run `kb ingest`"):
        StoredIndex.open_at(tmp_path / "reader", qdrant_address(tmp_path))


@pytest.mark.filterwarnings("ignore:unclosed file <_io.TextIOWrapper name='.*[.]lock':ResourceWarning")
def test_files_that_another_has_open_are_told(tmp_path: Path) -> None:
    server = connect(qdrant_address(tmp_path))
    with pytest.raises(StoreError, match="another process has its files open"):
        connect(qdrant_address(tmp_path))
    server.close()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells there whether a reader holds a folder")
def test_a_copy_that_a_reader_holds_stays(tmp_path: Path) -> None:
    import fcntl

    for name in ("held", "free", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).write_text("{}", "utf-8")
    with (tmp_path / "held" / MANIFEST).open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        remove_other_copies(tmp_path, ("kept",))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["held", "kept"]
    remove_other_copies(tmp_path, ("kept",))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
