"""The log of a home folder: entries are added at its end, personal values can be erased, nothing else ever changes.

::

    log/entries-000001.jsonl     an entry a line; a full file is followed by the next one
    log/personal-000001.jsonl    the personal values of these entries, with their salts
    log-head/checkpoint          the number of entries and the root of their hash tree, signed
    log-head/key.pub, key        the public and the private key
    log.lock                     the lock by which only one process writes at a time

The head is stored apart from the entries, in a folder that a setting can place elsewhere: whoever cuts the end of the
log, or removes a file, leaves a head that counts more entries than there are. An entry is written in three steps, so
that a killed process leaves no doubt: the new head is put beside the present one, the lines are written, the new head
replaces the present one. Lines after those that the head counts, without a new head beside it, were not written by this
program.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from kb.audit.log_entries import (
    MAX_ENTRY_BYTES,
    LogEntry,
    NewEntry,
    entry_line,
    entry_of_line,
    erased_entries,
    salted,
    values_line,
    values_of_line,
)
from kb.audit.merkle_tree import leaf_hash
from kb.audit.signed_head import (
    ORIGIN,
    HeadSigner,
    LogHead,
    LogKey,
    first_head,
    key_of_text,
    new_private_key,
    verified_head,
)
from kb.errors import LogError
from kb.files import flush_to_disk, write_whole
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOG_FOLDER, HEAD_FOLDER, LOCK = "log", "log-head", "log.lock"
CHECKPOINT, COMING, PUBLIC, PRIVATE = "checkpoint", "checkpoint.next", "key.pub", "key"
LOG_FILE_BYTES = 16_000_000
"""Size in bytes at which a file of entries is full."""
SECONDS_TO_WAIT = 10.0
"""How long a writer waits for the lock."""
MAX_HEAD_BYTES = 10_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """The log of a home folder. It is safe to share between threads and processes.

    ``head_folder`` has the head and the keys. ``keep_days`` is the number of days after which personal values are
    erased (0: never), ``file_bytes`` the size at which the next file is begun, ``clock`` the source of the time.
    """

    home: Path
    head_folder: Path
    keep_days: int = 0
    file_bytes: int = LOG_FILE_BYTES
    clock: Callable[[], datetime] = _now

    # --- what is there

    @property
    def exists(self) -> bool:
        """Whether any file of a log is there; a killed process can leave empty folders, which do not count."""
        return any(_holds_files(folder) for folder in (self.home / LOG_FOLDER, self.head_folder))

    def entries_file(self, number: int) -> Path:
        """The path of a file of entries; files count from 1."""
        return self.home / LOG_FOLDER / f"entries-{number:06d}.jsonl"

    def values_file(self, number: int) -> Path:
        """The path of the personal values that belong to a file of entries."""
        return self.home / LOG_FOLDER / f"personal-{number:06d}.jsonl"

    def key(self) -> LogKey:
        """The public key.

        :raises LogError: the file is missing or malformed.
        """
        return key_of_text(_head_file(self.head_folder / PUBLIC))

    def checkpoint(self) -> str:
        """The signed head as text. A copy that is stored elsewhere proves later that the log was only added to.

        :raises LogError: the file is missing.
        """
        return _head_file(self.head_folder / CHECKPOINT)

    def head(self) -> LogHead:
        """The present head, its signature verified.

        :raises LogError: the head is missing, or not signed with the log's key.
        """
        return verified_head(self.checkpoint(), self.key())

    def coming_head(self) -> LogHead | None:
        """The new head that an interrupted writer left; ``None`` if there is none, or none with a valid signature."""
        try:
            found = verified_head(_head_file(self.head_folder / COMING), self.key())
        except LogError:
            return None
        return found if found.size >= self.head().size else None

    def entries(self, head: LogHead | None = None) -> Iterator[LogEntry]:
        """The entries in order, each with its personal values unless they were erased.

        :raises LogError: a file is missing, or a line is malformed.
        """
        head = head or self.head()
        for number in range(1, head.file_number + 1):
            values = self._values_of_file(number)
            waiting = next(values, None)
            for line in self.lines(number, head):
                entry = entry_of_line(line)
                while waiting is not None and waiting[0] < entry.n:
                    waiting = next(values, None)
                if waiting is not None and waiting[0] == entry.n:
                    entry = replace(entry, values=waiting[1])
                yield entry

    def lines(self, number: int, head: LogHead) -> Iterator[bytes]:
        """The lines of a file of entries that ``head`` counts, without their line ends.

        :raises LogError: the file is missing, or its last line has no end.
        """
        path = self.entries_file(number)
        most = head.file_bytes if number == head.file_number else None
        if most == 0 and not path.exists():
            return
        yield from lines_of_file(path, most)

    def _values_of_file(self, number: int) -> Iterator[tuple[int, dict[str, str]]]:
        path = self.values_file(number)
        for line in lines_of_file(path, None) if path.exists() else ():
            n, _, values = values_of_line(line)
            yield n, {name: value for name, (_, value) in values.items()}

    # --- what is added

    def append(self, entries: Sequence[NewEntry]) -> int:
        """Adds entries, all or none, and returns the number of the first one.

        :raises LogError: the log cannot be written, or its files do not fit its head; nothing is then changed.
        """
        with self.locked():
            first = self._append(entries, self.clock())
            if self.keep_days:
                self._erase_old(self.clock())
            return first

    def _append(self, entries: Sequence[NewEntry], now: datetime) -> int:
        signer, head = self._ready()
        at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        if head.file_bytes >= self.file_bytes:
            head = replace(head, file_number=head.file_number + 1, file_bytes=0)
        tree, chain = head.tree(), head.chain
        lines, kept = [], []
        for n, new in enumerate(entries, head.size + 1):
            values = salted(new.personal)
            line = entry_line(n, at, new, values, chain)
            if len(line) > MAX_ENTRY_BYTES:
                raise LogError(notice("log entry too long", most=f"{MAX_ENTRY_BYTES:,}"))
            if values:
                kept.append(values_line(n, at, values) + b"\n")
            lines.append(line + b"\n")
            chain = leaf_hash(line)
            tree.add(chain)
        written = b"".join(lines)
        coming = LogHead(
            head.origin, tree.size, tree.root, chain, head.file_number, head.file_bytes + len(written),
            tuple(tree.peaks),
        )  # fmt: skip
        try:
            write_whole(self.head_folder / COMING, signer.signed(coming), flush=True)
            if kept:
                _add_to_file(self.values_file(head.file_number), b"".join(kept))
            _add_to_file(self.entries_file(head.file_number), written)
            (self.head_folder / COMING).replace(self.head_folder / CHECKPOINT)
        except OSError as error:
            raise _not_written(error) from error
        return head.size + 1

    def _ready(self) -> tuple[HeadSigner, LogHead]:
        """The signer and the head to continue from; a new log is begun, an interrupted writing is completed."""
        if not self.exists:
            self._begin()
        key, head = self.key(), self.head()
        if (self.head_folder / COMING).exists():
            head = self._finish(head)
        path = self.entries_file(head.file_number)
        try:
            length = path.stat().st_size if path.exists() else 0
            private = bytes.fromhex((self.head_folder / PRIVATE).read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise LogError(notice("log key unreadable")) from error
        if length != head.file_bytes or self.entries_file(head.file_number + 1).exists():
            raise LogError(notice("log does not fit"))
        signer = HeadSigner(head.origin, private)
        if signer.key != key:
            raise LogError(notice("log key unreadable"))
        return signer, head

    def _begin(self) -> None:
        """Makes the keys and the head of an empty log, in one step."""
        origin = f"{ORIGIN}{os.urandom(4).hex()}"
        private = new_private_key()
        signer = HeadSigner(origin, private)
        beside = self.head_folder.with_name(f"{self.head_folder.name}.{os.urandom(4).hex()}.new")
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / LOG_FOLDER).mkdir(mode=0o700, exist_ok=True)
            beside.mkdir(parents=True, mode=0o700)
            handle = os.open(beside / PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(private.hex() + "\n")
            (beside / PUBLIC).write_text(f"{signer.key}\n", "utf-8")
            (beside / CHECKPOINT).write_text(signer.signed(first_head(origin)), "utf-8")
            beside.rename(self.head_folder)
        except OSError as error:
            raise _not_written(error) from error

    def _finish(self, head: LogHead) -> LogHead:
        """Completes an interrupted writing: forward if all of its lines are there, else back to the present head."""
        coming = self.coming_head()
        try:
            path = self.entries_file(coming.file_number) if coming is not None else None
            if coming is not None and path is not None and path.exists() and path.stat().st_size == coming.file_bytes:
                (self.head_folder / COMING).replace(self.head_folder / CHECKPOINT)
                return coming
            for number in (head.file_number, head.file_number + 1):
                most = head.file_bytes if number == head.file_number else 0
                _cut_file(self.entries_file(number), most)
                _drop_values(self.values_file(number), lambda n: n > head.size)
            (self.head_folder / COMING).unlink()
        except OSError as error:
            raise _not_written(error) from error
        return head

    # --- what is erased

    def erase(self, which: Callable[[LogEntry], bool], why: str) -> int:
        """Erases the personal values of the chosen entries, logs the erasure with its reason, and returns their number.

        The entries themselves stay, with the hashes of their values.

        :raises LogError: the log cannot be read or written.
        """
        with self.locked():
            return self._erase(which, why, self.clock())

    def _erase(self, which: Callable[[LogEntry], bool], why: str, now: datetime) -> int:
        _, head = self._ready()
        chosen = [entry.n for entry in self.entries(head) if entry.values and which(entry)]
        if not chosen:
            return 0
        self._append(erased_entries(chosen, why), now)
        gone = set(chosen)
        try:
            for number in range(1, head.file_number + 1):
                _drop_values(self.values_file(number), gone.__contains__)
        except OSError as error:
            raise _not_written(error) from error
        return len(chosen)

    def _erase_old(self, now: datetime) -> None:
        """Erases the values that are older than the setting allows; the age of the oldest one shows whether there are
        any."""
        last = (now - timedelta(days=self.keep_days)).strftime("%Y-%m-%d")
        for path in sorted((self.home / LOG_FOLDER).glob("personal-*.jsonl")):
            first = next(lines_of_file(path, None), None)
            if first is not None:
                if values_of_line(first)[1][:10] < last:
                    self._erase(lambda entry: entry.at[:10] < last, f"kept for {self.keep_days} days", now)
                return

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the lock of the log; only one process writes at a time.

        :raises LogError: another process holds the lock too long, or the home folder cannot be written.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.home / LOCK, timeout=SECONDS_TO_WAIT, mode=0o600, thread_local=False)
            lock.acquire()
        except filelock.Timeout as error:
            raise LogError(notice("log locked")) from error
        except OSError as error:
            raise _not_written(error) from error
        try:
            yield
        finally:
            lock.release()


def log_of_home(home: Path, head_folder: Path | None = None, keep_days: int = 0) -> QuestionLog:
    """The log of a home folder; its head is in the home folder too unless ``head_folder`` is given."""
    return QuestionLog(home, head_folder or home / HEAD_FOLDER, keep_days)


def _not_written(error: OSError) -> LogError:
    return LogError(notice("log not written", why=error.strerror or str(error)))


def _head_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_HEAD_BYTES).decode("utf-8")
    except FileNotFoundError as error:
        raise LogError(notice("log file gone", file=path.name)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LogError(notice("log file unreadable", file=path.name)) from error


def lines_of_file(path: Path, most: int | None) -> Iterator[bytes]:
    """The lines of a file without their line ends; only those in its first ``most`` bytes if that is given.

    :raises LogError: the file cannot be read or is shorter than ``most``, or a line has no end.
    """
    left = most
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_ENTRY_BYTES + 2 if left is None else min(left, MAX_ENTRY_BYTES + 2)):
                if not line.endswith(b"\n"):
                    raise LogError(notice("log line unreadable"))
                yield line[:-1]
                if left is not None:
                    left -= len(line)
    except FileNotFoundError as error:
        raise LogError(notice("log file gone", file=path.name)) from error
    except OSError as error:
        raise LogError(notice("log file unreadable", file=path.name)) from error
    if left:
        raise LogError(notice("log file short", file=path.name))


def _holds_files(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except FileNotFoundError:
        return False
    except OSError:  # a folder that cannot be read may contain a log
        return True


def _add_to_file(path: Path, data: bytes) -> None:
    """Writes at the end of a file, on the disk before this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if path.stat().st_size == len(data):
        flush_to_disk(path.parent)  # the file is new


def _cut_file(path: Path, most: int) -> None:
    if most == 0:
        path.unlink(missing_ok=True)
    elif path.exists() and path.stat().st_size > most:
        os.truncate(path, most)


def _drop_values(path: Path, is_dropped: Callable[[int], bool]) -> None:
    """Writes a file of values anew without some entries' and without a line that has no end."""
    if not path.exists():
        return
    beside = path.with_name(f"{path.name}.new")
    changed = False
    with path.open("rb") as file, beside.open("wb") as kept:
        for line in file:
            if not line.endswith(b"\n") or is_dropped(_number_of_values(line)):
                changed = True
            else:
                kept.write(line)
        kept.flush()
        os.fsync(kept.fileno())
    if changed:
        beside.chmod(0o600)
        beside.replace(path)
        flush_to_disk(path.parent)
    else:
        beside.unlink()


def _number_of_values(line: bytes) -> int:
    try:
        return int(json.loads(line)["n"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0
