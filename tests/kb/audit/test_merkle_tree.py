"""The hash tree: the published vectors of RFC 6962's first implementation, and proofs of every leaf."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.audit.merkle_tree import EMPTY_ROOT, GrowingTree, inclusion_proofs, leaf_hash, pair_hash, proven_root

LEAVES = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def whole_root(leaves: list[bytes]) -> bytes:
    """The root as the standard defines it, by dividing: an oracle that shares nothing with the growing tree."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return pair_hash(whole_root(leaves[:k]), whole_root(leaves[k:]))


def test_the_roots_are_those_that_were_published() -> None:
    tree = GrowingTree()
    assert tree.root == EMPTY_ROOT
    for data, root in zip(LEAVES, ROOTS, strict=True):
        tree.add(leaf_hash(data))
        assert tree.root.hex() == root


@pytest.mark.parametrize("size", [*range(1, 34), 100, 257])
def test_every_leaf_of_every_size_is_proven(size: int) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(size)]
    root = whole_root(leaves)
    proofs = inclusion_proofs(leaves, range(size), size)
    for n, leaf in enumerate(leaves):
        assert proven_root(leaf, n, size, proofs[n]) == root
        if size > 1:
            assert proven_root(leaf, (n + 1) % size, size, proofs[n]) != root
            assert proven_root(leaf, n, size, proofs[n][:-1]) != root
            assert proven_root(leaf, n, size, (*proofs[n], leaf)) != root
        assert proven_root(leaf_hash(b"other"), n, size, proofs[n]) != root


@given(st.integers(1, 300), st.data())
def test_proofs_of_some_leaves_are_those_of_all(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(size)]
    wanted = data.draw(st.lists(st.integers(0, size - 1), max_size=5))
    all_of_them = inclusion_proofs(leaves, range(size), size)
    assert inclusion_proofs(iter([*leaves, b"later"]), wanted, size) == {n: all_of_them[n] for n in wanted}


def test_a_leaf_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not among"):
        inclusion_proofs([], [0], 0)
    with pytest.raises(ValueError, match="1 leaves, not 2"):
        inclusion_proofs([leaf_hash(b"")], [0], 2)
