"""Page of quota accounts: a table with a bar for each quota, passed ones first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from starlette.responses import Response

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import plain
from gateway.domain.quotas.account import Basis, QuotaAccount
from gateway.exchange.result_cache import CachedResult
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page
from gateway.web.people.visit import Visit

_ROLES = frozenset({Role.AUTHORITY, Role.OPERATOR})
_YEARS = range(1975, 2201)
_BASES = {
    Basis.CONFIRMED: Sentence("confirmed by customs"),
    Basis.PERMITTED: Sentence("permitted"),
    Basis.BOTH: Sentence("confirmed and permitted"),
    Basis.NONE: Sentence("nothing yet"),
}
_WIDTH = 100
_MOST_SHOWN = 500

AccountsOfYear = Callable[[int], CachedResult[Sequence[QuotaAccount]]]
"""Gives the accounts of a year, with the moment of the count. Raises ServiceUnavailable."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar of a quota in a drawing of 100 units. limit: where the quota stands."""

    used: str
    reserved: str
    limit: str


@dataclass(frozen=True, slots=True)
class QuotaPages:
    """Handlers. this_year: gives the year of today."""

    accounts: AccountsOfYear
    this_year: Callable[[], int]

    def show(self, visit: Visit) -> Response:
        """The accounts of the countries of the person's authorities."""
        person, _ = visit.signed_in
        countries = {each.partition("/")[0] for each in person.authorities(*_ROLES)}
        year = _year(visit.query.get("year", ""), self.this_year())
        counted = self.accounts(year)
        found = [each for each in counted.value if each.country in countries]
        found.sort(key=lambda each: not each.is_passed)
        values = {
            "year": year,
            "counted_at": counted.at,
            "accounts": [(each, bar_of(each)) for each in found[:_MOST_SHOWN]],
            "more": max(0, len(found) - _MOST_SHOWN),
            "passed": sum(each.is_passed for each in found),
            "bases": _BASES,
            "amount": plain,
        }
        return visit.page("quotas/quotas.html", values)


def quota_area(pages: QuotaPages) -> Area:
    """The area of quotas."""
    entry = Entry(
        "/quotas",
        Sentence("Quotas"),
        Sentence("Published quotas of a year: used, reserved, left."),
        _ROLES,
    )
    return Area((Page("/quotas", Access.FULL, pages.show, roles=_ROLES),), (entry,))


def bar_of(account: QuotaAccount) -> Bar | None:
    """The bar of an account; None where the quota is no figure above zero."""
    limit = account.limit
    if limit is None or not limit.amount:
        return None
    whole = max(limit.amount, account.used.total)
    used, reserved = account.used.used / whole, account.used.reserved / whole
    return Bar(_part(used), _part(reserved), _part(limit.amount / whole))


def _part(share: Decimal) -> str:
    return plain((share * _WIDTH).quantize(Decimal("0.01")))


def _year(text: str, otherwise: int) -> int:
    """The year of a query, or this year where it is none."""
    if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in _YEARS:
        return int(text)
    return otherwise
