"""Filter of withdrawn permits: a Golomb-coded set, small enough to travel with every key list.

Each permit that was cancelled or replaced is a number below N * 784931, made of SHA-256 over the
salt of the list and `COUNTRY/AUTHORITY/NUMBER`. The numbers are sorted, and the differences are
Golomb-Rice codes (19 bits of remainder): about 21 bits for each permit. A permit in the set is
always found; another is found with a probability of 1 in 784,931. So an answer is
either "not withdrawn by this list" or "may be withdrawn: ask".
Source: BIP 158 (the same parameters; there the hash is SipHash).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Self

from gateway.domain.identifiers import Authority

FALSE_POSITIVES = 784_931
"""One permit in so many is found although it is not in the set."""
_REMAINDER_BITS = 19
SALT_BYTES = 16
MOST_PERMITS = 1_000_000
_MOST_BITS_FOR_EACH = _REMAINDER_BITS + 3
"""The quotients of all permits together are at most twice their number."""


@dataclass(frozen=True)
class WithdrawnPermits:
    """The filter. salt: of this list, random.  count: permits in it.  coded: the Golomb codes."""

    salt: bytes
    count: int
    coded: bytes

    @classmethod
    def of(cls, permits: Iterable[tuple[Authority, str]], salt: bytes) -> Self:
        """Make the filter of permits, by authority and number, each once.

        salt: SALT_BYTES random bytes, so that two lists do not share their false positives.
        """
        names = sorted({_name(authority, number) for authority, number in permits})
        places = sorted(_place(salt, name, len(names)) for name in names)
        bits = "".join(
            "1" * (difference >> _REMAINDER_BITS)
            + "0"
            + format(difference & (1 << _REMAINDER_BITS) - 1, f"0{_REMAINDER_BITS}b")
            for difference in (later - before for before, later in pairwise([0, *places]))
        )
        padded = bits + "0" * (-len(bits) % 8)
        coded = bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8))
        return cls(salt, len(names), coded)

    def __contains__(self, permit: tuple[Authority, str]) -> bool:
        """Whether a permit may be withdrawn."""
        return self.count > 0 and _place(self.salt, _name(*permit), self.count) in self._places

    def require_whole(self) -> None:
        """Raises ValueError where the codes do not hold `count` numbers."""
        if len(self.salt) != SALT_BYTES or not 0 <= self.count <= MOST_PERMITS:
            raise ValueError("no filter")
        if len(self.coded) * 8 > self.count * _MOST_BITS_FOR_EACH + 7:
            raise ValueError("a filter that is too long")
        _ = self._places

    @cached_property
    def _places(self) -> frozenset[int]:
        return frozenset(self._read())

    def _read(self) -> Iterator[int]:
        """The numbers. Raises ValueError."""
        bits = "".join(format(byte, "08b") for byte in self.coded)
        at = place = 0
        for _ in range(self.count):
            end = bits.find("0", at)
            rest = bits[end + 1 : end + 1 + _REMAINDER_BITS]
            if end < 0 or len(rest) < _REMAINDER_BITS:
                raise ValueError("a filter that ends too early")
            place += (end - at << _REMAINDER_BITS) + int(rest, 2)
            at = end + 1 + _REMAINDER_BITS
            yield place


def _name(authority: Authority, number: str) -> bytes:
    return f"{authority.country}/{authority.code}/{number}".encode()


def _place(salt: bytes, name: bytes, count: int) -> int:
    """A number below count * FALSE_POSITIVES, evenly spread."""
    return int.from_bytes(sha256(salt + name).digest()[:8]) * count * FALSE_POSITIVES >> 64
