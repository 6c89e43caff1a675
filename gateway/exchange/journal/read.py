"""Journal reading: search for exchanges, and look-up of an exchange by its id."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.domain.identifiers import SHORTEST_PREFIX, whole_identity
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import Exchange, JournalFilter

_IDENTITY_LETTERS = frozenset("0123456789abcdef-")


class SearchableJournal(Protocol):
    """The journal, as far as it is read. Every method raises ServiceUnavailable."""

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """Exchanges that match, newest first, at most `count`."""

    def find(self, identity: str) -> Exchange | None:
        """The exchange of an id, with both messages; None without one."""

    def ids_beginning(self, prefix: str, count: int) -> Sequence[str]:
        """Ids that begin so, at most `count`. prefix: of hexadecimal digits and hyphens."""


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """Reads the journal and changes nothing. Every method raises ServiceUnavailable.

    certificates: gives the fingerprints of a partner's certificates, also of refused ones.
    """

    journal: SearchableJournal
    certificates: Callable[[str], frozenset[str]] = lambda _: frozenset()

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """Exchanges that match, newest first, at most `count`.

        Those of a caller include the ones whose certificate was the partner's and was refused.
        """
        if wanted.caller is not None:
            wanted = replace(wanted, fingerprints=self.certificates(wanted.caller))
        return self.journal.search(wanted, count)

    def find(self, identity: str) -> Exchange | None:
        """The exchange of an id, which a fault shows as incident number; None without one.

        identity: the id, or a beginning that is unique. Raises InvalidRequest where it is not.
        """
        return self.journal.find(self.whole(identity))

    def whole(self, identity: str) -> str:
        """The whole id of its beginning, as `find` takes it."""
        wanted = trimmed(identity).lower()
        if len(wanted) < SHORTEST_PREFIX or not _IDENTITY_LETTERS.issuperset(wanted):
            return wanted
        return whole_identity(wanted, self.journal.ids_beginning(wanted, 2))
