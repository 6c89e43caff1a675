"""Chromium, driven by Playwright: pages as a person sees them, and axe-core's findings on them.

Chromium is Debian's; Playwright's own download is never used. It runs without sandbox of its own,
because tests run as root in CI, and it only opens pages of ours.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from gateway.http import HttpAnswer, HttpRequest
from tests import programs

if TYPE_CHECKING:
    from tests.web.people.visitor import Visitor

WIDE, NARROW = 1280, 390
"""Widths of the window in CSS pixels: a laptop, and a telephone."""
SCREENSHOTS = os.environ.get("TEST_SCREENSHOTS", "")
"""Folder that screenshots are written to; empty: none are taken."""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SECONDS = 20


StartChromium = Callable[..., Browser]
"""Starts Chromium without a window. options: further words of its command line."""


@pytest.fixture(scope="session")
def start_chromium() -> Iterator[StartChromium]:
    """Starts Chromium; all are closed at the end. A thread can drive one Playwright alone."""
    path = programs.program("chromium")
    expect.set_options(timeout=_SECONDS * 1000)  # five seconds are short beside other work
    with sync_playwright() as playwright:
        loop = asyncio._get_running_loop()  # its own; other tests are run without (conftest.py)
        started: list[Browser] = []

        def start(*options: str) -> Browser:
            # Without a graphics card: else one is emulated for each page that is drawn.
            words = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", *options]
            started.append(playwright.chromium.launch(executable_path=path, args=words))
            return started[-1]

        try:
            yield start
        finally:
            asyncio._set_running_loop(loop)
            for each in started:
                each.close()


@pytest.fixture(scope="session")
def browser(start_chromium: StartChromium) -> Browser:
    """Chromium without a window."""
    return start_chromium()


@contextmanager
def a_page(
    browser: Browser,
    *,
    width: int = WIDE,
    dark: bool = False,
    scripts: bool = True,
    errors_expected: bool = False,
    service_workers: bool = True,
) -> Iterator[Page]:
    """A page in a window of its own. An error of a script or of the policy fails the test.

    scripts: whether JavaScript runs.
    errors_expected: whether answers that are no success may be reported as errors.
    service_workers: whether pages may install theirs. The fetch of its script fails where the page
    is left at once.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        ignore_https_errors=True,
        service_workers="allow" if service_workers else "block",
    )
    context.set_default_timeout(_SECONDS * 1000)
    errors: list[str] = []
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and not errors_expected
                else None
            ),
        )
        yield page
    finally:
        context.close()
    assert not errors, errors


def answer(page: Page, site: Callable[[HttpRequest], HttpAnswer | None]) -> None:
    """Answer every request of a page in this process, without a server: 404 where there is none.

    It takes the place of a network alone: headers and policy of an answer count as elsewhere.
    """

    def handle(route: Route) -> None:
        asked = route.request
        path, _, query = asked.url.partition("//")[2].partition("/")[2].partition("?")
        request = HttpRequest(asked.method, f"/{path}", query, {}, asked.post_data_buffer or b"")
        found = site(request)
        if found is None:
            route.fulfill(status=404)
        else:
            route.fulfill(status=found.status, headers=dict(found.headers), body=found.body)

    page.route("**/*", handle)


def show(page: Page, visitor: "Visitor") -> None:
    """Answer every request of a page as the visitor of the pages for people is answered."""

    def handle(route: Route) -> None:
        asked = urlsplit(route.request.url)
        found = visitor.get(asked.path, asked.query)
        kept = ("content-type", "content-security-policy")
        headers = {name: found.headers[name] for name in kept if name in found.headers}
        route.fulfill(status=found.status, headers=headers, body=found.content)

    page.route("**/*", handle)


def violations(page: Page, rule: str = "") -> list[str]:
    """What axe-core finds wrong on the page: rule, help and the elements.

    rule: the only one that is asked about; empty: all of WCAG 2.2 AA, and best practice.
    """
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": _RULES}
    # Else axe describes each element of the page by each rule that it keeps.
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {each['help']}: " + "; ".join(node["html"][:160] for node in each["nodes"])
        for each in found
    ]


def is_cut_off(page: Page) -> bool:
    """Whether the page is wider than its window, so that a person has to move it sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width > 0


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page, where a folder for it was named."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)
