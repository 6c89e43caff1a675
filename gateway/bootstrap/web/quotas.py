"""Pages of quotas, over the accounts of the gateway."""

from collections.abc import Sequence
from time import monotonic

from gateway.bootstrap.gateway import Gateway
from gateway.domain.quotas.account import QuotaAccount
from gateway.exchange.result_cache import ResultCache
from gateway.web.people.page import Area
from gateway.web.quotas.pages import QuotaPages, quota_area

ACCOUNTS_SECONDS = 60.0
"""For which the accounts of a year are shown again: all permits of the year count for them."""


def quotas(gateway: Gateway) -> Area:
    """The area of quotas."""

    def accounts(year: int) -> Sequence[QuotaAccount]:
        return list(gateway.listings.accounts.of_year(year))

    counted = ResultCache(accounts, ACCOUNTS_SECONDS, gateway.clock, monotonic)
    return quota_area(QuotaPages(counted.get, lambda: gateway.clock().year))
