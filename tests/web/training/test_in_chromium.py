"""Training course in Chromium: accessible, and whole at 320 pixels in each language."""

import pytest
from playwright.sync_api import Browser

from gateway.domain.training.course import MODULES
from gateway.web.people.languages import OF_THE_CONVENTION
from tests.browser import a_page, is_cut_off, show, violations
from tests.web.people.visitor import ORIGIN
from tests.web.training.conftest import Course

pytestmark = pytest.mark.slow
NARROWEST = 320


@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py has the same template
def test_the_pages_are_accessible_and_whole_on_the_narrowest_screen(
    browser: Browser, course: Course
) -> None:
    visitor = course.signed_in("auditor")
    visitor.get("/training/border")
    visitor.post("/training/border", {"exercise": "border-more", "answer": "1"})

    with a_page(browser) as page:
        show(page, visitor)
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        for module in MODULES:
            page.goto(f"{ORIGIN}/training/{module}")
            assert not is_cut_off(page), module
        for language in OF_THE_CONVENTION:
            visitor.get("/training")
            visitor.post("/language", {"language": language, "next": "/training"})
            page.reload()
            assert page.locator("html").get_attribute("lang") == language
            assert not violations(page), language
            assert not is_cut_off(page), language
