"""Check page in Chromium: scanned with a camera, from a picture, by its address, without a network.

With TEST_SCREENSHOTS=FOLDER pictures of the page are kept, at both widths, light and dark.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.bootstrap import Gateway
from gateway.crypto.paper.list_signer import signer_key
from gateway.domain.paper.digits import address_of, code_in, to_digits
from tests.browser import NARROW, WIDE, StartChromium, is_cut_off, screenshot, violations
from tests.crypto.paper.papers import a_paper
from tests.long_haul import thinned
from tests.web.check.pictures import scanned, video
from tests.web.check.served import (
    Served,
    a_gateway,
    a_permit_of_today,
    address_of_code,
    application,
    served,
)

pytestmark = pytest.mark.slow

SMALLEST = 320
READY = "body[data-ready]"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with a_gateway(tmp_path_factory.mktemp("check") / "mz") as made:
        yield made


@pytest.fixture(scope="module")
def code(gateway: Gateway) -> str:
    """What the QR code says. Its address is not that of the test's server, as on real paper."""
    return address_of_code(gateway, "https://epix.example.mz/check")


@pytest.fixture(scope="module")
def camera(
    start_chromium: StartChromium, tmp_path_factory: pytest.TempPathFactory, code: str
) -> Browser:
    """Chromium whose camera sees the code."""
    file = tmp_path_factory.mktemp("camera") / "code.y4m"
    video(code, file)
    return start_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    )


@pytest.fixture
def site(gateway: Gateway) -> Iterator[Served]:
    with served(application(gateway)) as made:
        yield made


@contextmanager
def phone(camera: Browser, width: int = NARROW, **options: Any) -> Iterator[Page]:
    """A page on a telephone. An error of a script or of the policy fails the test."""
    context = camera.new_context(
        viewport={"width": width, "height": 844}, permissions=["camera"], **options
    )
    context.set_default_timeout(20_000)
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            # Without a network the browser reports each file of the page that it cannot renew.
            errors.append(message.text)
            if message.type == "error" and "ERR_" not in message.text
            else None
        ),
    )
    try:
        yield page
    finally:
        context.close()
    assert not errors


def opened(page: Page, site: Served, fragment: str = "") -> None:
    page.goto(site.address + fragment)
    page.wait_for_selector(READY)


def told(page: Page) -> str:
    """The status that is shown."""
    page.wait_for_selector("body[data-shown]")
    return str(page.evaluate("document.body.dataset.shown"))


@pytest.mark.long_haul  # the next test reads a code with the camera, too
def test_the_camera_reads_a_code_and_the_boxes_are_shown(
    camera: Browser, site: Served, code: str
) -> None:
    with phone(camera) as page:
        opened(page, site)
        page.wait_for_selector("body[data-offline=offline_ready]")
        screenshot(page, "check-start-390")
        page.get_by_role("button", name="Scan with the camera").click()
        assert told(page) == "genuine"
        expect(page.get_by_role("heading", name="GENUINE")).to_be_focused()
        expect(page.locator(".boxes").first).to_contain_text("MZ26EX000001")
        expect(page.locator("#result")).to_contain_text("Crocodylus niloticus")
        expect(page.locator(".unknown")).to_contain_text("a photocopy has the same code")
        assert page.evaluate("document.getElementById('video').srcObject") is None
        screenshot(page, "check-genuine-390")
    digits = code.rpartition("#")[2]
    assert site.requests
    assert not [each for each in site.requests if digits[:40] in each or "#" in each]


def test_the_camera_reads_a_code_in_airplane_mode(
    camera: Browser, gateway: Gateway, code: str
) -> None:
    with phone(camera) as page:
        with served(application(gateway)) as site:
            opened(page, site)
            page.wait_for_selector("body[data-offline=offline_ready]")
        page.context.set_offline(True)
        page.goto(site.address)
        page.wait_for_selector(READY)
        page.get_by_role("button", name="Scan with the camera").click()
        assert told(page) == "genuine"
        page.get_by_role("button", name="Check another permit").click()
        page.locator("#file").set_input_files(
            {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": scanned(code, 7)}
        )
        assert told(page) == "genuine"
        page.get_by_role("button", name="FR").click()
        expect(page.get_by_role("heading", name="AUTHENTIQUE")).to_be_visible()
        expect(page.locator("#list-state")).to_contain_text("Celles de cet appareil")


@pytest.mark.long_haul  # the test above reads a picture too
def test_a_picture_of_paper_is_read(camera: Browser, site: Served, code: str) -> None:
    with phone(camera) as page:
        opened(page, site)
        expect(page.locator("#list-state")).to_contain_text("Mozambique")
        for degrees in (-11.0, 0.0, 90.0):
            page.locator("#file").set_input_files(
                {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": scanned(code, degrees)}
            )
            assert told(page) == "genuine", degrees
            page.get_by_role("button", name="Check another permit").click()


def test_a_code_in_the_address_leaves_it_at_once_and_reaches_no_server(
    camera: Browser, gateway: Gateway, site: Served, code: str
) -> None:
    digits = code.rpartition("#")[2]
    with phone(camera) as page:
        opened(page, site, "#" + digits)
        assert told(page) in ("genuine", "signer-unknown")
        page.wait_for_selector("body[data-shown=genuine]")  # the lists have come by then
        assert page.url == site.address
        assert page.evaluate("location.href + history.length") == f"{site.address}2"
        expect(page.locator("#result")).to_contain_text("The code on the paper has led you to")
        page.evaluate(f"location.hash = '{digits[:-20]}00000000000000000001'")
        page.wait_for_selector("body[data-shown=altered]")
        assert page.url == site.address
        kept = page.evaluate(
            "Promise.all([JSON.stringify(localStorage), caches.keys().then((names) =>"
            " Promise.all(names.map(async (name) => (await (await caches.open(name)).keys())"
            ".map((each) => each.url))))]).then(JSON.stringify)"
        )
        assert digits[:40] not in kept
    assert not [each for each in site.requests if digits[:40] in each]


@pytest.mark.long_haul  # the short form scans a code without a network
def test_a_new_seal_key_is_taken_with_the_next_visit(
    camera: Browser, gateway: Gateway, site: Served, tmp_path: Path
) -> None:
    """The page knows the key of the lists: with another key it has to come anew."""
    with phone(camera) as page, a_gateway(tmp_path / "mz") as other:
        opened(page, site)
        page.wait_for_selector("body[data-offline=offline_ready]")
        site.application = application(other)
        page.goto(site.address)
        kind, key = signer_key(other.paper.list_signer.certificates)
        signer = f"{kind} {b64encode(key).decode()}"
        page.wait_for_selector(f"meta[name=list-signer][content='{signer}']", state="attached")
        page.wait_for_selector(READY)
        code = address_of_code(other, site.address)
        expect(page.locator("#list-state")).not_to_contain_text("could not be fetched")
        page.evaluate(f"location.hash = '{code.rpartition('#')[2]}'")
        page.wait_for_selector("body[data-shown=genuine]")


def test_without_key_lists_nothing_is_genuine_and_the_page_says_why(
    camera: Browser, site: Served, code: str
) -> None:
    with phone(camera) as page:
        page.route("**/check/keys", lambda route: route.abort())
        opened(page, site)
        page.get_by_text("Type or paste the code").click()
        page.get_by_label("Text of the code").fill(code)
        page.get_by_role("button", name="Check", exact=True).click()
        assert told(page) == "signer-unknown"
        assert page.locator(".boxes").count() == 0
        expect(page.locator("#list-state")).to_contain_text("No key lists on this device")


SENTENCES = {
    "https://example.org/menu": "This is no code of a CITES permit",
    "0123": "The code is not whole",
    "99999999999999999": "The code is not whole",
}


def test_what_is_no_whole_code_gets_a_sentence(camera: Browser, site: Served) -> None:
    with phone(camera) as page:
        opened(page, site)
        page.get_by_text("Type or paste the code").click()
        for typed, sentence in SENTENCES.items():
            page.get_by_label("Text of the code").fill(typed)
            page.get_by_role("button", name="Check", exact=True).click()
            expect(page.get_by_role("alert")).to_contain_text(sentence)
        page.locator("#file").set_input_files(
            {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
        )
        expect(page.get_by_role("alert")).to_contain_text("no picture that can be read")
        assert page.evaluate("document.body.dataset.shown") is None


def test_hostile_values_are_text(camera: Browser, gateway: Gateway, site: Served) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202egnp.\u200bexe"
    address = address_of_code(
        gateway, site.address, a_permit_of_today(special_conditions=(hostile, "</dd><script>"))
    )
    with phone(camera) as page:
        opened(page, site)
        expect(page.locator("#list-state")).to_contain_text("Mozambique")
        page.evaluate(f"location.hash = '{address.rpartition('#')[2]}'")
        assert told(page) == "genuine"
        shown = page.locator("#result").inner_text()
        assert "<img src=x onerror=alert(1)>\\u202Egnp.\\u200Bexe" in shown
        assert page.locator("#result img, #result script").count() == 0


def verdict_pages(gateway: Gateway) -> dict[str, str]:
    """A code of each level."""
    page = "https://epix.example.mz/check"
    code = address_of_code(gateway, page)
    written = code_in(code)
    over = replace(a_permit_of_today(), valid_until=a_permit_of_today().issued_at)
    return {
        "genuine": code,
        "expired": address_of_code(gateway, page, over),
        # The last byte, of the signature. Not a digit: with another one it may be no code at all.
        "altered": address_of(page, written[:-1] + bytes([written[-1] ^ 1])),
        "signer-unknown": to_digits(a_paper().code()),
    }


@pytest.mark.long_haul  # the short form scans a code without a network
def test_every_state_is_accessible_and_fits_every_screen(
    camera: Browser, gateway: Gateway, site: Served
) -> None:
    found: list[str] = []
    with phone(camera, width=WIDE) as page:
        opened(page, site)
        page.wait_for_selector("body[data-offline=offline_ready]")
        tools = page.context.new_cdp_session(page)
        hindered = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        # A window of a test has no profile to install anything in.
        assert [each["errorId"] for each in hindered] == ["in-incognito"]
        found += violations(page)
        screenshot(page, "check-start-1280")
        codes = verdict_pages(gateway)
        for name in thinned(codes, ("genuine", "altered")):
            page.evaluate(f"location.hash = '{codes[name].rpartition('#')[2]}'")
            page.wait_for_selector(f"body[data-shown={name}]")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                is_whole = (name, scheme) == ("genuine", "light")
                found += violations(page, "" if is_whole else "color-contrast")
                for width in (WIDE, NARROW, SMALLEST):
                    page.set_viewport_size({"width": width, "height": 844})
                    assert not is_cut_off(page), (name, width)
                    screenshot(page, f"check-{name}-{width}-{scheme}")
        page.get_by_role("button", name="Check another permit").click()
        screenshot(page, "check-start-320-dark")
    assert not found
