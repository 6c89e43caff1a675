"""What stands for many records at once, so that none of them can be changed? The root of a Merkle tree.

Source: RFC 9162, section 2.1.1, with SHA-256.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf(record: bytes) -> bytes:
    """The hash of one record."""
    return sha256(b"\x00" + record).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of records, in their order; over none it is the hash of nothing."""
    if not leaves:
        return sha256().digest()
    level = list(leaves)
    while len(level) > 1:  # an odd one out rises as it is: the same tree as the RFC's halves of powers of two
        pairs = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> tuple[tuple[bool, bytes], ...]:
    """What leads from one leaf to the root: (whether it stands on the left, hash) of each to be joined, in order."""
    steps: list[tuple[bool, bytes]] = []
    level = list(leaves)
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            steps.append((beside < place, level[beside]))
        pairs = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        place //= 2
    return tuple(steps)
