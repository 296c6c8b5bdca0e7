"""The format of log entries: a line for each entry, with erasable personal values beside it. Pure.

An entry is one line of JSON that names its number and the hash of the line before it. What a person wrote is not in the
line: the line has a salted hash of it, and the value stands with its salt in a file beside. Values can be erased so,
and the line, its hash and the tree over it stay what they were.
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
"""Bytes of an entry, or of its values, at most."""
RANGES_AN_ENTRY = 50_000
"""Ranges of erased entries that one entry names."""
MOST_WHY = 2_000
"""Characters of the reason of an erasing."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be logged: a kind, facts, and the values of a person, which can be erased later."""

    kind: str
    data: Mapping[str, Any]
    personal: Mapping[str, str] = field(default_factory=dict)
    index_id: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of a log: number from 1, time (UTC), kind, index, facts, salted hashes of a person's values, and the
    hash of the line before. ``values`` are those that are kept; none after they were erased."""

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
        """Whether it had values of a person that are not kept any more."""
        return bool(self.sealed) and not self.values


Values = dict[str, tuple[str, str]]
"""A person's values by their name, each with its salt."""


def salted(values: Mapping[str, str]) -> Values:
    """Values with a fresh salt each."""
    return {name: (os.urandom(16).hex(), value) for name, value in values.items()}


def seal_of(name: str, salt: str, value: str) -> str:
    """The hash that stands for a value in its entry."""
    words = value.encode("utf-8", "surrogatepass")
    return hashlib.sha256(f"{salt}\n{name}\n".encode() + words).hexdigest()


def _json_line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()


def entry_line(n: int, at: str, new: NewEntry, values: Values, before: bytes) -> bytes:
    """The line of an entry, without its end."""
    sealed = {name: seal_of(name, salt, value) for name, (salt, value) in values.items()}
    return _json_line(
        {"n": n, "at": at, "kind": new.kind, "index_id": new.index_id, "data": dict(new.data), "sealed": sealed,
         "before": before.hex()}
    )  # fmt: skip


def values_line(n: int, at: str, values: Values) -> bytes:
    """The line of an entry's values, without its end."""
    return _json_line({"n": n, "at": at, "values": values})


def entry_of_line(line: bytes) -> LogEntry:
    """The entry of a line.

    :raises LogError: it is none.
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
    """The number, the time and the values of a line of values.

    :raises LogError: it is none.
    """
    try:
        d = json.loads(line)
        values = {str(name): (str(salt), str(value)) for name, (salt, value) in dict(d["values"]).items()}
        return int(d["n"]), str(d["at"]), values
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise LogError(notice("log line unreadable")) from error


def ranges_of(numbers: list[int]) -> list[list[int]]:
    """Ascending numbers as ranges, both ends inclusive."""
    found: list[list[int]] = []
    for n in numbers:
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return found


def erased_entries(numbers: list[int], why: str) -> list[NewEntry]:
    """The entries that say that values of others (ascending numbers) are erased; several where one were too long."""
    ranges = ranges_of(numbers)
    parts = [ranges[at : at + RANGES_AN_ENTRY] for at in range(0, len(ranges), RANGES_AN_ENTRY)]
    return [NewEntry("erased", {"entries": part, "why": why[:MOST_WHY]}) for part in parts]
