"""Worker processes that open PDFs for a question within bounds: an answer never waits long for a highlight.

A file that takes too long or ends its process is left alone for a while, so that one bad file costs one person one
short wait. A process is started when the first page is asked for, and holds no document, no settings and no keys.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from kb.errors import UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Boxes = tuple[tuple[float, float, float, float], ...]
    Lines = tuple[tuple[tuple[float, float, float, float], str], ...]

PROCESSES = 2
MARK_SECONDS = 2.0
IMAGE_SECONDS = 8.0
PAGE_START_SECONDS = 20.0
WAIT_SECONDS = 1.0
AT_ONCE_SECONDS = 0.2
"""Time limits in seconds: for the marks of a page, for an image, for the start of a process, and for waiting until a
process is free. A process that ended within ``AT_ONCE_SECONDS`` of a request is taken to have ended before it."""
PAGES_AT_ONCE = 8
"""Pages that a process is asked at a time for the marks of a quote."""
PAGE_MEMORY = 1024**3
"""The address space of a process in bytes."""
LEAVE_ALONE_SECONDS = 600.0
"""How long a file that broke a bound is not opened again."""
_MOST_ANSWER = 4 * 1024**2
_MOST_BODY = 64 * 1024**2
_MOST_LEFT_ALONE = 1_000
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from kb.page_process import serve_pages; serve_pages({}, {})"
)


class _Broken(Exception):
    """A process ended, took too long, or sent something that is not an answer."""


class _NotStarted(Exception):
    """No process can be started, or not in time."""


class _PageProcess:
    """One process and the pipes to it."""

    def __init__(self, memory: int, seconds: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _CODE.format(memory, seconds), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        )
        self.used = False
        try:
            self.receive(PAGE_START_SECONDS)
        except _Broken:
            self.end()
            raise

    def ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer and the bytes after it.

        :raises _Broken: there is none.
        """
        written = json.dumps(request).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(len(written).to_bytes(4, "big") + written)
            self._process.stdin.flush()
        except OSError as error:
            raise _Broken from error
        return self.receive(seconds)

    def receive(self, seconds: float) -> tuple[dict[str, Any], bytes]:
        """The next answer, or the process is ended when its time is up."""
        assert self._process.stdout is not None
        alarm = threading.Timer(seconds, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            head = json.loads(self._read(int.from_bytes(self._read(4), "big"), _MOST_ANSWER))
            if not isinstance(head, dict):
                raise _Broken
            size = head.get("bytes", 0)
            return head, self._read(size if isinstance(size, int) and size >= 0 else _MOST_BODY + 1, _MOST_BODY)
        except (OSError, ValueError) as error:
            raise _Broken from error
        finally:
            alarm.cancel()

    def _read(self, size: int, most: int = 4) -> bytes:
        assert self._process.stdout is not None
        if size > most:
            raise _Broken
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise _Broken
        return data

    def end(self) -> None:
        """Ends the process at once."""
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)


class PageWorkers:
    """The processes of a program, at most :data:`PROCESSES`. Safe to share between threads."""

    def __init__(self, memory: int = PAGE_MEMORY, marks: float = MARK_SECONDS, image: float = IMAGE_SECONDS) -> None:
        self._memory = memory
        self._marks = marks
        self._image = image
        self._places = threading.BoundedSemaphore(PROCESSES)
        self._guard = threading.Lock()
        self._free: list[_PageProcess] = []
        self._opened: set[Path] = set()
        self._left_alone: dict[tuple[Path, str], float] = {}

    def boxes(
        self, path: Path, sha256: str, pages: Sequence[tuple[int, Sequence[tuple[int, int]], str]]
    ) -> tuple[Boxes, ...]:
        """The boxes of words on pages (:func:`kb.pdf.quote_rects`), for each page as (number, ranges, words).

        The bound is for :data:`PAGES_AT_ONCE` pages: that a quote is long is no fault of its file. Once the time of
        one bound is over, no more pages are asked for, and the file is opened again for the next quote.

        :raises UnreadableError: the file cannot be read within the bounds, or the quote is too long for them.
        """
        until = time.monotonic() + self._marks
        out: list[Boxes] = []
        for at in range(0, len(pages), PAGES_AT_ONCE):
            if at and time.monotonic() > until:
                raise _busy(path)
            out += self.boxes_at_once(path, sha256, pages[at : at + PAGES_AT_ONCE])
        return tuple(out)

    def boxes_at_once(
        self, path: Path, sha256: str, pages: Sequence[tuple[int, Sequence[tuple[int, int]], str]]
    ) -> tuple[Boxes, ...]:
        """Like :meth:`boxes`, for a few pages with one bound."""
        answer, _ = self._ask(path, sha256, {"do": "boxes", "pages": pages}, self._marks)
        found = answer.get("boxes")
        if not isinstance(found, list) or len(found) != len(pages):
            raise self._is_left_alone(path, sha256)
        try:
            return tuple(tuple(_box(*each) for each in boxes) for boxes in found)
        except (TypeError, ValueError) as error:
            raise self._is_left_alone(path, sha256) from error

    def image(self, path: Path, sha256: str, page: int, scale: float) -> tuple[tuple[int, int], bytes]:
        """A page as (width, height) and its bytes, three for each dot.

        :raises UnreadableError: the file cannot be drawn within the bounds.
        """
        answer, body = self._ask(path, sha256, {"do": "image", "page": page, "scale": scale}, self._image)
        size = (answer.get("width"), answer.get("height"))
        if not all(isinstance(n, int) and n > 0 for n in size) or size[0] * size[1] * 3 != len(body):  # type: ignore[operator]
            raise self._is_left_alone(path, sha256)
        return (int(size[0]), int(size[1])), body  # type: ignore[arg-type]

    def lines(self, path: Path, sha256: str, page: int) -> Lines:
        """The lines of a page with their boxes (:func:`kb.pdf.page_lines`).

        :raises UnreadableError: the file cannot be read within the bounds.
        """
        answer, _ = self._ask(path, sha256, {"do": "lines", "page": page}, self._image)
        try:
            return tuple((_box(*box), str(words)) for box, words in answer["lines"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._is_left_alone(path, sha256) from error

    def gave_up(self, path: Path, sha256: str) -> bool:
        """Whether a file broke a bound a short while ago and is not opened."""
        with self._guard:
            return self._left_alone.get((path, sha256), 0.0) > time.monotonic()

    def leave_alone(self, path: Path, sha256: str) -> None:
        """Opens a file no more for :data:`LEAVE_ALONE_SECONDS`."""
        with self._guard:
            if len(self._left_alone) >= _MOST_LEFT_ALONE:
                self._left_alone.clear()
            self._left_alone[path, sha256] = time.monotonic() + LEAVE_ALONE_SECONDS

    def close(self) -> None:
        """Ends the processes that are free; a later question starts others."""
        with self._guard:
            free, self._free = self._free, []
        for process in free:
            process.end()

    def _ask(self, path: Path, sha256: str, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        if self.gave_up(path, sha256):
            raise _beyond(path)
        if not self._enter(path, seconds):
            raise _busy(path)
        try:
            answer, body = self._answered(request | {"path": str(path)}, seconds)
        except _NotStarted:
            raise _busy(path) from None
        except _Broken:
            raise self._is_left_alone(path, sha256) from None
        finally:
            with self._guard:
                self._opened.discard(path)
            self._places.release()
        if "why" in answer:
            raise UnreadableError(notice("file fault", file=path.name, why=str(answer["why"])[:300]))
        return answer, body

    def _enter(self, path: Path, seconds: float) -> bool:
        """Waits for a place, and until nobody else has the file open; ``False`` where that takes too long."""
        until = time.monotonic() + WAIT_SECONDS + seconds
        if not self._places.acquire(timeout=WAIT_SECONDS):
            return False
        while time.monotonic() < until:
            with self._guard:
                if path not in self._opened:
                    self._opened.add(path)
                    return True
            self._places.release()
            time.sleep(0.01)
            if not self._places.acquire(timeout=max(0.0, until - time.monotonic())):
                return False
        self._places.release()
        return False

    def _answered(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        process = self._take()
        began = time.monotonic()
        try:
            answer = process.ask(request, seconds)
        except _Broken:
            process.end()
            if not process.used or time.monotonic() - began > AT_ONCE_SECONDS:
                raise
            process = self._started()  # an idle process may have ended before the request
            try:
                answer = process.ask(request, seconds)
            except _Broken:
                process.end()
                raise
        process.used = True
        with self._guard:
            self._free.append(process)
        return answer

    def _take(self) -> _PageProcess:
        with self._guard:
            if self._free:
                return self._free.pop()
        return self._started()

    def _started(self) -> _PageProcess:
        try:
            return _PageProcess(self._memory, max(self._marks, self._image))
        except (OSError, _Broken) as error:
            raise _NotStarted from error

    def _is_left_alone(self, path: Path, sha256: str) -> UnreadableError:
        self.leave_alone(path, sha256)
        return _beyond(path)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    box = (float(left), float(top), float(right), float(bottom))
    if not all(math.isfinite(each) for each in box):
        raise ValueError
    return box


def _beyond(path: Path) -> UnreadableError:
    return UnreadableError(notice("page beyond bounds", file=path.name))


def _busy(path: Path) -> UnreadableError:
    return UnreadableError(notice("pages busy", file=path.name))


PAGE_WORKERS = PageWorkers()
"""The processes of this program."""
atexit.register(PAGE_WORKERS.close)
