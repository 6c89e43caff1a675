"""Ports of the rules: reference data, and the history of permits.

What is not known gives None or nothing, and no finding: a rule never guesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.facts import TaxonFacts
from gateway.domain.references.rows import (
    BreedingOperation,
    DataKind,
    ExportQuota,
    TradeSuspension,
)


class References(Protocol):
    """Reference data: taxa, listings, quotas, suspensions, registers."""

    def newest(self) -> "References":
        """Return the same data, to judge one permit.

        An import meanwhile is seen at the latest by the next permit.  Raises ServiceUnavailable.
        """

    def has(self, kind: DataKind) -> bool:
        """Whether data of a kind were imported. Raises ServiceUnavailable."""

    def taxon(self, name: str) -> TaxonFacts | None:
        """Return what is known of the taxon that box 7 names; None where it is not known.

        A name that is a synonym of several taxa is not known. Raises ServiceUnavailable.
        """

    def suspensions(self, country: str) -> Sequence[TradeSuspension]:
        """Return the suspensions of all taxa with a country. Raises ServiceUnavailable."""

    def is_non_party(self, country: str, day: date) -> bool:
        """Whether the country is known not to be a Party on a day. Raises ServiceUnavailable."""

    def operation(self, number: str) -> Sequence[BreedingOperation]:
        """Return the registered operations of a number. Raises ServiceUnavailable."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a permit that was booked here. at: aware.  by: person or partner."""

    at: datetime
    by: str


class History(Protocol):
    """History of permits: what this gateway itself published, asked and confirmed."""

    def known_to_issuer(self, country: str, number: str) -> bool | None:
        """Whether the issuing country knows a permit; None where it was not asked.

        Raises ServiceUnavailable.
        """

    def permit(self, country: str, number: str) -> Permit | None:
        """Return the content of a permit; None where it is not known here.

        Raises ServiceUnavailable.
        """

    def under(
        self, quota: ExportQuota, issuer: Authority, day: date, number: CertificateNumber
    ) -> Quantity | None:
        """Return what other permits of the issuer's country took of a quota, in its unit.

        issuer, number: of the permit that is left out.  day: of its issue. None where the permits
        are not known here.
        Raises ServiceUnavailable.
        """

    def use(self, country: str, number: str) -> Use | None:
        """Return the first use of a permit that was booked here; None where there is none.

        Raises ServiceUnavailable.
        """
