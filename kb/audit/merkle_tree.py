"""The hash tree of RFC 9162 over the lines of a log: its root while it grows, and proofs that a line is in it. Pure.

A leaf is hashed after a zero byte and a pair of hashes after a one byte, so that a leaf cannot be taken for a pair.
This is our own code because the packages that offer such trees keep every hash in memory, or have a licence that
forbids us to distribute them. A log is read as a stream here, and the tree keeps one hash for each level.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def pair_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees, 32 bytes (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class GrowingTree:
    """A tree to which leaves are added. ``size`` counts the leaves, ``peaks`` are the roots of its complete subtrees,
    the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Adds the hash of a leaf (:func:`leaf_hash`)."""
        self.peaks.append(leaf)
        filled = self.size
        while filled & 1:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(pair_hash(left, right))
            filled >>= 1
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far, 32 bytes; of an empty tree SHA-256 of nothing."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = pair_hash(peak, found)
        return found


Range = tuple[int, int]
"""The leaves ``[first, end)`` of a subtree, counted from 0."""


def _divided(part: Range) -> int:
    """The leaf at which a subtree is divided: after the largest power of two that is smaller than its size."""
    return part[0] + (1 << ((part[1] - part[0] - 1).bit_length() - 1))


def _siblings(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove a leaf, from the leaf upwards."""
    found: list[Range] = []
    part = (0, size)
    while part[1] - part[0] > 1:
        middle = _divided(part)
        left, right = (part[0], middle), (middle, part[1])
        part, other = (left, right) if index < middle else (right, left)
        found.append(other)
    return found[::-1]


def _is_power(part: Range) -> bool:
    width = part[1] - part[0]
    return width & (width - 1) == 0


def _whole_parts(part: Range) -> list[Range]:
    """The complete subtrees (their sizes are powers of two) of which a subtree consists."""
    if _is_power(part):
        return [part]
    middle = _divided(part)
    return [(part[0], middle), *_whole_parts((middle, part[1]))]


def inclusion_proofs(leaves: Iterable[bytes], wanted: Sequence[int], size: int) -> dict[int, tuple[bytes, ...]]:
    """The inclusion proof of each wanted leaf (RFC 9162, 2.1.3.1): the hashes on the way from it to the root.

    The leaves are read once; only hashes that a proof needs are kept.

    :param wanted: numbers of leaves, from 0.
    :param size: the proofs are for the tree of the first ``size`` leaves.
    :raises ValueError: a wanted number is not below ``size``, or there are fewer leaves than ``size``.
    """
    if any(not 0 <= index < size for index in wanted):
        raise ValueError(f"a wanted leaf is not among the first {size:,}")
    paths = {index: _siblings(index, size) for index in wanted}
    needed = {whole for path in paths.values() for part in path for whole in _whole_parts(part)}
    known: dict[Range, bytes] = {}
    open_parts: list[tuple[Range, bytes]] = []
    count = 0
    for leaf in leaves:
        if count == size:
            break
        part, found = (count, count + 1), leaf
        count += 1
        while True:
            if part in needed:
                known[part] = found
            width = part[1] - part[0]
            if not (open_parts and open_parts[-1][0] == (part[0] - width, part[0]) and part[0] % (2 * width)):
                break
            before, left = open_parts.pop()
            part, found = (before[0], part[1]), pair_hash(left, found)
        open_parts.append((part, found))
    if count < size:
        raise ValueError(f"{count:,} leaves, not {size:,}")
    return {index: tuple(_hash_of_part(part, known) for part in path) for index, path in paths.items()}


def _hash_of_part(part: Range, known: dict[Range, bytes]) -> bytes:
    if part not in known:
        middle = _divided(part)
        known[part] = pair_hash(_hash_of_part((part[0], middle), known), _hash_of_part((middle, part[1]), known))
    return known[part]


def proven_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof computes from a leaf (RFC 9162, 2.1.3.2); ``None`` if the proof has the wrong length."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = pair_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = pair_hash(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None
