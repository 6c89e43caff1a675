"""Port of risk records: permits that may be inspected, and issuers of a number."""

from collections.abc import Collection, Sequence
from typing import Protocol

from gateway.domain.trace.named import DocumentName


class RiskRecords(Protocol):
    """Every method raises ServiceUnavailable."""

    def issuers_of(self, number: str) -> Sequence[str]:
        """Return the issuers of all permits of a number that are known here.

        `MZ/ANAC` of ours; the code of the country of others, which our customs asked for, counted
        on, or saw named.
        """

    def newest_open(self, most: int, without: Collection[str] = ()) -> Sequence[DocumentName]:
        """Return the newest of our permits that are issued, whether expired or not.

        without: countries whose permits do not count.
        """

    def looked_up(self, most: int) -> Sequence[DocumentName]:
        """Return the foreign permits that customs officers looked up last, each once."""
