"""Merkle tree of RFC 9162, against its recursive definition and published hashes."""

from hashlib import sha256

import pytest

from gateway.domain.merkle import leaf, root

KNOWN = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
"""Entries and roots that implementations of Certificate Transparency test themselves with."""
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize(("size", "expected"), ROOTS.items())
def test_roots_known_from_elsewhere(size: int, expected: str) -> None:
    assert root([leaf(entry) for entry in KNOWN[:size]]).hex() == expected


def by_definition(leaves: list[bytes]) -> bytes:
    """Section 2.1.1: halves at the largest power of two that is less than the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_definition(leaves[:half]) + by_definition(leaves[half:])).digest()


@pytest.mark.parametrize("size", range(1, 70))
def test_every_small_tree_is_that_of_the_definition(size: int) -> None:
    leaves = [leaf(bytes([number])) for number in range(size)]
    assert root(leaves) == by_definition(leaves)


def test_no_record_passes_for_a_node() -> None:
    one, two = leaf(b"one"), leaf(b"two")
    assert root([one, two]) != leaf(one + two)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
