"""Verifies a log against its signed head: every line, every erasable value, every file.

The log is read once, as a stream; memory grows with the number of faults and not with the length of the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from kb.audit.log_entries import entry_of_line, seal_of, values_of_line
from kb.audit.merkle_tree import GrowingTree, leaf_hash
from kb.audit.question_log import COMING, LOG_FOLDER, lines_of_file
from kb.audit.signed_head import first_head, verified_head
from kb.errors import LogError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.audit.log_entries import LogEntry, Values
    from kb.audit.question_log import QuestionLog
    from kb.audit.signed_head import LogHead
    from kb.types import Notice

MOST_LOG_FAULTS = 20
"""Faults that are listed one by one; of further ones the report gives the number."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """The result of a check: ``size`` counts the entries that were read, ``kept`` and ``erased`` those whose personal
    values are stored and were erased.

    ``root`` is the root of the hash tree in hexadecimal, ``key`` the public key as text. ``faults`` make the log
    invalid; ``remarks`` do not.
    """

    size: int
    kept: int
    erased: int
    root: str
    key: str
    faults: tuple[Notice, ...]
    remarks: tuple[Notice, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the check found no fault."""
        return not self.faults


@dataclass(slots=True)
class _NumberRanges:
    """Ascending numbers, stored as ranges with both ends inclusive."""

    parts: list[list[int]] = field(default_factory=list)

    def add(self, n: int) -> None:
        if self.parts and n == self.parts[-1][1] + 1:
            self.parts[-1][1] = n
        else:
            self.parts.append([n, n])


@dataclass(slots=True)
class _Findings:
    faults: list[Notice] = field(default_factory=list)
    n_more: int = 0
    remarks: list[Notice] = field(default_factory=list)

    def add(self, fault: Notice) -> None:
        if len(self.faults) < MOST_LOG_FAULTS:
            self.faults.append(fault)
        else:
            self.n_more += 1

    def all(self) -> tuple[Notice, ...]:
        more = (notice("log more faults", n=self.n_more),) if self.n_more else ()
        return (*self.faults, *more)


def check_log(log: QuestionLog, earlier: str = "", key: str = "") -> LogReport:
    """The result of checking a log.

    :param earlier: a checkpoint that was saved elsewhere; the log must begin with the entries that it counted.
    :param key: the public key as it was noted elsewhere; the log must be signed with it.
    """
    found = _log_report(log, earlier, key)
    if found.is_whole:
        return found
    try:
        with log.locked():  # another process may have written meanwhile
            return _log_report(log, earlier, key)
    except LogError:
        return found  # the copy is private to this process


def _log_report(log: QuestionLog, earlier: str, key: str) -> LogReport:
    findings = _Findings()
    try:
        public = log.key()
        head = log.head()
    except LogError as error:
        return LogReport(0, 0, 0, "", "", (error.as_notice,))
    if key and key.strip() != str(public):
        findings.add(notice("log other key"))
    kept_head = None
    if earlier:
        try:
            kept_head = verified_head(earlier, public)
        except LogError:
            findings.add(notice("log earlier other"))
        if kept_head is not None and kept_head.size > head.size:
            findings.add(notice("log shorter", n=head.size, was=kept_head.size))
            kept_head = None
    _check_files(log, head, findings)
    pass_ = _Pass(log, head, findings, kept_head)
    pass_.run()
    return LogReport(pass_.tree.size, pass_.n_kept, pass_.n_erased, head.root.hex(), str(public), findings.all(),
                     tuple(findings.remarks))  # fmt: skip


def _check_files(log: QuestionLog, head: LogHead, findings: _Findings) -> None:
    """Reports files of the log folder that the head does not count, and bytes after the end that it counts."""
    coming = log.coming_head()
    interrupted = (log.head_folder / COMING).exists()
    if interrupted:
        findings.remarks.append(notice("log interrupted"))
    numbers = range(1, (coming or head).file_number + 1)
    expected = {path.name for n in numbers for path in (log.entries_file(n), log.values_file(n))}
    folder = log.home / LOG_FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in expected and not path.name.endswith(".new"):
            findings.add(notice("log strange file", file=path.name))
    last = log.entries_file(head.file_number)
    if last.exists() and last.stat().st_size > head.file_bytes and not interrupted:
        findings.add(notice("log longer", file=last.name))


@dataclass(slots=True)
class _Pass:
    """One pass over the log from its first line to its last."""

    log: QuestionLog
    head: LogHead
    findings: _Findings
    kept_head: LogHead | None
    tree: GrowingTree = field(default_factory=GrowingTree)
    n_kept: int = 0
    n_erased: int = 0
    without_values: _NumberRanges = field(default_factory=_NumberRanges)
    with_values: _NumberRanges = field(default_factory=_NumberRanges)
    erased: list[list[int]] = field(default_factory=list)

    def run(self) -> None:
        """Reads all lines and collects the faults."""
        chain = first_head(self.head.origin).chain
        for number in range(1, self.head.file_number + 1):
            values = self._values(number)
            waiting = next(values, None)
            try:
                for line in self.log.lines(number, self.head):
                    n = self.tree.size + 1
                    entry = self._entry(line, n, chain)
                    chain = leaf_hash(line)
                    self.tree.add(chain)
                    self._compare_earlier()
                    while waiting is not None and waiting[0] < n:
                        self.findings.add(notice("log value strange", n=waiting[0]))
                        waiting = next(values, None)
                    own = None
                    if waiting is not None and waiting[0] == n:
                        own, waiting = waiting, next(values, None)
                    if entry is not None:
                        self._compare_values(entry, own)
            except LogError as error:
                self.findings.add(error.as_notice)
            for n, _, _ in filter(None, (waiting, *islice(values, MOST_LOG_FAULTS))):
                if n <= self.head.size or not self.findings.remarks:
                    self.findings.add(notice("log value strange", n=n))
        if self.tree.size != self.head.size:
            self.findings.add(notice("log count", n=self.tree.size, should=self.head.size))
        if chain != self.head.chain or self.tree.root != self.head.root:
            self.findings.add(notice("log root"))
        if self.kept_head is not None and self.kept_head.size > self.tree.size:
            self.findings.add(notice("log earlier other"))
        self._compare_erased()

    def _entry(self, line: bytes, n: int, chain: bytes) -> LogEntry | None:
        try:
            entry = entry_of_line(line)
        except LogError:
            self.findings.add(notice("log entry unreadable", n=n))
            return None
        if entry.before != chain.hex() or entry.n != n:
            self.findings.add(notice("log chain", n=n))
        if entry.kind == "erased":
            self.erased += _ranges_in(entry.data.get("entries"))
        return entry

    def _compare_earlier(self) -> None:
        kept = self.kept_head
        if kept is not None and self.tree.size == kept.size and self.tree.root != kept.root:
            self.findings.add(notice("log earlier other"))

    def _compare_values(self, entry: LogEntry, own: tuple[int, str, Values] | None) -> None:
        if own is None:
            if entry.sealed:
                self.n_erased += 1
                self.without_values.add(entry.n)
            return
        self.n_kept += 1
        self.with_values.add(entry.n)
        _, at, values = own
        seals = {name: seal_of(name, salt, value) for name, (salt, value) in values.items()}
        if seals != entry.sealed or at != entry.at:
            self.findings.add(notice("log value changed", n=entry.n))

    def _values(self, number: int) -> Iterator[tuple[int, str, Values]]:
        path = self.log.values_file(number)
        if not path.exists():
            return
        before = 0
        try:
            for line in lines_of_file(path, None):
                found = values_of_line(line)
                if found[0] <= before:
                    self.findings.add(notice("log value strange", n=found[0]))
                    continue
                before = found[0]
                yield found
        except LogError:
            if not self.findings.remarks:
                self.findings.add(notice("log file unreadable", file=path.name))

    def _compare_erased(self) -> None:
        """Reports values that are missing without an entry that erased them, and remarks on erased ones that remain."""
        erased = _merged_ranges(self.erased)
        for first, last in _ranges_outside(self.without_values.parts, erased):
            self.findings.add(notice("log values gone", first=first, last=last))
        if any(_overlaps(part, erased) for part in self.with_values.parts):
            self.findings.remarks.append(notice("log not erased"))


def _ranges_in(data: object) -> list[list[int]]:
    found = []
    for part in data if isinstance(data, list) else []:
        if isinstance(part, list) and len(part) == 2 and all(isinstance(n, int) for n in part):
            found.append(list(part))
    return found


def _merged_ranges(parts: list[list[int]]) -> list[list[int]]:
    merged: list[list[int]] = []
    for first, last in sorted(parts):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return merged


def _ranges_outside(parts: list[list[int]], others: list[list[int]]) -> Iterator[tuple[int, int]]:
    """The parts of ascending ranges that lie in none of the other ascending ranges."""
    at = 0
    for first, last in parts:
        start = first
        while at < len(others) and others[at][1] < start:
            at += 1
        k = at
        while k < len(others) and others[k][0] <= last:
            if others[k][0] > start:
                yield start, others[k][0] - 1
            start = others[k][1] + 1
            k += 1
        if start <= last:
            yield start, last


def _overlaps(part: list[int], others: list[list[int]]) -> bool:
    return any(first <= part[1] and part[0] <= last for first, last in others)
