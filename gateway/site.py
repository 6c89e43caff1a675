"""Which door does a request go to? One table; whatever is not in it is not here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway import http
from gateway.http import HttpAnswer, HttpRequest, Pending

_NOT_HERE = HttpAnswer(
    404,
    (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ),
    b"There is nothing at this address. The service is described at /epix.\n",
)


@dataclass(frozen=True, slots=True)
class Site:
    """doors: path -> SOAP door; it takes every request but those for a page.

    pages: gives the page of a request, None where there is none.
    """

    doors: Mapping[str, http.Site]
    pages: Callable[[HttpRequest], HttpAnswer | None]

    def __call__(self, request: HttpRequest) -> HttpAnswer | Pending:
        """Answer one request."""
        door = self.doors.get(request.path)
        reads_a_page = request.method in ("GET", "HEAD") and not request.query
        if door is not None and not reads_a_page:
            return door(request)
        return self.pages(request) or _NOT_HERE
