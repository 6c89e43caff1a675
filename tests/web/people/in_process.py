"""Pages for people in Chromium without a server: a visitor's answers are the network."""

from playwright.sync_api import Page

from gateway.http import HttpAnswer, HttpRequest
from tests.browser import answer
from tests.web.people.visitor import ORIGIN, Visitor


def open_with(page: Page, visitor: Visitor) -> None:
    """Answer every GET of a page as the visitor, who may be signed in."""

    def site(request: HttpRequest) -> HttpAnswer:
        found = visitor.get(request.path, request.query)
        headers = tuple(
            (name, value) for name, value in found.headers.items() if name != "set-cookie"
        )
        return HttpAnswer(found.status, headers, found.text.encode())

    answer(page, site)


def address_of(path: str) -> str:
    """The address of a page."""
    return f"{ORIGIN}{path}"
