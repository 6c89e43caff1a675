"""Pages of an authority in Chromium: accessible, and whole at 320 pixels."""

import pytest
from playwright.sync_api import Browser

from tests.browser import (
    NARROW,
    WIDE,
    a_page,
    is_cut_off,
    screenshot,
    violations,
)
from tests.web.people.authority.acts import confirm
from tests.web.people.authority.conftest import OTHER, place_of
from tests.web.people.conftest import Desk
from tests.web.people.in_process import address_of, open_with

pytestmark = pytest.mark.slow

NARROWEST = 320


def test_pages_are_accessible_and_whole_on_the_narrowest_screen(
    desk: Desk,
    browser: Browser,
) -> None:
    confirmation, found = confirm(desk), []
    address, confirmed = place_of(desk), place_of(desk, OTHER)
    pages = {
        "search": "/authority",
        "findings": "/authority/findings",
        "mismatches": "/authority/mismatches",
        "shared": "/authority/shared",
        "permit": confirmed,
        "asked": address,
        "end": f"{address}/end",
        "confirmation": f"{confirmed}/confirmations/{confirmation}",
        "book": f"{confirmed}/book",
        "close": f"{confirmed}/close",
        "settle": f"{confirmed}/settle/A",
    }
    visitor = desk.signed_in("authority")
    with a_page(browser) as page:
        open_with(page, visitor)
        for name, path in pages.items():
            page.set_viewport_size({"width": WIDE, "height": 900})
            page.goto(address_of(path))
            screenshot(page, f"authority-{name}-{WIDE}")
            found += [f"{name}: {each}" for each in violations(page)]
            page.set_viewport_size({"width": NARROW, "height": 900})
            screenshot(page, f"authority-{name}-{NARROW}")
            page.set_viewport_size({"width": NARROWEST, "height": 640})
            if is_cut_off(page):
                found.append(f"{name}: cut off")
    assert not found
