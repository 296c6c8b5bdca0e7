"""Reads files in worker processes with bounds on time and memory: a crash or hang fails one file, not the build.

Workers are spawned, import no model and write nothing to the terminal. One that dies or takes too long is replaced.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.sources.find import shown, shown_notice
from kb import errors
from kb.errors import DocumentError, KBError, TooLargeError, UnreadableError
from kb.process_bounds import limit_processor, limit_resource
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

MEMORY_BYTES = 3 * 1024**3
"""Address space of a worker in bytes."""
FILE_SECONDS = 120.0
"""Time limit for one file in seconds."""

MOST_WAIT = 5.0
"""How many times its seconds a file may take by the clock while its worker gets too little of the processor."""

LEAST_OF_PROCESSOR = 0.03
"""The least share of the processor that a worker gets which reads; one that gets less waits for something else."""

START_SECONDS = 60.0
TRIES = 2
"""A file is tried once more if its worker died, because the file may not have been the cause."""

_READY = "ready"
_OVER_MEMORY = ("SIGABRT", "SIGKILL")
"""Signals that end a worker which gets no more memory, from its libraries or from the system; damaged files can cause
them too."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    task: int | None = None
    deadline: float = 0.0
    started: bool = False
    since: float = 0.0
    used_before: float = 0.0

    def begins(self, seconds: float) -> None:
        """The seconds of a file begin, by the clock and by the processor."""
        self.since = time.monotonic()
        self.deadline = self.since + seconds
        self.used_before = time_on_processor(self.process.pid) or 0.0

    def may_go_on(self, seconds: float) -> bool:
        """Whether a worker whose time is over by the clock has not had its seconds of the processor, as on a machine
        that does much else; its deadline is then later."""
        used = (time_on_processor(self.process.pid) or 0.0) - self.used_before
        waited = time.monotonic() - self.since
        if not self.started or used >= seconds or used < LEAST_OF_PROCESSOR * waited or waited >= MOST_WAIT * seconds:
            return False
        self.deadline = min(time.monotonic() + max(0.5, seconds - used), self.since + MOST_WAIT * seconds)
        return True

    def why_stopped(self, name: str, seconds: float) -> Notice:
        """The message about a file that :meth:`may_go_on` stops: the seconds of processor time, or those of the wall
        clock."""
        used = (time_on_processor(self.process.pid) or 0.0) - self.used_before
        if self.started and used >= seconds:
            return notice("file took the processor", file=name, seconds=seconds)
        return notice("file took too long", file=name, seconds=int(time.monotonic() - self.since))


def _serve(pipe: Connection, function: Callable[[Any], Any], seconds: float, memory: int) -> None:
    _silence()
    threading.Thread(target=_end_with_the_caller, daemon=True, name="caller").start()
    limit_resource("RLIMIT_AS", memory)
    limit_resource("RLIMIT_CORE", 0)
    pipe.send((_READY, None))
    while True:
        try:
            argument = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        limit_processor(2 * seconds + 10)
        try:
            answer = ("ok", function(argument))
        except DocumentError as error:
            answer = (type(error).__name__, shown_notice(error.as_notice))
        except MemoryError:
            answer = ("TooLargeError", _over_memory(argument, memory))
        except Exception as error:  # any unexpected error of a library becomes the error of this document
            what = shown(f"{type(error).__name__}: {str(error)[:120]}")
            answer = ("UnreadableError", notice("file cannot be read", file=_shown_argument(argument), what=what))
        try:
            pipe.send(answer)
        except MemoryError:
            pipe.send(("TooLargeError", _over_memory(argument, memory)))
        except Exception as error:  # a value that cannot be pickled; a closed pipe ends the worker here
            what = type(error).__name__
            pipe.send(("UnreadableError", notice("file not handed over", file=_shown_argument(argument), what=what)))


def _end_with_the_caller() -> None:
    """Ends the worker when the process that started it was killed, also in the middle of a file."""
    caller = multiprocessing.parent_process()
    if caller is not None:
        caller.join()
        os._exit(1)


def _silence() -> None:
    """Closes the worker's output: messages of libraries would get into results or into the progress display."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _over_memory(argument: object, memory: int) -> Notice:
    return notice("file needs memory", file=_shown_argument(argument), n=memory // 2**20)


def _shown_argument(argument: object) -> str:
    return shown(getattr(argument, "name", argument))


@dataclass(slots=True)
class _Pool:
    """The workers, and the indices of the files still to be read, in reverse order."""

    function: Callable[[Any], Any]
    arguments: Sequence[Any]
    seconds: float
    memory: int
    waiting: list[int]
    workers: list[_Worker] = field(default_factory=list)
    deaths: dict[int, int] = field(default_factory=dict)
    context: Any = field(default_factory=lambda: multiprocessing.get_context("spawn"))

    def start(self) -> _Worker:
        """Starts a worker, which is still loading."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(
            target=_serve, args=(theirs, self.function, self.seconds, self.memory), daemon=True, name="reader"
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def replace(self, worker: _Worker) -> None:
        """Replaces the process of a worker that died or took too long."""
        _stop(worker)
        fresh = self.start()
        worker.process, worker.pipe, worker.started = fresh.process, fresh.pipe, False

    def give(self, worker: _Worker) -> None:
        """Hands the next file to a worker, if there is one."""
        worker.task = self.waiting.pop() if self.waiting else None
        if worker.task is None:
            return
        worker.begins(self.seconds if worker.started else self.seconds + START_SECONDS)
        with contextlib.suppress(OSError):  # that a worker is dead is noticed when its answer is collected
            worker.pipe.send(self.arguments[worker.task])

    def collect(self, worker: _Worker, task: int) -> Any | DocumentError | None:
        """A worker's value or its error; ``None`` where there is no result yet.

        :raises KBError: workers cannot be started at all.
        """
        name = _shown_argument(self.arguments[task])
        try:
            kind, value = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            how = _how_it_ended(worker.process.exitcode)
            if not worker.started:
                raise KBError(notice("no reading process", how=how)) from None
            self.replace(worker)
            self.deaths[task] = self.deaths.get(task, 0) + 1
            if self.deaths[task] < TRIES:
                self.waiting.append(task)
                self.give(worker)
                return None
            if how.startswith(_OVER_MEMORY):
                return UnreadableError(
                    notice("file crashed reader or memory", file=name, how=how, n=self.memory // 2**20)
                )
            return UnreadableError(notice("file crashed reader", file=name, how=how))
        except Exception as error:  # a value that cannot be unpickled here
            self.replace(worker)
            return UnreadableError(notice("file not taken over", file=name, what=type(error).__name__))
        if kind == _READY:
            worker.started = True
            worker.begins(self.seconds)
            return None
        if kind == "ok":
            return value
        error_type: type[DocumentError] = getattr(errors, kind)
        return error_type(value)


def run(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    seconds: float = FILE_SECONDS,
    memory: int = MEMORY_BYTES,
    workers: int | None = None,
) -> Iterator[tuple[int, Any | DocumentError]]:
    """Calls a function in worker processes; yields pairs of the argument's index and the value or error, in the order
    of completion.

    ``function`` must be importable by name and must not return ``None``. A worker that takes too long is killed, and
    the error of its file says so. Processor time is counted where the system tells it, so that other load
    on the machine stops no file.

    :param seconds: time limit for one argument.
    :param memory: address space of a worker in bytes.
    :raises KBError: workers cannot be started at all.
    """
    pool = _Pool(function, arguments, seconds, memory, list(range(len(arguments)))[::-1])
    try:
        for _ in range(min(len(arguments), workers or min(4, os.cpu_count() or 1))):
            pool.workers.append(pool.start())
        for worker in pool.workers:
            pool.give(worker)
        while busy := [w for w in pool.workers if w.task is not None]:
            soonest = min(w.deadline for w in busy)
            ready = multiprocessing.connection.wait([w.pipe for w in busy], max(0.0, soonest - time.monotonic()))
            for worker in busy:
                task = worker.task
                assert task is not None
                if worker.pipe in ready:
                    outcome = pool.collect(worker, task)
                    if outcome is None:
                        continue
                elif time.monotonic() > worker.deadline and not worker.may_go_on(seconds):
                    name = _shown_argument(arguments[task])
                    outcome = TooLargeError(worker.why_stopped(name, seconds))
                    pool.replace(worker)
                else:
                    continue
                pool.give(worker)
                yield task, outcome
    finally:
        for worker in pool.workers:
            _stop(worker)


def time_on_processor(pid: int | None) -> float | None:
    """The processor time of a process; ``None`` where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError, AttributeError):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return None


def _how_it_ended(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return name


def _stop(worker: _Worker) -> None:
    with contextlib.suppress(OSError):
        worker.pipe.close()
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join(5)
    with contextlib.suppress(ValueError):  # still alive in an uninterruptible read; the system ends it later
        worker.process.close()
