"""Time-stamps of somebody else's over heads of the journal (RFC 3161)."""

from typing import Protocol


class TimeStamper(Protocol):
    """A time-stamping authority."""

    def stamp(self, data: bytes) -> bytes:
        """Its token over the SHA-256 of the data, DER, verified. Raises ServiceUnavailable where none comes."""


class HeadStamps(Protocol):
    """The tokens kept beside the heads. Raises ServiceUnavailable."""

    def newest_unstamped(self) -> tuple[int, bytes] | None:
        """Number and signed statement of the newest head, if it has no token yet."""

    def keep_stamp(self, batch: int, token: bytes) -> None:
        """Keep the token of a head; one that is there already stays."""
