"""Misbehaviour of a stand-in: of one kind at a time, each with a bound on time and bytes."""

from dataclasses import dataclass
from enum import StrEnum


class Misbehaviour(StrEnum):
    """Kind of misbehaviour."""

    SLOW = "slow"
    """The right answer, late."""
    DEAD = "dead"
    """The request is read, and nothing is answered."""
    CUT = "cut"
    """The connection ends in the middle of the answer."""
    DRIP = "drip"
    """The right answer, a byte at a time."""
    HUGE = "huge"
    """An answer larger than any client should read."""
    WRONG_XML = "wrong-xml"
    """The answer is not well-formed."""
    WRONG_PERMIT = "wrong-permit"
    """The answer holds another permit than the one asked for, with its own valid seal."""
    BAD_SIGNATURE = "bad-signature"
    """The seal belongs to another document."""
    FAULT_200 = "fault-200"
    """A fault comes with HTTP status 200."""

    @property
    def effect(self) -> str:
        """The effect in words, for a person."""
        return _EFFECTS[self]


_EFFECTS = {
    Misbehaviour.SLOW: "answers rightly, but late",
    Misbehaviour.DEAD: "takes the request and answers nothing",
    Misbehaviour.CUT: "ends the connection in the middle of the answer",
    Misbehaviour.DRIP: "answers rightly, a byte at a time",
    Misbehaviour.HUGE: "answers with more bytes than a client should read",
    Misbehaviour.WRONG_XML: "answers with XML that is not well-formed",
    Misbehaviour.WRONG_PERMIT: "answers with another permit than the one asked for",
    Misbehaviour.BAD_SIGNATURE: "answers with a seal that belongs to another document",
    Misbehaviour.FAULT_200: "answers with a fault at HTTP status 200",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Bounds of misbehaviour.

    slow_seconds: before a late answer.  drip_seconds: between two bytes.
    hold_seconds: longest time that one answer takes, whatever the misbehaviour.
    huge_bytes: of an answer that is too large.
    """

    slow_seconds: float = 10.0
    drip_seconds: float = 0.2
    hold_seconds: float = 120.0
    huge_bytes: int = 256 * 1024 * 1024
