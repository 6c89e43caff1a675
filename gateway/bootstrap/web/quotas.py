"""Pages of quotas, over the accounts of the gateway."""

from gateway.bootstrap.gateway import Gateway
from gateway.web.people.page import Area
from gateway.web.quotas.pages import QuotaPages, quota_area


def quotas(gateway: Gateway) -> Area:
    """The area of quotas."""
    return quota_area(
        QuotaPages(
            lambda year: list(gateway.listings.accounts.of_year(year)),
            lambda: gateway.clock().year,
        )
    )
