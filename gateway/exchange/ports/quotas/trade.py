"""Port of the trade under quotas: sums of the lines of our export permits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gateway.domain.quotas.lines import TradeSum


@dataclass(frozen=True, slots=True)
class TradeFilter:
    """Lines that are added up.

    country: of the issuing authorities.  begins, ends: days of issue, both included.
    today: by which a permit is open or has expired.
    names: as of the lines; None: all.
    without: number of a permit that is left out; empty for none.
    """

    country: str
    begins: date
    ends: date
    today: date
    names: Collection[str] | None = None
    without: str = ""


class QuotaTrade(Protocol):
    """Trade under quotas. Sums are made by the database, over its indexes."""

    def names(self, wanted: TradeFilter) -> Sequence[str]:
        """Return the names of the lines, each once. Raises ServiceUnavailable."""

    def sums(self, wanted: TradeFilter) -> Sequence[TradeSum]:
        """Return the sums of the lines that are alike. Raises ServiceUnavailable."""
