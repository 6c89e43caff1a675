"""Which bytes of an answer does the store keep already? Then the journal names them instead of keeping them again.

Both kinds are ordinary bytes to whoever does not ask. What was signed on the way has lost the mark and is kept once
more.
"""

from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from typing import Self


class Kept(bytes):
    """Bytes as the store keeps them for good, or the base64 of these.

    key: SHA-256 of the bytes in the store, lower-case hex.
    """

    key: str
    is_base64: bool

    def __new__(cls, content: bytes, key: str, *, is_base64: bool = False) -> Self:
        kept = super().__new__(cls, content)
        kept.key, kept.is_base64 = key, is_base64
        return kept

    @cached_property
    def base64(self) -> "Kept":
        """Made once, as what is kept is answered again and again."""
        return Kept(b64encode(self), self.key, is_base64=True)


class Spliced(bytes):
    """Bytes put together out of parts, some of them `Kept`."""

    parts: tuple[bytes, ...]

    def __new__(cls, parts: Iterable[bytes]) -> Self:
        parts = tuple(parts)
        spliced = super().__new__(cls, b"".join(parts))
        spliced.parts = parts
        return spliced


def in_base64(content: bytes) -> bytes:
    """The base64 of it; of kept bytes, it is kept bytes too."""
    return content.base64 if isinstance(content, Kept) else b64encode(content)


def parts_of(content: bytes) -> tuple[bytes, ...]:
    """What it was put together from."""
    return content.parts if isinstance(content, Spliced) else (content,)
