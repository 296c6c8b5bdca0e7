"""The format of log entries: one line of JSON for each entry, with the erasable personal values in another file. Pure.

The line of an entry has its number and the hash of the line before it. It does not contain what a person wrote, but a
salted hash of it; the value and its salt are in a second file. Values can therefore be erased while the line, its hash
and the hash tree over all lines stay the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.errors import LogError
from kb.types import notice

MAX_ENTRY_BYTES = 4_000_000
"""Largest size in bytes of an entry's line, and of the line of its values."""
RANGES_AN_ENTRY = 50_000
"""Largest number of ranges in one entry about erased values."""
MOST_WHY = 2_000
"""Characters of the reason for an erasure that are kept."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry before it is written: its kind, its facts, and the personal values, which can be erased later."""

    kind: str
    data: Mapping[str, Any]
    personal: Mapping[str, str] = field(default_factory=dict)
    index_id: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of a log: number from 1, time (UTC, ISO 8601), kind, id of the index, and facts.

    ``sealed`` has the salted hash of each personal value, ``before`` the hash of the line before in hexadecimal.
    ``values`` are the personal values themselves, empty once they were erased.
    """

    n: int
    at: str
    kind: str
    index_id: str
    data: Mapping[str, Any]
    sealed: Mapping[str, str]
    before: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_erased(self) -> bool:
        """Whether the entry had personal values and they were erased."""
        return bool(self.sealed) and not self.values


Values = dict[str, tuple[str, str]]
"""Personal values by name, each a pair of salt and value."""


def salted(values: Mapping[str, str]) -> Values:
    """The values, each with a new random salt of 16 bytes in hexadecimal."""
    return {name: (os.urandom(16).hex(), value) for name, value in values.items()}


def seal_of(name: str, salt: str, value: str) -> str:
    """The hash that represents a value in its entry: SHA-256 of salt, name and value, in hexadecimal."""
    words = value.encode("utf-8", "surrogatepass")
    return hashlib.sha256(f"{salt}\n{name}\n".encode() + words).hexdigest()


def _json_line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()


def entry_line(n: int, at: str, new: NewEntry, values: Values, before: bytes) -> bytes:
    """The line of an entry, without the line end; ``before`` is the hash of the line before."""
    sealed = {name: seal_of(name, salt, value) for name, (salt, value) in values.items()}
    return _json_line(
        {"n": n, "at": at, "kind": new.kind, "index_id": new.index_id, "data": dict(new.data), "sealed": sealed,
         "before": before.hex()}
    )  # fmt: skip


def values_line(n: int, at: str, values: Values) -> bytes:
    """The line of an entry's personal values, without the line end."""
    return _json_line({"n": n, "at": at, "values": values})


def entry_of_line(line: bytes) -> LogEntry:
    """The entry that a line describes, without its personal values.

    :raises LogError: the line is malformed.
    """
    try:
        d = json.loads(line)
        made = LogEntry(
            int(d["n"]), str(d["at"]), str(d["kind"]), str(d["index_id"]), dict(d["data"]), dict(d["sealed"]),
            str(d["before"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise LogError(notice("log line unreadable")) from error
    return made


def values_of_line(line: bytes) -> tuple[int, str, Values]:
    """The number, the time and the values that a line of personal values describes.

    :raises LogError: the line is malformed.
    """
    try:
        d = json.loads(line)
        values = {str(name): (str(salt), str(value)) for name, (salt, value) in dict(d["values"]).items()}
        return int(d["n"]), str(d["at"]), values
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise LogError(notice("log line unreadable")) from error


def ranges_of(numbers: list[int]) -> list[list[int]]:
    """Ascending numbers as ranges ``[first, last]``, both ends inclusive."""
    found: list[list[int]] = []
    for n in numbers:
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return found


def erased_entries(numbers: list[int], why: str) -> list[NewEntry]:
    """The entries that record an erasure: they name the erased entries as ranges, in several entries if there
    are many."""
    ranges = ranges_of(numbers)
    parts = [ranges[at : at + RANGES_AN_ENTRY] for at in range(0, len(ranges), RANGES_AN_ENTRY)]
    return [NewEntry("erased", {"entries": part, "why": why[:MOST_WHY]}) for part in parts]
