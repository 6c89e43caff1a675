"""Port of the search of permits of one authority. Each call reads a bounded part of an index."""

from collections.abc import Sequence
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.permit.status import Status
from gateway.exchange.ports.permits import ListedPermit


class PermitSearch(Protocol):
    """Every method raises ServiceUnavailable."""

    def numbered(
        self, authority: Authority, beginning: str, after: str, most: int
    ) -> Sequence[ListedPermit]:
        """Return permits whose number begins so, by number, those after a number.

        after: empty for the first.  most: of them.
        """

    def newest(
        self, authority: Authority, statuses: Sequence[Status], before: int | None, most: int
    ) -> Sequence[ListedPermit]:
        """Return permits of these statuses, the newest first, those before a place.

        before: row id of the store; None for the first.  most: of them.
        """

    def named(self, place: int) -> tuple[Authority, CertificateNumber] | None:
        """Return authority and number of the permit at a place; None where there is none."""

    def place(self, authority: Authority, number: CertificateNumber) -> int | None:
        """Return the place of a permit, the inverse of `named`."""
