"""The log of a home folder: entries are added at its end, values of persons can be erased, nothing else changes.

::

    log/entries-000001.jsonl     an entry a line; a file that is full is followed by the next
    log/personal-000001.jsonl    the values of persons in these entries, with their salts
    log-head/checkpoint          how many entries there are and the root over them, signed
    log-head/key.pub, key        the public and the private key
    log.lock                     one writer at a time

The head stands apart from the entries, in another folder where a setting says so: whoever cuts the log's end, or takes
a file away, leaves a head that counts more. An entry is written in three steps, so that a run that is killed leaves
no doubt: the coming head is put beside the present one, the lines are written, the coming head takes its place. Lines
behind the present head, without a coming one, are none of ours.
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
"""Bytes of a file of entries after which the next one is begun."""
SECONDS_TO_WAIT = 10.0
"""How long a writer waits for another."""
MAX_HEAD_BYTES = 10_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """The log under a home folder; ``head_folder`` is where its head and keys are, ``keep_days`` after how many days
    the values of persons are erased (0: never), ``file_bytes`` after how many bytes the next file is begun, ``clock``
    tells the time. Safe to share between threads and processes."""

    home: Path
    head_folder: Path
    keep_days: int = 0
    file_bytes: int = LOG_FILE_BYTES
    clock: Callable[[], datetime] = _now

    # --- what is there

    @property
    def exists(self) -> bool:
        """Whether there is anything of a log; folders without files are none, as a kill leaves them."""
        return any(_holds_files(folder) for folder in (self.home / LOG_FOLDER, self.head_folder))

    def entries_file(self, number: int) -> Path:
        """The file of entries with a number from 1."""
        return self.home / LOG_FOLDER / f"entries-{number:06d}.jsonl"

    def values_file(self, number: int) -> Path:
        """The file of persons' values that belongs to a file of entries."""
        return self.home / LOG_FOLDER / f"personal-{number:06d}.jsonl"

    def key(self) -> LogKey:
        """The public key.

        :raises LogError: it is not there, or is none.
        """
        return key_of_text(_head_file(self.head_folder / PUBLIC))

    def checkpoint(self) -> str:
        """The signed head as it is published; kept elsewhere, it proves later that the log only grew.

        :raises LogError: there is none.
        """
        return _head_file(self.head_folder / CHECKPOINT)

    def head(self) -> LogHead:
        """The head in force, its signature checked.

        :raises LogError: there is none, or it is not signed with the log's key.
        """
        return verified_head(self.checkpoint(), self.key())

    def coming_head(self) -> LogHead | None:
        """The head that an interrupted writer left; ``None`` where there is none that is whole."""
        try:
            found = verified_head(_head_file(self.head_folder / COMING), self.key())
        except LogError:
            return None
        return found if found.size >= self.head().size else None

    def entries(self, head: LogHead | None = None) -> Iterator[LogEntry]:
        """The entries in order, each with the values that are kept.

        :raises LogError: a file is not there, or a line is none.
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
        """The lines of a file of entries, as far as the head goes, without their ends.

        :raises LogError: the file is not there, or holds a line without end.
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
        """Adds entries, all or none; gives the number of the first.

        :raises LogError: the log cannot be written, or does not fit its head: then it is left as it is.
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
        """The signer and the head to go on from: of a new log, or of one that fits its head."""
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
        """Makes the keys and the head of an empty log, all at once."""
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
        """Brings an interrupted writing to its end: forward where its lines are all there, else back."""
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
        """Erases the persons' values of the entries that are chosen, and logs that it was done; gives how many.

        The entries themselves stay, with the hashes of what they had.

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
        """Erases what is kept longer than the setting says; a look at the oldest value that is kept tells whether."""
        last = (now - timedelta(days=self.keep_days)).strftime("%Y-%m-%d")
        for path in sorted((self.home / LOG_FOLDER).glob("personal-*.jsonl")):
            first = next(lines_of_file(path, None), None)
            if first is not None:
                if values_of_line(first)[1][:10] < last:
                    self._erase(lambda entry: entry.at[:10] < last, f"kept for {self.keep_days} days", now)
                return

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The log for one writer.

        :raises LogError: another one does not end, or the home folder cannot be written.
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
    """The log of a home folder; its head is under the home where no folder is named."""
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
    """The lines of a file without their ends; of its first ``most`` bytes where that is given.

    :raises LogError: the file cannot be read, or a line has no end.
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
    except OSError:  # what cannot be looked into may hold a log
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
