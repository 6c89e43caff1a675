"""Duties that one worker does at a time, of all processes and nodes that share the store."""

from contextlib import AbstractContextManager
from typing import Protocol


class Turns(Protocol):
    """Whose turn is it?"""

    def take(self, duty: str) -> AbstractContextManager[bool]:
        """Whether the duty is ours for the length of the block; False where somebody is at it already.

        The turn ends with the block, with this process, or when the database is lost: it keeps workers from doing the
        same thing twice for nothing, and is no proof that nobody else does it; that is for the database to decide.
        duty: a short word of our own.  Raises ServiceUnavailable.
        """
