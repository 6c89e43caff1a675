"""List of the permits that this gateway holds and answers, by number, status, country, expiry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Clock, ListedPermit, PermitList

_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class PermitFilter:
    """Filter of a list of permits; None, or empty, leaves a condition out.

    number: a part of it.  country: may see it, as country of export, import or transit.
    expires_before: the last day of box 2 is before this day.  expired: at this moment.
    """

    number: str = ""
    status: Status | None = None
    country: str | None = None
    expires_before: date | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class ListPermits:
    """Use case: list permits of ours."""

    permits: PermitList
    clock: Clock

    def listed(self, wanted: PermitFilter) -> Iterator[ListedPermit]:
        """Yield the permits in the order they were first published; a page of them in memory.

        Raises InvalidRequest for a country that is none, ServiceUnavailable.
        """
        if wanted.country is not None:
            IsoCountryCode.parse(wanted.country)
        last = 0
        while page := self.permits.details_after(last, _PAGE_SIZE):
            last = page[-1].place
            yield from (each for each in page if self._is_wanted(each, wanted))

    def is_expired(self, listed: ListedPermit) -> bool:
        """Whether the last day of box 2 is over."""
        return listed.permit.expired_since(self.clock()) is not None

    def _is_wanted(self, listed: ListedPermit, wanted: PermitFilter) -> bool:
        last = listed.permit.valid_until
        return (
            wanted.number in listed.permit.number.text
            and wanted.status in (None, listed.status)
            and (wanted.country is None or wanted.country in listed.countries)
            and (
                wanted.expires_before is None
                or (last is not None and last.date() < wanted.expires_before)
            )
            and (not wanted.expired or self.is_expired(listed))
        )


def require_day(text: str | None) -> date | None:
    """A day as a person types it. Raises InvalidRequest."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidRequest("A day is written as 2026-03-31.", box="2") from None
