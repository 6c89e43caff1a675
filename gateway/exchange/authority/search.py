"""Search of permits at the desk of an authority, page by page.

Number and status are conditions of the database. Country and expiry are not: they are judged on at
most `MOST_EXAMINED` permits for each page, and the next page goes on where this one stopped. So a
page costs the same among a million permits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Clock, ListedPermit
from gateway.exchange.ports.authority.permit_search import PermitSearch

PAGE_SIZE = 25
MOST_EXAMINED = 200
_LONGEST_NUMBER = 70


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions of a search; empty or None leaves one out.

    beginning: of the number.  country: code of one that may see the permit.
    expired: True: the last day of box 2 is over; False: it is not.
    """

    authority: Authority
    beginning: str = ""
    status: Status | None = None
    country: str = ""
    expired: bool | None = None


@dataclass(frozen=True, slots=True)
class FoundPermit:
    """A permit of a page. expired: whether the last day of box 2 is over."""

    listed: ListedPermit
    expired: bool


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of permits. after: what the next page is asked with; empty where there is none."""

    permits: Sequence[FoundPermit]
    after: str


@dataclass(frozen=True, slots=True)
class SearchPermits:
    """Use case: search permits of one authority."""

    permits: PermitSearch
    clock: Clock

    def page(self, wanted: Wanted, after: str = "") -> FoundPage:
        """Return a page: by number where its beginning is given, else the newest first.

        after: of the page before.  Raises InvalidRequest, ServiceUnavailable.
        """
        if wanted.country:
            IsoCountryCode.parse(wanted.country)
        if len(wanted.beginning) > _LONGEST_NUMBER or len(after) > _LONGEST_NUMBER:
            raise InvalidRequest("A number has at most 70 characters.", box="1")
        if first_unsafe(wanted.beginning + after) is not None:
            raise InvalidRequest("A number has no character that is not seen.", box="1")
        read, name = (self._numbered, _number_of) if wanted.beginning else (self._newest, _place_of)
        found: list[FoundPermit] = []
        examined = 0
        while examined < MOST_EXAMINED:
            batch = read(wanted, after)
            for listed in batch:
                after = name(listed)
                examined += 1
                each = FoundPermit(listed, listed.permit.expired_since(self.clock()) is not None)
                if _fits(each, wanted):
                    found.append(each)
                if len(found) == PAGE_SIZE:
                    return FoundPage(found, after)
            if len(batch) < PAGE_SIZE:
                return FoundPage(found, "")
        return FoundPage(found, after)

    def _numbered(self, wanted: Wanted, after: str) -> Sequence[ListedPermit]:
        return self.permits.numbered(wanted.authority, wanted.beginning, after, PAGE_SIZE)

    def _newest(self, wanted: Wanted, after: str) -> Sequence[ListedPermit]:
        statuses = [wanted.status] if wanted.status else list(Status)
        return self.permits.newest(wanted.authority, statuses, place_of(after), PAGE_SIZE)


def place_of(after: str) -> int | None:
    """A place as an address has it; None for the first page. Raises InvalidRequest."""
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise InvalidRequest("A page of the list begins at a number.")
    return int(after)


def _number_of(listed: ListedPermit) -> str:
    return listed.permit.number.text


def _place_of(listed: ListedPermit) -> str:
    return str(listed.place)


def _fits(each: FoundPermit, wanted: Wanted) -> bool:
    return (
        wanted.status in (None, each.listed.status)
        and (not wanted.country or wanted.country in each.listed.countries)
        and wanted.expired in (None, each.expired)
    )
