"""Reading jobs that a person starts from the app: recognising and adding files, downloading texts, building the index.

Each job runs as ``python -m app.cli.reading_job`` in a process of its own, one at a time. Meanwhile questions are
answered from the index in service; a job that fails or is stopped leaves that index as it is.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.settings import Settings

MOST_EVENTS = 400
"""Events of one job that are kept."""
_LAST_EVENTS = frozenset({"recognised", "done", "failed"})
"""Events about the end of a job, which are kept even if there are too many others."""
MAX_EVENT_LINE = 1_000_000
READING_COMMAND = (sys.executable, "-m", "app.cli.reading_job")
"""The program that reads for the app, in a process of its own."""
_JOB_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class ReadingJob:
    """A job: its task, its last stage, and its other events. ``ended`` is empty while it runs, then ``done``,
    ``failed`` or ``stopped``."""

    n: int
    do: str
    name: str
    stage: Mapping[str, Any] = field(default_factory=dict)
    told: list[Mapping[str, Any]] = field(default_factory=list)
    ended: str = ""

    def events(self, kind: str) -> list[Mapping[str, Any]]:
        """The events of one kind."""
        return [each for each in self.told if each.get("event") == kind]


class ReadingJobs:
    """The job of the app that is under way, and the last one. Safe to share between threads."""

    def __init__(self, settings: Settings, command: Sequence[str] = READING_COMMAND) -> None:
        self._settings = settings
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._job: ReadingJob | None = None

    def current(self) -> ReadingJob | None:
        """The job that is under way, or the last one."""
        return self._job

    def start(self, do: str, name: str = "", **given: Any) -> ReadingJob | None:
        """Starts a job; ``None`` if another one is under way."""
        with self._lock:
            if self._process is not None and self._process.poll() is None and not (self._job and self._job.ended):
                return None
            job = ReadingJob((self._job.n if self._job else 0) + 1, do, name)
            settings = asdict(self._settings) | {"llm_api_key": ""}  # no reading asks a language model
            path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
            environment = dict(os.environ) | {"PYTHONPATH": path}
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True, encoding="utf-8", env=environment,
            )  # fmt: skip
            self._job, self._process = job, process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"do": do, "name": name, "settings": settings, **given}) + "\n")
            process.stdin.flush()
        except OSError:
            _JOB_LOG.exception("a reading could not be started")
        threading.Thread(target=self._listen, args=(job, process, process.stdout), daemon=True, name="reading").start()
        return job

    def stop(self) -> None:
        """Stops the job that is under way, if there is one; the index in service stays."""
        with self._lock:
            process, job = self._process, self._job
        if process is not None and job is not None and process.poll() is None and not job.ended:
            job.ended = "stopped"
            process.terminate()

    def _listen(self, job: ReadingJob, process: subprocess.Popen[str], out: IO[str]) -> None:
        while line := out.readline(MAX_EVENT_LINE):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if not isinstance(event, dict):
                continue
            if event.get("event") == "stage":
                job.stage = event
            elif len(job.told) < MOST_EVENTS + (event.get("event") in _LAST_EVENTS):
                job.told.append(event)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        out.close()
        if not job.ended:
            good = process.returncode == 0 and (job.events("done") or job.events("recognised"))
            job.ended = "done" if good else "failed"
