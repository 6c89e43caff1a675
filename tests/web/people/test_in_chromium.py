"""Pages for people in Chromium: accessible, whole at 320 pixels, useful without scripts.

Each page for itself: test_every_page_in_chromium.py.
"""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from gateway.bootstrap import SANDBOX_PASSWORD, add_sandbox_people, build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import load_settings
from gateway.web.people.languages import LANGUAGES
from tests.browser import (
    NARROW,
    a_page,
    is_cut_off,
    screenshot,
    violations,
)
from tests.web.check.served import served

pytestmark = pytest.mark.slow

NARROWEST = 320
"""Width at which nothing is cut off. Source: WCAG 2.2, 1.4.10."""
PAGES = {
    "first": "/",
    "account": "/account",
    "password": "/account/password",
    "authenticator": "/account/authenticator",
    "remove-authenticator": "/account/authenticator/remove",
    "people": "/people",
    "add-person": "/people/add",
    "person": "/people/by-name/customs",
    "acts": "/acts",
    "nothing": "/nothing",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages for people of a gateway with one person of each role."""
    directory = tmp_path_factory.mktemp("chromium") / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    listening = socket.create_server(("127.0.0.1", 0))
    environment = {
        "EPIX_WEB__LISTEN": f"127.0.0.1:{listening.getsockname()[1]}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
    }
    with build(load_settings(directory, environment)) as gateway:
        add_sandbox_people(gateway)
        with served(application_of(gateway), listening):
            yield gateway.settings.web.address


def sign_in(page: Page, address: str, name: str, password: str = SANDBOX_PASSWORD) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.long_haul  # the next test has the same template
def test_a_form_with_mistakes_is_accessible_and_leads_to_them(
    browser: Browser,
    address: str,
) -> None:
    with a_page(browser, errors_expected=True) as page:
        sign_in(page, address, "nobody", "nine purple ladders")
        assert not violations(page)
        sign_in(page, address, "administrator")
        page.goto(f"{address}/nothing")
        assert not violations(page)
        page.goto(f"{address}/people/add")
        page.get_by_role("button", name="Add the person").click()
        assert not violations(page)
        page.emulate_media(color_scheme="dark")
        assert not violations(page, "color-contrast")
        page.get_by_role("link", name="Write the name of the person").first.click()
        assert page.evaluate("document.activeElement.id") == "full_name"


@pytest.mark.long_haul  # the short form looks at English alone
def test_no_language_is_cut_off(browser: Browser, address: str) -> None:
    with a_page(browser, width=NARROWEST, errors_expected=True) as page:
        sign_in(page, address, "administrator")
        for language in (tag for tag in LANGUAGES if tag != "en"):
            page.get_by_role("button", name=LANGUAGES[language]).click()
            page.locator(f'html[lang="{language}"]').wait_for()  # else the next page ends the click
            for name, path in PAGES.items():
                page.goto(address + path)
                assert page.locator("html").get_attribute("lang") == language
                assert not is_cut_off(page), (language, name)


def test_without_scripts_a_person_is_added_and_signs_in_with_the_code(
    browser: Browser,
    address: str,
) -> None:
    with a_page(browser, scripts=False, width=NARROW) as page:
        sign_in(page, address, "administrator")
        page.get_by_role("link", name="People").first.click()
        page.get_by_role("link", name="Add a person").click()
        page.get_by_label("Name in full").fill("Marta Tembe")
        page.get_by_label("Name to sign in with").fill("m.tembe")
        page.get_by_label("Customs officer").check()
        page.get_by_role("button", name="Add the person").click()
        code = page.locator(".secret").inner_text()
        screenshot(page, "people-one-time-code")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="one-time code").click()
        page.get_by_label("One-time code").fill(code)
        page.get_by_label("New password", exact=True).fill("eleven green umbrellas")
        page.get_by_label("New password again").fill("eleven green umbrellas")
        page.get_by_role("button", name="Set the password").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Marta Tembe"
        # A page of the session is not shown again by the button “back” after the sign-out.
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in").wait_for()
        page.go_back()
        assert page.get_by_role("button", name="Sign in").is_visible()
