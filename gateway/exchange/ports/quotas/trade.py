"""Port of the trade under quotas: sums of the lines of our export permits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.quotas.lines import TradeSum
from gateway.domain.references.rows import ExportQuota
from gateway.domain.rules import Finding

PermitKey = tuple[Authority, CertificateNumber]
"""Authority and number of a permit."""


@dataclass(frozen=True, slots=True)
class TradeFilter:
    """Lines that are added up.

    country: of the issuing authorities.  begins, ends: days of issue, both included.
    today: by which a permit is open or has expired.
    names: as of the lines; None: all.
    without: authority and number of a permit that is left out; None: of none.
    """

    country: str
    begins: date
    ends: date
    today: date
    names: Collection[str] | None = None
    without: PermitKey | None = None


class QuotaTrade(Protocol):
    """Trade under quotas. Sums are made by the database, over its indexes."""

    def names(self) -> Sequence[str]:
        """Return the names of all lines, of any country and year, each once.

        Its cost grows with the number of names, not of lines.  Raises ServiceUnavailable.
        """

    def sums(self, wanted: TradeFilter) -> Sequence[TradeSum]:
        """Return the sums of the lines that are alike. Raises ServiceUnavailable."""


class QuotaCount(Protocol):
    """Count of what our permits took of a quota."""

    def under(
        self, quota: ExportQuota, country: str, day: date, without: PermitKey | None = None
    ) -> Quantity | None:
        """Return what the permits of a country took, in the unit of the quota.

        day: by which the period is found.  without: a permit that is left out.
        None where the quota is no quantity.  Raises ServiceUnavailable.
        """


class QuotaWatch(Protocol):
    """Findings on permits that pass a quota together with those that were published before."""

    def passed(
        self, trade: QuotaTrade, stored: Sequence[PublishedPermit]
    ) -> Mapping[PermitKey, tuple[Finding, ...]]:
        """Return the findings on permits that were stored in this unit of work, in order.

        trade: of the unit of work, so that permits of one batch count together.
        Raises ServiceUnavailable.
        """

    def rehearsal(self) -> "QuotaRehearsal":
        """Begin a rehearsal, in which nothing is stored."""


class QuotaRehearsal(Protocol):
    """Rehearsal of a publication: each permit counts for those after it."""

    def passed(self, trade: QuotaTrade, permit: PublishedPermit) -> tuple[Finding, ...]:
        """Return the findings on a permit that is not stored. Raises ServiceUnavailable."""
