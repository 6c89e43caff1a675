"""Port of records of trade: our permits with their confirmations, foreign permits with our counts.

Both are read page by page, so that a year of any size needs bounded memory.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.identifiers import Authority
from gateway.domain.published import PublishedPermit
from gateway.domain.report.foreign_permits import Count

Key = tuple[str, str]
"""Issuing country and number of a foreign permit."""


@dataclass(frozen=True, slots=True)
class CountedAbroad:
    """A foreign permit with all that our customs counted on it, oldest first."""

    country: str
    number: str
    counts: tuple[Count, ...]

    @property
    def key(self) -> Key:
        """Country and number together."""
        return self.country, self.number


class TradeRecords(Protocol):
    """Every method raises ServiceUnavailable."""

    def permits_after(
        self,
        place: int,
        most: int,
        authorities: Collection[Authority],
        *,
        confirmed: bool = False,
    ) -> Sequence[tuple[int, PublishedPermit]]:
        """Return the next permits of these authorities after a place, each with its place.

        place: row id of the store.  most: of them.
        confirmed: only those on which quantities were confirmed.
        """

    def counted_after(self, key: Key, most: int) -> Sequence[CountedAbroad]:
        """Return the next foreign permits after a key that our customs counted, in their order.

        Counts that a person has given up are left out.
        """

    def own(self, country: str, number: str, caller: str) -> Sequence[PublishedPermit]:
        """Return our permits of a number on which a caller confirmed quantities.

        Several where the country has several authorities. A permit on which it confirmed nothing
        costs the same as one that does not exist.
        """

    def counted(self, key: Key) -> CountedAbroad | None:
        """Return what our customs counted on a foreign permit; None where they counted nothing."""
