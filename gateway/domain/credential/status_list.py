"""Bitstring status list: a bit for each credential; the bit that is set revokes it.

A list has 131,072 entries, so that whoever fetches it does not say which permit is looked at. An
index is the row of the permit in the store, and nothing else is kept for it. A credential of a
permit that was changed since must not count, so the lists differ by the number of changes: the
credential of a permit that was changed twice stands in list `2-0`, and all of `0-0` and `1-0` are
revoked for this permit.
Source: W3C Bitstring Status List 1.0, sections 2.2, 3.3 and 3.4.
"""

import gzip
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

LENGTH = 131_072
"""Entries of a list of ours, and the fewest that are accepted of another issuer."""
MOST_BYTES = 2 * 1024 * 1024
"""Of a list of another issuer, unpacked: 16,777,216 entries."""
MOST_CHARACTERS = 3 * 1024 * 1024
"""Of a list as it is written."""
_MULTIBASE = "u"
"""Base64url without padding. Source: Multibase."""
_GZIP = 31
_NAME = re.compile(r"(0|[1-9][0-9]{0,5})-(0|[1-9][0-9]{0,5})")
_WRITTEN = re.compile(r"u[A-Za-z0-9_-]*")


class ListUnusable(ValueError):
    """The list says nothing about an index. The text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class ListName:
    """Name of a list of ours. changes: of its permits.  page: of the rows of the store."""

    changes: int
    page: int

    @classmethod
    def of(cls, changes: int, place: int) -> Self:
        """Return the name of the list of a permit. place: its row id."""
        return cls(changes, place // LENGTH)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `0-0`. Raises ListUnusable."""
        found = _NAME.fullmatch(text)
        if found is None:
            raise ListUnusable("There is no status list of this name.")
        return cls(int(found[1]), int(found[2]))

    @property
    def places(self) -> range:
        """Row ids that the list is about."""
        return range(self.page * LENGTH, (self.page + 1) * LENGTH)

    def __str__(self) -> str:
        return f"{self.changes}-{self.page}"


@dataclass(frozen=True, slots=True)
class StatusBits:
    """The bits of a list; index 0 is the highest bit of the first byte."""

    octets: bytes

    @classmethod
    def of(cls, indexes: Iterable[int]) -> Self:
        """Return a list of ours with these bits set."""
        octets = bytearray(LENGTH // 8)
        for index in indexes:
            octets[index // 8] |= 0x80 >> index % 8
        return cls(bytes(octets))

    def is_set(self, index: int) -> bool:
        """Return the bit of an index. Raises ListUnusable where the list does not have it."""
        if not 0 <= index < len(self.octets) * 8:
            raise ListUnusable("The status list has no entry of this index.")
        return bool(self.octets[index // 8] & 0x80 >> index % 8)

    def written(self) -> str:
        """Return the list as a credential carries it: GZIP, then Multibase in base64url."""
        packed = gzip.compress(self.octets, mtime=0)
        return _MULTIBASE + urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """The inverse of `written`, within bounds. Raises ListUnusable."""
        if len(text) > MOST_CHARACTERS or not _WRITTEN.fullmatch(text):
            raise ListUnusable("The status list is not in base64url, or it is too long.")
        try:
            packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
            inflate = zlib.decompressobj(_GZIP)
            octets = inflate.decompress(packed, MOST_BYTES)
            # At the bound the end may be unread, though there is nothing before it.
            rest = inflate.decompress(inflate.unconsumed_tail, 1)
        except (ValueError, zlib.error):
            raise ListUnusable("The status list is damaged.") from None
        if rest or not inflate.eof or inflate.unused_data:
            raise ListUnusable(
                f"The status list is longer than {MOST_BYTES} bytes, or it is not whole."
            )
        if len(octets) * 8 < LENGTH:
            raise ListUnusable(f"The status list has less than {LENGTH} entries.")
        return cls(octets)
