"""Every page in Chromium: accessible, whole on a telephone, without errors, with two pictures.

The pages are found from the routes of the application: those that a person reaches by links, and
those that `furnished` names. A route that answers GET and was not asked fails the test, so that no
page is forgotten. The pictures lie in build/screenshots, or in the folder that TEST_SCREENSHOTS
names: `PAGE-ROLE-en-WIDTH.png`.
"""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import Match, Mount, Route

from gateway.web.pages import ServicePages
from gateway.web.people import application
from tests.browser import NARROW, SCREENSHOTS, WIDE, a_page, answer, is_cut_off, show, violations
from tests.web.furnished import Furnished, furnished
from tests.web.people.visitor import ORIGIN, Answer
from tests.web.services import ADDRESS, SANDBOX
from tests.web.training.conftest import cheap_hash, made_sandbox  # noqa: F401 - fixtures

pytestmark = [pytest.mark.slow, pytest.mark.long_haul]
# The short form looks at single pages, in tests/web/people and others.

LINK = re.compile(r'href="(/[^"#]*)')
FOLDER = Path(SCREENSHOTS or Path(__file__).parents[2] / "build/screenshots")
API = "/api/v1/"
EVERY_COLOUR = {
    "/account",
    "/authority/permits/{place}",
    "/check",
    "/console",
    "/console/exchanges/{id}",
    "/desk/look-ups/{id}",
    "/people/add",
    "/sign-in",
    "/trace",
}
"""Pages that use all colours of tokens.css together."""
NARROWEST = 320
"""Width at which nothing is cut off. Source: WCAG 2.2, 1.4.10."""
FIRST = "/"
"""Page that is shown for each role: it has what that role can do."""


def looked_at(page: Page, name: str) -> Iterator[str]:
    """Take the pictures of a page that is open. Yields what is wrong with it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    for width in (NARROWEST, NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        if is_cut_off(page):
            yield f"{name}: moves sideways at {width} pixels"
        if width != NARROWEST:
            page.screenshot(path=FOLDER / f"{slug}-en-{width}.png", full_page=True)


class Walk:
    """Finds a page for each route that answers GET."""

    def __init__(self, site: Furnished) -> None:
        self.site = site
        routes = site.desk.application.routes
        assert [each.path for each in routes if isinstance(each, Mount)] == ["/api/v1"]
        self.routes = [each for each in routes if isinstance(each, Route) and _answers_get(each)]
        self.routes.append(Route(API, _nothing, methods=["GET"]))  # the one page that is mounted
        self.left = {each.path for each in self.routes}

    def pages(self, role: str) -> Iterator[tuple[str, str]]:
        """Pages that nobody before had: route and address."""
        visitor = self.site.visitors[role]
        fixed = [each.path for each in self.routes if "{" not in each.path]
        waiting = deque([*self.site.hidden.get(role, ()), FIRST, *fixed])
        seen: set[str] = set()
        while waiting:
            address = waiting.popleft()
            path, _, query = address.partition("?")
            route = self._route(path)
            if route in seen or (route not in self.left and path != FIRST):
                continue
            found = visitor.get(path, query)
            if found.status != 200:
                continue
            seen.add(route)
            self.left.discard(route)
            if _is_page(found):
                yield route, address
                waiting.extend(LINK.findall(found.text))

    def _route(self, path: str) -> str:
        scope = {"type": "http", "method": "GET", "path": path}
        matching = (each for each in self.routes if each.matches(scope)[0] is Match.FULL)
        return next((each.path for each in matching), "")


async def _nothing(_: object) -> None: ...


def _answers_get(route: Route) -> bool:
    page = getattr(route.endpoint, "_page", None)
    return page.get is not None if page else "GET" in (route.methods or ())


def _is_page(answer: Answer) -> bool:
    is_file = "attachment" in answer.headers.get("content-disposition", "")
    return answer.headers["content-type"].startswith("text/html") and not is_file


@pytest.fixture
def site(
    made_sandbox: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Furnished]:
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    with furnished(made_sandbox, tmp_path) as made:
        yield made


def test_every_page_for_people_has_pictures_and_is_whole(browser: Browser, site: Furnished) -> None:
    walk = Walk(site)
    found: list[str] = []
    for role, visitor in site.visitors.items():
        with a_page(browser, service_workers=False) as page:
            show(page, visitor)
            for route, address in walk.pages(role):
                name = f"{route} {role}" if route != FIRST else f"first {role}"
                page.goto(ORIGIN + address)
                found += looked_at(page, name)
                found += [f"{name}: {each}" for each in violations(page)]
                if route in EVERY_COLOUR:
                    page.emulate_media(color_scheme="dark")
                    found += [f"{name}: {each}" for each in violations(page, "color-contrast")]
                    page.emulate_media(color_scheme="light")
    assert not found
    assert not walk.left, "no page of these routes was reached"


def test_every_template_of_the_portal_has_pictures_and_is_whole(browser: Browser) -> None:
    pages = ServicePages(SANDBOX)
    found: list[str] = []
    with a_page(browser) as page:
        answer(page, pages)
        for path in one_of_each_template(pages):
            page.goto(ADDRESS + path)
            found += looked_at(page, f"{path} partner")
    assert not found


def one_of_each_template(pages: ServicePages) -> list[str]:
    """Addresses without those that differ from another in a name of a fault or operation alone."""
    first = {re.sub(r"/v\d|/[A-Z]\w+", "/x", path): path for path in pages.paths}
    return [path for path in first.values() if "." not in path]
