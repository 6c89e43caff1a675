"""Customs desk in Chromium on a telephone: scan, verdict, comparison, count, print; partner down.

With TEST_SCREENSHOTS=FOLDER pictures of the pages are kept.
"""

import gzip
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from gateway.bootstrap import SANDBOX_PASSWORD, add_sandbox_people, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import PartnerUnreachable
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.paper.statement import PaperStatement
from gateway.exchange.permits.paper.issue import signed_code
from gateway.exchange.permits.paper.key_list_file import SignedList
from gateway.exchange.permits.paper.key_lists import HeldList
from gateway.settings import load_settings
from tests import waiting
from tests.browser import NARROW, WIDE, StartChromium, is_cut_off, screenshot, violations
from tests.crypto.paper.papers import CODEC
from tests.exchange.asking_acts import RIGHT, sealed
from tests.long_haul import thinned
from tests.web.check.pictures import video
from tests.web.check.served import a_gateway, a_permit_of_today, served
from tests.web.customs.conftest import Desk
from tests.web.customs.test_declaration_pages import OWN, reserved

pytestmark = pytest.mark.slow

TOKEN = "TOKEN-7d1f"
SMALLEST = 320
LARGEST_FIRST_PAGE = 100_000
"""Bytes, compressed: page, style sheets, icon and script."""
LONGEST_FIRST_PAINT = 2500
"""Milliseconds at 1.6 Mbit/s and 300 ms."""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, HeldList]]:
    """What the QR code of a permit of Mozambique says, token and all; and its key list."""
    with a_gateway(tmp_path_factory.mktemp("issuer") / "mz") as issuer:
        (authority,) = issuer.permits.served.authorities
        permit = a_permit_of_today()
        said = PaperStatement.of(permit, authority, datetime.now(UTC), TokenId(TOKEN))
        code = signed_code(said, issuer.paper.issue.signer, CODEC, "https://epix.example.mz/check")
        keys = replace(issuer.paper.own_list.without_permits(authority.country), is_ours=False)
        yield code.address, HeldList("mz", SignedList(keys, "CN=MZ permit seal"))


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, scanned: tuple[str, HeldList]
) -> Iterator[tuple[Desk, str]]:
    """The desk of South Africa on a port of its own, and its address."""
    directory = tmp_path_factory.mktemp("desk") / "za"
    make(directory, Plan(IsoCountryCode("ZA")), DevelopmentCa())
    listening = socket.create_server(("127.0.0.1", 0))
    environment = {
        "EPIX_WEB__LISTEN": f"127.0.0.1:{listening.getsockname()[1]}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
    }
    with build(load_settings(directory, environment)) as gateway:
        add_sandbox_people(gateway)
        held = SimpleNamespace(every=lambda: [scanned[1]])
        gateway.paper.__dict__["partner_lists"] = held
        made = Desk(gateway, gateway.clock)  # type: ignore[arg-type]
        with served(made.application, listening):
            yield made, gateway.settings.web.address


@pytest.fixture(scope="module")
def camera(
    start_chromium: StartChromium,
    tmp_path_factory: pytest.TempPathFactory,
    scanned: tuple[str, HeldList],
) -> Browser:
    """Chromium whose camera sees the code."""
    file = tmp_path_factory.mktemp("camera") / "code.y4m"
    video(scanned[0], file)
    return start_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    )


@contextmanager
def phone(camera: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A telephone whose officer has signed in. An error of a script or policy fails the test."""
    context = camera.new_context(
        viewport={"width": NARROW, "height": 844}, permissions=["camera"], **options
    )
    context.set_default_timeout(20_000)
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: (
            errors.append(said.text) if said.type == "error" and "422" not in said.text else None
        ),
    )
    try:
        page.goto(f"{address}/sign-in")
        page.get_by_label("Name").fill("customs")
        page.get_by_label("Password").fill(SANDBOX_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Customs desk").first.click()
        yield page
    finally:
        context.close()
    assert not errors


LOOKED_AT = thinned(
    ("first", "permit", "compare", "verdict", "declarations", "count"), ("permit", "compare")
)


def looked_at(page: Page, name: str) -> None:
    """The page is accessible, light and dark, whole on the narrowest screen, kept as a picture."""
    if name not in LOOKED_AT:
        return
    screenshot(page, f"desk-{name}-{NARROW}")
    assert not violations(page), name
    page.emulate_media(color_scheme="dark")
    assert not violations(page, "color-contrast"), name
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": SMALLEST, "height": 640})
    assert not is_cut_off(page), name
    page.set_viewport_size({"width": WIDE, "height": 900})
    screenshot(page, f"desk-{name}-{WIDE}")
    page.set_viewport_size({"width": NARROW, "height": 844})


def test_an_officer_scans_compares_counts_and_prints(
    camera: Browser, desk: tuple[Desk, str]
) -> None:
    made, address = desk
    with phone(camera, address) as page:
        looked_at(page, "first")
        page.get_by_role("button", name="Scan the QR code").click()
        expect(page.locator(".verdict.good")).to_be_visible()
        permit = page.url
        assert made.partner.asked[-1][1:] == (RIGHT.number.text, TOKEN)  # type: ignore[index]
        assert TOKEN not in page.content() + page.url
        looked_at(page, "permit")
        page.emulate_media(media="print")
        screenshot(page, "desk-permit-print")
        page.emulate_media(media="screen")
        page.get_by_role("link", name="Compare with the paper").click()
        for box in page.get_by_label("The paper says the same").all():
            box.check()
        quantity = page.get_by_role("group", name="Box 11, line A: Quantity")
        quantity.get_by_label("The paper says", exact=True).fill("7000")
        looked_at(page, "compare")
        page.get_by_role("button", name="Compare and sign the verdict").click()
        expect(page.locator(".verdict.stop")).to_contain_text("differs")
        assert page.locator(".compared .level-stop").count() == 1
        looked_at(page, "verdict")
        page.emulate_media(media="print")
        assert not page.get_by_role("link", name="Next permit").is_visible()
        screenshot(page, "desk-verdict-print")
        assert page.pdf().startswith(b"%PDF")
        page.emulate_media(media="screen")
        reserved(made, "26ZA0000000123", "1", OWN)
        page.goto(permit)
        page.get_by_role("link", name="Declarations").click()
        looked_at(page, "declarations")
        page.get_by_role("button", name="Release what is reserved").click()
        expect(page.locator(".mark")).to_have_text("released")
        page.goto(permit)
        page.get_by_role("link", name="Confirm quantities").click()
        page.get_by_label("Counted").fill("many")
        page.get_by_role("button", name="Confirm these quantities").click()
        expect(page.get_by_role("alert")).to_contain_text("plain digits")
        looked_at(page, "count")
        page.get_by_label("Counted").fill("3")
        page.get_by_label("Dead on arrival").fill("1")
        page.get_by_role("button", name="Confirm these quantities").click()
        expect(page.get_by_text("Kept. The issuing country is told")).to_be_visible()


@pytest.mark.long_haul  # test_desk_pages.py has it without Chromium
def test_without_the_partner_the_last_copy_is_shown_and_the_answer_is_announced(
    camera: Browser, desk: tuple[Desk, str]
) -> None:
    made, address = desk
    made.partner.fails = PartnerUnreachable("No connection.")
    made.earlier.add(sealed(RIGHT), 5)
    with phone(camera, address, java_script_enabled=False) as page:
        assert not page.get_by_role("button", name="Scan the QR code").is_visible()
        page.get_by_label("Number of the permit").fill(RIGHT.number.text)
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Look up").click()
        expect(page.locator(".verdict.ask")).to_be_visible()
        expect(page.locator(".not-live")).to_contain_text("days old")
        screenshot(page, f"desk-down-{NARROW}")
        made.partner.fails = None
        later = made.gateway.clock() + timedelta(minutes=1)
        assert replace(made.gateway.customs.look_ups, clock=lambda: later).ask_waiting() == 1
        page.get_by_role("link", name="Next permit").click()
        expect(page.get_by_text("new answer")).to_be_visible()
        screenshot(page, f"desk-questions-{NARROW}")


@pytest.mark.long_haul  # the short form has the way of an officer
def test_the_first_page_is_small_and_shown_soon_on_a_slow_line(
    camera: Browser, desk: tuple[Desk, str]
) -> None:
    _, address = desk
    with phone(camera, address) as page:
        page.wait_for_load_state("networkidle")  # the scanner has come, too
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        speed = {"offline": False, "latency": 300, "downloadThroughput": 200_000}
        line.send("Network.emulateNetworkConditions", {**speed, "uploadThroughput": 90_000})
        came: list[Response] = []
        page.on("response", lambda response: came.append(response))
        page.reload(wait_until="load")
        paint = "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)"
        # The entry comes with the frame, which may follow the event `load`.
        waiting.until(lambda: bool(page.evaluate(paint)), "the first paint")
        (painted,) = page.evaluate(paint)
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        first = [each for each in came if "/check/" not in each.url]
        size = sum(len(gzip.compress(each.body())) for each in first)
        print(f"first page: {size} bytes, {len(first)} files, painted after {painted:.0f} ms")
        assert 0 < size < LARGEST_FIRST_PAGE
        assert painted < LONGEST_FIRST_PAINT
        scanner = (
            "performance.getEntriesByType('resource').filter(e => e.name.includes('/check/'))"
            ".map(e => e.startTime)"
        )
        waiting.until(lambda: bool(page.evaluate(scanner)), "the scanner")
        assert min(page.evaluate(scanner)) > loaded
