"""Site: the table of addresses; a request goes to a SOAP endpoint or to a page, else it is 404.

A request to an address without a service is told which addresses have one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway import http
from gateway.http import HttpAnswer, HttpRequest, Pending

_READ = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Site:
    """All addresses of the gateway.

    endpoints: path -> SOAP endpoint. It takes every request but GET and HEAD without query, also
    with a slash at the end of the path, which some tools write before `?wsdl`. One without a page
    takes these too.
    pages: returns the page at the path of a GET or HEAD, None where there is none.
    resources: path -> resource beside the endpoints, named to nobody; None where there is nothing
    for this caller.
    public_address: scheme, host and port under which partners reach the gateway.
    """

    endpoints: Mapping[str, http.Site]
    pages: Callable[[HttpRequest], HttpAnswer | None]
    public_address: str
    resources: Mapping[str, Callable[[HttpRequest], HttpAnswer | None]] = field(
        default_factory=dict
    )

    def __call__(self, request: HttpRequest) -> HttpAnswer | Pending:
        """Answer one request."""
        resource = self.resources.get(request.path)
        answer = resource(request) if resource else None
        if answer is not None:
            return answer
        endpoint = self.endpoints.get(request.path) or self.endpoints.get(
            request.path.removesuffix("/")
        )
        is_for_page = request.method in _READ and not request.query
        if endpoint is not None and not is_for_page:
            return endpoint(request)
        page = self.pages(request)
        if page is None and endpoint is not None:
            return endpoint(request)
        if page is None:
            return self._without_service(404, "There is nothing at this address.")
        if request.method not in _READ:
            answer = self._without_service(405, "There is a page at this address, and no service.")
            return HttpAnswer(405, (("Allow", "GET, HEAD"), *answer.headers), answer.body)
        return page

    def _without_service(self, status: int, sentence: str) -> HttpAnswer:
        """The answer where there is no service, in plain text. Nothing of the request is in it."""
        services = [f"  {self.public_address}{path}" for path in self.endpoints]
        text = "\n".join(
            (
                sentence,
                "SOAP requests are sent with POST to:",
                *services,
                f"The service is described at {self.public_address}/epix",
                "",
            )
        )
        return HttpAnswer(status, http.PLAIN_TEXT_HEADERS, text.encode())
