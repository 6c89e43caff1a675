"""Site: the table of addresses; a request goes to a SOAP endpoint or to a page, else it is 404."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway import http
from gateway.http import HttpAnswer, HttpRequest, Pending

_NOT_FOUND = HttpAnswer(
    404,
    http.PLAIN_TEXT_HEADERS,
    b"There is nothing at this address. The service is described at /epix.\n",
)


@dataclass(frozen=True, slots=True)
class Site:
    """All addresses of the gateway.

    endpoints: path -> SOAP endpoint. It takes every request but GET and HEAD without query, also
    with a slash at the end of the path, which some tools write before `?wsdl`.
    pages: returns the page for a request, None where there is none.
    """

    endpoints: Mapping[str, http.Site]
    pages: Callable[[HttpRequest], HttpAnswer | None]

    def __call__(self, request: HttpRequest) -> HttpAnswer | Pending:
        """Answer one request."""
        endpoint = self.endpoints.get(request.path) or self.endpoints.get(
            request.path.removesuffix("/")
        )
        is_for_page = request.method in ("GET", "HEAD") and not request.query
        if endpoint is not None and not is_for_page:
            return endpoint(request)
        return self.pages(request) or _NOT_FOUND
