"""Journal reading: search for exchanges, and look-up of an exchange by its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.white_space import trimmed
from gateway.exchange.ports import Exchange, JournalFilter


class SearchableJournal(Protocol):
    """The journal, as far as it is read. Every method raises ServiceUnavailable."""

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """Exchanges that match, newest first, at most `count`."""

    def find(self, identity: str) -> Exchange | None:
        """The exchange of an id, with both messages; None without one."""


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """Reads the journal and changes nothing. Every method raises ServiceUnavailable."""

    journal: SearchableJournal

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """Exchanges that match, newest first, at most `count`."""
        return self.journal.search(wanted, count)

    def find(self, identity: str) -> Exchange | None:
        """The exchange of an id, which a fault shows as incident number; None without one."""
        return self.journal.find(trimmed(identity).lower())
