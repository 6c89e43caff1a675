"""Passkeys in Chromium, with an authenticator of its own; and answers that are none."""

import json

import pytest
from playwright.sync_api import Browser, Page

from gateway.bootstrap import SANDBOX_PASSWORD
from tests.browser import a_page, violations
from tests.web.people.conftest import PASSWORD, Desk
from tests.web.people.test_in_chromium import address, sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow


def with_authenticator(page: Page) -> None:
    """Give the browser an authenticator that verifies its person."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.every_python
def test_a_passkey_is_added_signs_in_alone_and_is_removed(
    browser: Browser,
    address: str,  # noqa: F811
) -> None:
    with a_page(browser, errors_expected=True) as page:
        with_authenticator(page)
        sign_in(page, address, "operator")
        page.goto(f"{address}/account/passkeys")
        assert not violations(page)
        page.get_by_label("Name of the passkey").fill("my telephone")
        page.get_by_label("Password").fill("a wrong password")
        page.get_by_role("button", name="Add it").click()
        page.get_by_text("not your present password").first.wait_for()
        assert page.get_by_label("Name of the passkey").input_value() == "my telephone"
        page.get_by_label("Password").fill(SANDBOX_PASSWORD)
        page.get_by_role("button", name="Add it").click()
        page.wait_for_url("**/account")
        assert page.get_by_text("my telephone").first.is_visible()
        page.get_by_role("button", name="Sign out").click()
        # The password alone opens nothing now.
        sign_in(page, address, "operator")
        page.wait_for_url("**/sign-in/code")
        page.get_by_role("link", name="Sign in with a passkey").click()
        assert not violations(page)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{address}/")
        assert page.get_by_role("heading", level=1).inner_text() == "Olga Server"
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in with a passkey").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/account")
        page.get_by_role("link", name="Remove my telephone").click()
        page.get_by_label("Password").fill(SANDBOX_PASSWORD)
        page.get_by_role("button", name="Remove it").click()
        page.wait_for_url("**/account")
        assert page.get_by_text("my telephone").count() == 0


@pytest.mark.long_haul  # the short form has the passkey itself
def test_a_browser_without_passkey_and_one_without_scripts_are_told(
    browser: Browser,
    address: str,  # noqa: F811
) -> None:
    with a_page(browser, scripts=False) as page:
        page.goto(f"{address}/sign-in/passkey")
        assert page.get_by_text("Passkeys need JavaScript").is_visible()
    with a_page(browser) as page:
        with_authenticator(page)  # which holds none
        page.goto(f"{address}/sign-in/passkey")
        assert not page.get_by_text("Passkeys need JavaScript").is_visible()
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("Passkeys need JavaScript").wait_for()


@pytest.mark.long_haul  # the short form uses a true key
@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "[" * 3000, '{"id": 5}', json.dumps({"id": "AAAA"}), "\x00", "é"],
)
def test_an_answer_that_is_none_is_refused_at_both_forms(desk: Desk, answer: str) -> None:
    visitor = desk.visitor()
    visitor.get("/sign-in/passkey")
    refused = visitor.post("/sign-in/passkey", {"passkey": answer})
    assert (refused.status, "was not taken" in refused.words) == (422, True)
    person = desk.signed_in("customs")
    person.get("/account/passkeys")
    form = {"label": "x", "password": PASSWORD, "passkey": answer}
    refused = person.post("/account/passkeys", form)
    assert (refused.status, "was not taken" in refused.words) == (422, True)
    assert person.get("/account/passkeys/0000000000000000").status == 404
