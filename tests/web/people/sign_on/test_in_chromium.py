"""The sign-in page with the button of the national sign-on, in Chromium: axe, narrow window."""

import pytest
from playwright.sync_api import Browser

from tests.browser import NARROW, a_page, is_cut_off, screenshot, violations
from tests.web.people.in_process import address_of, open_with
from tests.web.people.sign_on.conftest import National

pytestmark = pytest.mark.slow


@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py has the same template
def test_the_page_with_the_button_is_accessible_in_each_language(
    national: National, browser: Browser
) -> None:
    found = []
    for language in ("en", "fr", "es"):
        visitor = national.desk.visitor()
        visitor.get("/sign-in")
        visitor.post("/language", {"language": language, "next": "/sign-in"})
        with a_page(browser, width=NARROW) as page:
            open_with(page, visitor)
            page.goto(address_of("/sign-in?national=signed-out"))
            screenshot(page, f"sign-on-{language}")
            found += [(language, each) for each in violations(page)]
            if is_cut_off(page):
                found.append((language, "cut off"))
    assert not found
