"""Page of quotas in Chromium: accessible, and whole at 320 pixels in each language.

The pages come from the application itself: no server is started.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import ExportQuota
from gateway.domain.references.taxa import Taxon
from gateway.web.people.languages import OF_THE_CONVENTION
from tests.browser import (
    NARROW,
    WIDE,
    a_page,
    is_cut_off,
    screenshot,
    show,
    violations,
)
from tests.builders import a_permit, a_position
from tests.reference_data import put
from tests.store.store_acts import publish
from tests.web.people.conftest import BEGIN, Desk
from tests.web.people.visitor import ORIGIN

pytestmark = pytest.mark.slow
NARROWEST = 320
ALL_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
ANY = Limits(frozenset({"SKI"}), frozenset({"W", "R"}), frozenset())
TAXA = (
    Taxon(1, "Crocodylus niloticus", "SPECIES"),
    Taxon(2, "Panthera pardus", "SPECIES"),
    Taxon(3, "Loxodonta africana", "SPECIES"),
)
QUOTAS = (
    ExportQuota(1, "MZ", Decimal(1600), "", ANY, ALL_YEAR),
    ExportQuota(2, "MZ", Decimal(120), "", ANY, ALL_YEAR),
    ExportQuota(3, "MZ", Decimal(-1), None, Limits(), ALL_YEAR, "Tusks of 100 animals"),
)


def with_trade(desk: Desk) -> None:
    """Quotas, one of them passed; permits that are open, and one that has expired."""
    store = desk.gateway.store
    put(store.reference_data, "1", taxa=TAXA, quotas=QUOTAS)
    (owner,) = desk.gateway.permits.served.authorities
    for at, (name, amount, days) in enumerate(
        [
            ("Crocodylus niloticus", 500, -9),
            ("Crocodylus niloticus", 400, 90),
            ("Panthera pardus", 100, 90),
            ("Panthera pardus", 45, 90),
        ]
    ):
        line = a_position(scientific_name=name, quantity=Quantity(Decimal(amount)), quota=None)
        permit = a_permit(f"MZ26EX00010{at}", positions=(line,))
        permit = replace(permit, valid_until=BEGIN + timedelta(days=days))
        publish(store, PublishedPermit(owner, permit))


@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py has the same template
def test_the_page_is_accessible_and_whole_on_the_narrowest_screen(
    browser: Browser,
    desk: Desk,
) -> None:
    with_trade(desk)
    visitor = desk.signed_in("authority")

    with a_page(browser) as page:
        show(page, visitor)
        page.goto(f"{ORIGIN}/quotas")
        assert page.get_by_role("heading", level=1).inner_text() == "Quotas of 2026"
        assert page.get_by_text("passed", exact=True).count() == 2
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            screenshot(page, f"quotas-{width}")
        assert not violations(page)
        page.emulate_media(color_scheme="dark")
        assert not violations(page, "color-contrast")
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        for language in OF_THE_CONVENTION:
            visitor.get("/quotas")
            visitor.post("/language", {"language": language, "next": "/quotas"})
            page.reload()
            assert page.locator("html").get_attribute("lang") == language
            assert not is_cut_off(page), language
