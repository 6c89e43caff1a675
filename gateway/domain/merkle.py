"""Merkle tree of RFC 9162 with SHA-256: leaf hashes, root, and the inclusion path of a leaf.

The root changes with any change of a record or of the order of records.
Source: RFC 9162, sections 2.1.1 and 2.1.3.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf(record: bytes) -> bytes:
    """Return the leaf hash of a record, 32 bytes: SHA-256(0x00, record)."""
    return sha256(b"\x00" + record).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes in order; without leaves the SHA-256 of the empty string."""
    if not leaves:
        return sha256().digest()
    level = list(leaves)
    # A last node without neighbour moves up unchanged. The RFC splits at powers of two from above;
    # both give the same tree.
    while len(level) > 1:
        pairs = [
            sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> tuple[tuple[bool, bytes], ...]:
    """Return the inclusion path of the leaf at a place, from 0.

    Each step is (whether the other node is on the left, its hash), from the leaf up to the root.
    """
    steps: list[tuple[bool, bytes]] = []
    level = list(leaves)
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            steps.append((beside < place, level[beside]))
        pairs = [
            sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
        place //= 2
    return tuple(steps)
