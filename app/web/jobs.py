"""Background jobs of people: long work, one job at a time for a screen, each known by a name that cannot be guessed."""

from __future__ import annotations

import contextvars
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from kb import Recorder
from kb.errors import ConfigError, KBError
from kb.messages import error_words, message
from kb.types import notice

_J = TypeVar("_J", bound="Job")
Record = Callable[[Callable[[Recorder], int]], int]
"""Logs what a person made: it receives a function that writes the entry, and returns the entry's number."""


def not_recorded(_: Callable[[Recorder], int]) -> int:
    """Logs nothing, for programs that keep no log."""
    return 0


class StoppedError(Exception):
    """Ends a job at its next step, because a person stopped it."""


class Job:
    """A job with its state (``read``, ``waiting``, ``running``, ``done``, ``stopped`` or ``failed``) and its progress.

    ``ends_as`` is the state when it has come to its end.
    """

    def __init__(self) -> None:
        self.state = "read"
        self.done = 0
        self.total = 0
        self.ahead = 0
        self.problem: Exception | None = None
        self.ends_as = "done"
        self._stop = threading.Event()
        self._began = 0.0
        self._at_first = 0

    def begin(self) -> None:
        """Marks the job as waiting for its turn."""
        self._stop.clear()
        self.state, self.problem = "waiting", None

    def stop(self) -> None:
        """Ends the job at its next step."""
        self._stop.set()

    @property
    def is_under_way(self) -> bool:
        """Whether the job waits or runs."""
        return self.state in {"waiting", "running"}

    @property
    def weight(self) -> int:
        """The memory that the job keeps, in the unit of its screen."""
        return 0

    @property
    def is_stopping(self) -> bool:
        """Whether a person stopped it."""
        return self._stop.is_set()

    def running(self) -> None:
        """Marks the job as running."""
        self.state, self._began, self._at_first = "running", time.monotonic(), -1

    def step(self, done: int) -> None:
        """Notes the progress.

        :raises StoppedError: a person stopped the job.
        """
        self.done = done
        if self._at_first < 0:
            self._at_first, self._began = done, time.monotonic()
        if self._stop.is_set():
            raise StoppedError

    def seconds_left(self) -> float | None:
        """The estimated remaining time, from the time used so far; ``None`` if it cannot be estimated."""
        made = self.done - self._at_first
        if self.state != "running" or self._at_first < 0 or made < 1:
            return None
        return (time.monotonic() - self._began) / made * (self.total - self.done)


class Jobs(Generic[_J]):
    """The jobs of one screen, the latest last, and the one worker that does them in turn.

    The oldest finished job is removed if there are too many or together they weigh too much, and so is a job that
    nobody asked for in a long time.
    """

    def __init__(self, most: int = 24, seconds_kept: float = 12 * 3600, most_weight: int = 0) -> None:
        """:param most_weight: what all together may weigh before the oldest goes; 0 for no bound."""
        self._most_weight = most_weight
        self._most = most
        self._seconds_kept = seconds_kept
        self._jobs: OrderedDict[str, tuple[float, _J]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Condition(self._lock)
        self._queue: list[Job] = []

    def add(self, job: _J) -> str:
        """Adds a job and returns its name.

        :raises ConfigError: too many jobs are under way.
        """
        with self._lock:
            old = time.monotonic() - self._seconds_kept
            idle = [name for name, (seen, each) in self._jobs.items() if not each.is_under_way]
            for name in idle:
                if self._jobs[name][0] < old or len(self._jobs) >= self._most:
                    del self._jobs[name]
            if len(self._jobs) >= self._most:
                raise ConfigError(notice("too many jobs"))
            name = secrets.token_urlsafe(18)
            self._jobs[name] = time.monotonic(), job
            self._lighten(job)
            return name

    def _lighten(self, but: _J) -> None:
        """Removes the oldest finished jobs, except ``but``, until the rest weighs no more than the bound."""
        total = sum(job.weight for _, job in self._jobs.values())
        for name, (_, job) in list(self._jobs.items()):
            if not self._most_weight or total <= self._most_weight:
                return
            if job is not but and job.weight and not job.is_under_way:
                total -= job.weight
                del self._jobs[name]

    def get(self, name: object) -> _J:
        """The job of a name.

        :raises ConfigError: there is no such job, or it was removed.
        """
        with self._lock:
            found = self._jobs.get(name) if isinstance(name, str) else None
            if found is None:
                raise ConfigError(notice("job gone"))
            assert isinstance(name, str)
            self._jobs[name] = time.monotonic(), found[1]
            self._jobs.move_to_end(name)
            return found[1]

    def drop(self, name: object) -> None:
        """Ends a job and removes it."""
        with self._lock:
            found = self._jobs.pop(name, None) if isinstance(name, str) else None
        if found is not None:
            found[1].stop()

    def start(self, job: _J, work: Callable[[], None]) -> None:
        """Does the work in the background when its turn comes; its result is the job's state."""
        with self._lock:
            if job.is_under_way:
                return
            job.begin()
            self._queue.append(job)
        here = contextvars.copy_context()  # the work is logged in the name of the person who asked for it
        threading.Thread(target=here.run, args=(self._run, job, work), daemon=True, name="job").start()

    def _run(self, job: _J, work: Callable[[], None]) -> None:
        with self._turn:
            while self._queue[0] is not job and not job.is_stopping:
                job.ahead = self._queue.index(job)
                self._turn.wait(1.0)
        try:
            job.ahead = 0
            if job.is_stopping:
                raise StoppedError
            job.running()
            work()
            job.state = job.ends_as
        except StoppedError:
            job.state = "stopped"
        except Exception as error:
            logging.getLogger(__name__).warning("a job failed", exc_info=error)
            job.problem = error
            job.state = "failed"
        finally:
            with self._turn:
                self._queue.remove(job)
                self._lighten(job)
                self._turn.notify_all()


def problem_words(problem: Exception, lang: str) -> str:
    """One line about the error that ended a job."""
    return error_words(problem, lang) if isinstance(problem, KBError) else message(lang, "general problem")
