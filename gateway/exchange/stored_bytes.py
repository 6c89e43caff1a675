"""Deduplication of answers: bytes that remember which of their parts the store has already.

The journal refers to such parts by their hash instead of storing a permit again with every answer.
To all other code both classes are ordinary bytes. Bytes that were changed on the way, as by a
signature, are plain again and are stored whole.
"""

from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from typing import Self


class StoredBytes(bytes):
    """Bytes that are stored permanently, or the base64 of such bytes.

    key: SHA-256 of the stored bytes, lower-case hex.
    """

    key: str
    is_base64: bool

    def __new__(cls, content: bytes, key: str, *, is_base64: bool = False) -> Self:
        stored = super().__new__(cls, content)
        stored.key, stored.is_base64 = key, is_base64
        return stored

    @cached_property
    def base64(self) -> "StoredBytes":
        """Base64 of the bytes; computed once, as the same document is answered many times."""
        return StoredBytes(b64encode(self), self.key, is_base64=True)


class ComposedBytes(bytes):
    """Bytes composed of parts, some of them `StoredBytes`."""

    parts: tuple[bytes, ...]

    def __new__(cls, parts: Iterable[bytes]) -> Self:
        parts = tuple(parts)
        composed = super().__new__(cls, b"".join(parts))
        composed.parts = parts
        return composed


def in_base64(content: bytes) -> bytes:
    """Return the base64 of bytes; that of `StoredBytes` is `StoredBytes` again."""
    return content.base64 if isinstance(content, StoredBytes) else b64encode(content)


def parts_of(content: bytes) -> tuple[bytes, ...]:
    """Return the parts of composed bytes; other bytes are their only part."""
    return content.parts if isinstance(content, ComposedBytes) else (content,)
