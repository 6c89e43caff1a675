"""Noted head of the journal: the anchor outside of this machine by which a roll-back is found.

Whoever puts an older copy of the database in place, or empties the journal, leaves a chain of heads
that is whole and signed. Only a head that was noted in another place shows what is missing.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from gateway.domain.white_space import trimmed
from gateway.exchange.journal.heads import Statement, statement_of
from gateway.exchange.ports import Head

_NOTED = re.compile(r"([1-9][0-9]{0,17}) +([0-9A-Fa-f]{64})(?: +([1-9][0-9]{0,17}|0))?")


@dataclass(frozen=True, slots=True)
class NotedHead:
    """A head as it is noted elsewhere: `1234 3fa9... 56789`.

    batch: from 1.  digest: SHA-256 of the head's statement, hex.
    total: number of records up to and with this batch; None where it was not noted.
    """

    batch: int
    digest: str
    total: int | None = None

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The head that a note names. Raises ValueError for anything but 2 or 3 parts, whole."""
        found = _NOTED.fullmatch(trimmed(text))
        if found is None:
            raise ValueError("not a head")
        batch, digest, total = found.groups()
        return cls(int(batch), digest.lower(), int(total) if total else None)

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """The note on a head."""
        return cls(statement.batch, statement.digest, statement.total)

    def __str__(self) -> str:
        parts = (self.batch, self.digest, self.total)
        return " ".join(str(part) for part in parts if part is not None)

    def is_of(self, head: Head) -> bool:
        """Whether this very head was noted. The digest is over all that stands in it."""
        return head.batch == self.batch and sha256(head.statement).hexdigest() == self.digest

    def discrepancy(self, head: Head | None, last: int, newest: Statement | None) -> str | None:
        """What is wrong, as a sentence, or None.

        head: the journal's head of the noted batch; None where there is none.
        last: number of the newest head; 0 where nothing is sealed.
        newest: what that head says; None where it cannot be read.
        """
        if head is not None:
            if self.is_of(head):
                return None
            return (
                f"Head {self.batch} is not the one that was noted ({self.digest}): the journal was"
                " rolled back to before it and written anew, or it is another journal."
            )
        if last > self.batch:
            return f"Head {self.batch} was noted, and it is not in the journal: it was removed."
        text = (
            f"The journal ends at head {last}; head {self.batch} was noted: {self.batch - last}"
            " batches are missing"
        )
        if self.total is not None and (newest or not last):
            text += f", {self.total - (newest.total if newest else 0)} records in them"
        since = f"sealed after {newest.sealed_at}" if newest else "that was ever sealed"
        return f"{text}. It was rolled back or emptied: everything {since} is gone."


def newest_noted(head: Head | None) -> NotedHead | None:
    """The note on the newest head; None for no head. Raises ValueError for an unreadable one."""
    return NotedHead.of(statement_of(head.statement)) if head else None
