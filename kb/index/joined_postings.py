"""Writes the postings of several segments as one, so that a term is looked up once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kb.index.postings import POSTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.index.postings import Postings
    from kb.types import Array


def write_joined(parts: Sequence[Postings], firsts: Array, folder: Path) -> None:
    """Writes the postings of several segments as one; the rows of each part follow those of the part before it.

    ``firsts`` are the first row of each part, and the number of all rows. The rows of a term are in ascending order, as
    in the parts. No list as long as all postings is held in memory.

    :raises OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [np.zeros(0, np.uint64), *(part.hashes for part in parts)]
    hashes = np.unique(np.concatenate(names))
    at = [np.searchsorted(hashes, part.hashes) for part in parts]
    counts = np.zeros(len(hashes), np.int64)
    for part, mine in zip(parts, at, strict=True):
        counts[mine] += part.sizes
    ends = np.cumsum(counts)
    free = ends - counts
    total = int(ends[-1]) if len(ends) else 0
    for name, values in zip(POSTINGS, (hashes, ends), strict=False):
        np.save(folder / f"{name}.npy", values)
    rows, often = (
        _array(folder / f"{name}.npy", kind, total) for name, kind in zip(POSTINGS[2:], NUMBERS_OF, strict=True)
    )
    for part, mine, first in zip(parts, at, firsts, strict=False):
        sizes = part.sizes
        starts = np.cumsum(sizes) - sizes
        place = np.repeat(free[mine] - starts, sizes) + np.arange(int(sizes.sum()))
        held, times = part.slice(0, len(place))
        rows[place] = held + np.int32(first)
        often[place] = times
        free[mine] += sizes
    if total:
        rows.flush()
        often.flush()


NUMBERS_OF = (np.int32, np.uint16)


def _array(path: Path, kind: type, n: int) -> Any:
    """An array in a new file, mapped into memory where it has any numbers."""
    if not n:
        np.save(path, np.zeros(0, kind))
        return np.zeros(0, kind)
    return np.lib.format.open_memmap(path, "w+", kind, (n,))
