"""The console in Chromium, useful without scripts.

Each page for itself: test_every_page_in_chromium.py.
"""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gateway.bootstrap import SANDBOX_PASSWORD, Gateway, add_sandbox_people, build, new_id
from gateway.bootstrap.parts.console.part import ConsolePart
from gateway.bootstrap.web.serving import application_of
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.availability.results import Result
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.ports.availability.results import PartnerResult
from gateway.exchange.ports.console.counts import Counted, CountKey
from gateway.settings import load_settings
from tests.browser import (
    a_page,
)
from tests.web.check.served import served
from tests.web.console.conftest import NUMBER, PARTNERS, REQUEST, TOKEN

pytestmark = pytest.mark.slow


def lived_in(gateway: Gateway) -> None:
    """A month of exchanges, a partner that fails since an hour, a confirmation that waits."""
    now = gateway.clock()
    store = gateway.store
    for back in range(30):
        day = (now - timedelta(days=back)).date()
        counts = {
            CountKey(day, direction, "za", outcome, 20 + (back * 7) % 9): Counted(
                times + (back * 5) % 11, new_id()
            )
            for direction, outcome, times in (
                (Direction.IN, "ok", 40),
                (Direction.IN, "CertificateNotFound", 6),
                (Direction.OUT, "ok", 20),
                (Direction.OUT, "PartnerTimeout", 2 * (back % 4)),
            )
        }
        position = store.console.counts.position()
        store.console.counts.add(counts, position, f"{back:036}")
        for place in range(1 + back % 5):
            result = Result.FAILED if place == 3 else Result.ANSWERED
            at = now - timedelta(days=back, minutes=70 + place)
            store.availability.results.add(PartnerResult("za", "ServiceState", at, result, 300))
    for minutes in (65, 5):
        at = now - timedelta(minutes=minutes)
        failed = PartnerResult("za", "ConfirmQuantities", at, Result.UNREACHABLE, 5000)
        store.availability.results.add(failed)
    seen = [SeenQuantity("A", "5")]
    gateway.outbox.book.book("ZA", NUMBER, TOKEN, seen, "T. Nkosi")
    for outcome in ("PartnerUnreachable", "ok", "CertificateNotFound"):
        is_out = outcome == "PartnerUnreachable"
        store.journal.record(
            Exchange(
                new_id(),
                Direction.OUT if is_out else Direction.IN,
                now,
                now + timedelta(milliseconds=240),
                "ConfirmQuantities" if is_out else "GetFinalCertificate",
                "MZ" if is_out else "za",
                "za" if is_out else "MZ",
                "ab" * 32,
                NUMBER,
                outcome,
                REQUEST,
                b"" if is_out else REQUEST,
            )
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("console") / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa(), PARTNERS.format(port=9))
    listening = socket.create_server(("127.0.0.1", 0))
    environment = {
        "EPIX_WEB__LISTEN": f"127.0.0.1:{listening.getsockname()[1]}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
    }
    with build(load_settings(directory, environment)) as gateway:
        add_sandbox_people(gateway)
        lived_in(gateway)
        ConsolePart(gateway).keep_configuration()
    _change(directory)
    with (
        build(load_settings(directory, environment)) as gateway,
        served(application_of(gateway), listening),
    ):
        ConsolePart(gateway).keep_configuration()  # as `serve` does when it starts
        yield gateway.settings.web.address


def _change(directory: Path) -> None:
    """The served configuration differs from the one before."""
    file = directory / "conf/gateway.toml"
    file.write_text(file.read_text().replace("[alerts]", "[alerts]\nrefusals = 3", 1))


def sign_in(page: Page, address: str, name: str = "operator") -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(SANDBOX_PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.long_haul  # test_console_pages.py has the page without Chromium
def test_the_configuration_that_the_server_started_with_is_kept(
    browser: Browser,
    address: str,
) -> None:
    with a_page(browser) as page:
        sign_in(page, address)
        page.goto(f"{address}/console/configuration")
        page.locator("main table a").first.click()
        assert page.get_by_text("+alerts.refusals = 3").is_visible()


@pytest.mark.long_haul  # tests/web/people/test_in_chromium.py works without scripts, too
def test_a_confirmation_is_held_back_without_scripts(
    browser: Browser,
    address: str,
) -> None:
    with a_page(browser, scripts=False, errors_expected=True) as page:
        sign_in(page, address)
        page.get_by_role("link", name="Console").first.click()
        assert page.get_by_text("A partner does not work").is_visible()
        page.get_by_role("link", name="Outbox").click()
        page.locator("main table a").first.click()
        page.get_by_role("button", name="Hold back").click()
        assert page.get_by_text("Write the reason").first.is_visible()
        page.get_by_label("Reason").fill("they called")
        page.get_by_role("button", name="Hold back").click()
        assert page.get_by_text("they called").is_visible()
