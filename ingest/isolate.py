"""Runs the reading of files in worker processes, bounded in time and memory: a file that crashes or hangs costs itself.

Workers are spawned, import no model, and are replaced when they die or overrun.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb import errors
from kb.errors import DocumentError, TooLargeError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

MEMORY_BYTES = 3 * 1024**3
SECONDS = 120.0
"""Time for one file, and address space for one worker."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    task: int | None = None
    deadline: float = 0.0


def _serve(pipe: Connection, function: Callable[[Any], Any], memory: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # a library that complains on its own file descriptor would break into the progress display
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    while True:
        try:
            argument = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            answer = ("ok", function(argument))
        except DocumentError as error:
            answer = (type(error).__name__, str(error))
        except MemoryError:
            answer = ("TooLargeError", f"{_name(argument)}: reading it needs more than {memory // 2**20:,} MiB; split the file")
        except Exception as error:  # the last guard: a library's surprise becomes this document's error
            answer = ("UnreadableError", f"{_name(argument)}: cannot be read ({type(error).__name__}: {str(error)[:120]}); get a fresh copy")
        try:
            pipe.send(answer)
        except (MemoryError, ValueError) as error:
            pipe.send(("TooLargeError", f"{_name(argument)}: too large to hand over ({type(error).__name__})"))


def _name(argument: object) -> str:
    return str(getattr(argument, "name", argument))


def run(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    seconds: float = SECONDS,
    memory: int = MEMORY_BYTES,
    workers: int | None = None,
) -> Iterator[tuple[int, Any | DocumentError]]:
    """For every argument, in order of completion: its position and the function's value, or the error it became.

    ``function`` must be importable by name. A worker over its time is killed; the error says so.
    """
    context = multiprocessing.get_context("spawn")
    n = min(len(arguments), workers or min(4, os.cpu_count() or 1))
    waiting = list(range(len(arguments)))[::-1]
    pool = [_start(context, function, memory) for _ in range(n)]
    try:
        for worker in pool:
            _give(worker, waiting, arguments, seconds)
        while any(worker.task is not None for worker in pool):
            busy = [w for w in pool if w.task is not None]
            soonest = min(w.deadline for w in busy)
            ready = multiprocessing.connection.wait([w.pipe for w in busy], max(0.0, soonest - time.monotonic()))
            for worker in busy:
                task = worker.task
                if task is None:
                    continue
                late = time.monotonic() > worker.deadline
                if worker.pipe not in ready and not late:
                    continue
                outcome, alive = _collect(worker, arguments[task], seconds, worker.pipe in ready)
                if not alive:
                    _stop(worker)
                    fresh = _start(context, function, memory)
                    worker.process, worker.pipe = fresh.process, fresh.pipe
                worker.task = None
                _give(worker, waiting, arguments, seconds)
                yield task, outcome
    finally:
        for worker in pool:
            _stop(worker)


def _start(context: Any, function: Callable[[Any], Any], memory: int) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, function, memory), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, waiting: list[int], arguments: Sequence[Any], seconds: float) -> None:
    if not waiting:
        return
    worker.task = waiting.pop()
    worker.deadline = time.monotonic() + seconds
    with contextlib.suppress(BrokenPipeError, OSError):  # a dead worker is noticed when its answer is collected
        worker.pipe.send(arguments[worker.task])


def _collect(worker: _Worker, argument: object, seconds: float, ready: bool) -> tuple[Any, bool]:
    name = _name(argument)
    if not ready:
        return TooLargeError(f"{name}: reading took longer than {seconds:.0f} s and was stopped; split the file"), False
    try:
        kind, value = worker.pipe.recv()
    except (EOFError, OSError, ValueError, ImportError):
        return UnreadableError(f"{name}: the reader crashed on it; the file is damaged. Get a fresh copy"), False
    if kind == "ok":
        return value, True
    return getattr(errors, kind)(value), True


def _stop(worker: _Worker) -> None:
    with contextlib.suppress(OSError):
        worker.pipe.close()
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join(5)
