"""Portal in Chromium: accessible, readable on a telephone, useful without scripts, and “try it”.

With TEST_SCREENSHOTS=FOLDER every page is kept as a picture, at both widths, light and dark.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from gateway.domain.partner import OperationName
from gateway.web.pages import ServicePages
from tests.browser import (
    NARROW,
    SCREENSHOTS,
    WIDE,
    a_page,
    answer,
    is_cut_off,
    screenshot,
    violations,
)
from tests.interop.sandbox import Sandbox, a_sandbox
from tests.long_haul import thinned
from tests.web.services import ADDRESS, SANDBOX

pytestmark = pytest.mark.slow

PAGES = {
    "overview": "/epix",
    "sandbox": "/epix/sandbox",
    "faults": "/epix/faults",
    "fault": "/epix/faults/QuantityExceeded",
    "contract": "/epix/v2",
    "operation": "/epix/v2/ConfirmQuantities",
    "document": "/epix/v2/document",
    "downloads": "/epix/downloads",
    "support": "/epix/support",
}
"""One of each template."""
EVERY_COLOUR = {"fault", "operation", "document"}
"""Pages that use all colours of tokens.css together."""


SITE = ServicePages(SANDBOX)


@contextmanager
def portal(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in which the pages of a sandbox are answered. options: of `a_page`."""
    with a_page(browser, **options) as page:
        answer(page, SITE)
        yield page


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """A page for all tests of what the portal looks like: each one opened takes a second."""
    with portal(browser) as page:
        yield page


@pytest.fixture
def page(shared: Page) -> Page:
    """The shared page, in a wide and light window."""
    shared.set_viewport_size({"width": WIDE, "height": 900})
    shared.emulate_media(color_scheme="light")
    return shared


@pytest.mark.parametrize("name", thinned(PAGES, ["operation"]))
def test_a_page_is_accessible_and_readable_on_a_telephone(page: Page, name: str) -> None:
    page.goto(ADDRESS + PAGES[name])
    # Of hundreds of rows alike, axe looks at the first ones.
    page.evaluate(
        "document.querySelectorAll('.tree > li:nth-child(n + 9), .permit:nth-of-type(n + 9)')"
        ".forEach((row) => row.remove())"
    )
    found = violations(page)
    if name in EVERY_COLOUR:
        page.emulate_media(color_scheme="dark")
        found += violations(page, "color-contrast")
    page.set_viewport_size({"width": NARROW, "height": 844})
    assert not is_cut_off(page)
    assert found == []


@pytest.mark.long_haul  # the short form looks at one page of a telephone
def test_the_menu_of_a_telephone_opens_and_closes_without_scripts(browser: Browser) -> None:
    with portal(browser, width=NARROW, scripts=False) as page:
        page.goto(f"{ADDRESS}/epix")
        pages = page.get_by_role("navigation")
        assert not pages.is_visible()
        page.get_by_role("link", name="Menu").click()
        assert pages.is_visible()
        screenshot(page, "menu")
        page.get_by_role("link", name="Close").click()
        assert not pages.is_visible()


@pytest.mark.long_haul  # the short form looks at one page of a telephone
@pytest.mark.parametrize(
    ("path", "words", "least"),
    [
        ("/epix/faults", ".rows code", 30),
        ("/epix/sandbox", ".calls a", 30),
        ("/epix/v2/GetNonFinalCitesCertificate", "h1", 1),
    ],
)
def test_names_are_not_broken_on_a_telephone(page: Page, path: str, words: str, least: int) -> None:
    page.set_viewport_size({"width": NARROW, "height": 844})
    page.goto(ADDRESS + path)
    assert page.locator(words).count() >= least
    broken = page.locator(words).evaluate_all(
        "(all) => all.filter((each) => {const text = document.createRange();"
        " text.selectNodeContents(each); return text.getClientRects().length > 1;})"
        ".map((each) => each.textContent)"
    )
    assert broken == []


@pytest.mark.long_haul  # the short form has the script of “try it”
@pytest.mark.parametrize("scripts", [True, False])
def test_a_language_is_chosen_without_scripts_and_remembered_with_them(
    browser: Browser, scripts: bool
) -> None:
    with portal(browser, scripts=scripts) as page:
        page.goto(f"{ADDRESS}/epix/v2/ServiceState")
        assert page.locator("#sample-curl").is_visible()
        page.get_by_text("PHP", exact=True).click()
        assert page.locator("#sample-php").is_visible()
        assert not page.locator("#sample-curl").is_visible()
        assert page.locator("#try").is_visible() is scripts
        assert page.get_by_role("button", name="Copy").count() == (
            page.locator(".code:visible pre").count() if scripts else 0
        )
        page.goto(f"{ADDRESS}/epix/v1/ConfirmQuantities")
        assert page.locator("#sample-php").is_visible() is scripts


@pytest.mark.long_haul  # the short form has the script of “try it”
def test_copy_gives_the_text_of_the_block(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{ADDRESS}/epix/v2/ServiceState")
    page.locator(".code", has=page.locator("#sample-curl")).get_by_role("button").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#sample-curl").text_content()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox in a process of its own."""
    with a_sandbox() as started:
        yield started


def tried(page: Page, address: str, operation: str, call: str = "") -> tuple[str, str]:
    """State and answer after “Send”. call: text of the option to choose; empty: as it stands."""
    page.goto(f"{address}/epix/v2/{operation}")
    if call:
        option = page.locator("#try-permit option", has_text=call).first
        page.locator("#try-permit").select_option(index=option.evaluate("(each) => each.index"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text(re.compile(r"^HTTP \d+")).wait_for()
    state, answer = page.locator("#try-state").inner_text(), page.locator("#try-answer")
    return state, answer.text_content() or ""


def test_try_it_sends_the_request_and_shows_the_answer_without_a_token_in_an_address(
    browser: Browser, sandbox: Sandbox
) -> None:
    addresses: list[str] = []
    with a_page(browser, errors_expected=True) as page:
        page.on("request", lambda request: addresses.append(request.url))
        state, answer = tried(page, sandbox.address, OperationName.GET_NON_FINAL)
        assert state.startswith("HTTP 200,")
        assert "MZ26EX000001" in answer and answer.count("\n") > 50
        screenshot(page, "try-it")
        state, answer = tried(page, sandbox.address, OperationName.GET_NON_FINAL, "cancelled")
        assert state.startswith("HTTP 500, fault CertificateCancelled")
        assert "MZ26EX000004" in page.locator("#try-request").input_value()
        state, _ = tried(page, sandbox.address, OperationName.CONFIRM_QUANTITIES, "PositionUnknown")
        assert state.startswith("HTTP 500, fault PositionUnknown")
    assert f"{sandbox.address}/epix/v2" in addresses
    assert not [url for url in addresses if "SANDBOX-" in url or "MZ26" in url]


@pytest.mark.long_haul  # the short form has the script of “try it”
def test_the_document_is_searched_by_box_and_by_word(page: Page) -> None:
    page.goto(f"{ADDRESS}/epix/v2/document")
    field = page.get_by_role("searchbox")
    field.fill("11a")
    shown = page.locator(".tree > li:visible code")
    names = shown.all_text_contents()
    assert "AnnualQuotaQuantity" in names and "CityName" not in names
    field.fill("scientific")
    assert "ScientificName" in shown.all_text_contents()
    field.fill("")
    assert shown.count() > 200


if SCREENSHOTS:

    @pytest.mark.parametrize("path", [path for path in SITE.paths if "." not in path])
    def test_pictures_of_every_page(browser: Browser, path: str) -> None:
        for width in (WIDE, NARROW):
            for dark in (False, True):
                with portal(browser, width=width, dark=dark) as page:
                    page.goto(ADDRESS + path)
                    name = path.strip("/").replace("/", "-")
                    screenshot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
