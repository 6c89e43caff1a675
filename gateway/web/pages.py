"""Pages at addresses: each is rendered once, when it is first asked for.

A request only chooses among them, so nothing of it reaches a page. The policy in the headers
(Content-Security-Policy) allows style, scripts and images of this address alone, and nothing that
stands in a page; only in a sandbox may a script send requests, and to this address alone.
"""

from dataclasses import dataclass, field

from gateway.http import HttpAnswer, HttpRequest
from gateway.web.portal.description import Service
from gateway.web.portal.site_map import Page, site_map

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; {connect}"
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class ServicePages:
    """The pages of the developer portal."""

    service: Service
    _pages: dict[str, Page] = field(init=False, repr=False)
    _rendered: dict[str, bytes] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pages", site_map(self.service))

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """The page at the path of a GET or HEAD; None if there is none."""
        path = request.path.rstrip("/")
        page = self._pages.get(path)
        if page is None:
            return None
        headers = (("Content-Type", page.content_type), *self._policy, *_HEADERS)
        if page.file:
            headers += (("Content-Disposition", f'attachment; filename="{page.file}"'),)
        return HttpAnswer(200, headers, b"" if request.method == "HEAD" else self._body(path, page))

    @property
    def paths(self) -> tuple[str, ...]:
        """Addresses of all pages and of the files that they use."""
        return tuple(self._pages)

    @property
    def _policy(self) -> tuple[tuple[str, str], ...]:
        connect = "connect-src 'self'; " if self.service.sandbox else ""
        return (("Content-Security-Policy", _POLICY.format(connect=connect)),)

    def _body(self, path: str, page: Page) -> bytes:
        # Two threads may render a page at the same time: both give the same bytes.
        if path not in self._rendered:
            self._rendered[path] = page.make()
        return self._rendered[path]
