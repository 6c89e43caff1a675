"""Service page and operation pages under /epix.

They are rendered once. A request only chooses among them, so nothing of it reaches a page. Values
are escaped for HTML, and each is one line (`gateway.domain.foreign_text`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.domain.foreign_text import one_line
from gateway.http import HttpAnswer, HttpRequest
from gateway.web.operations import OPERATIONS, OperationDescription
from gateway.wire.namespaces import SOAP_11, SOAP_12
from schemas import VERSIONS, ContractVersion

PAGE_HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; "
                                "form-action 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)  # fmt: skip
_SOAP = {"1.1": SOAP_11, "1.2": SOAP_12}


@dataclass(frozen=True, slots=True)
class ExamplePermit:
    """Permit in the example requests.

    is_real: the sandbox answers exactly this request; elsewhere the permit is invented.
    """

    number: str
    token: str
    country: str
    is_real: bool


@dataclass(frozen=True, slots=True)
class ServicePages:
    """Renders each page once, when constructed. Answering is a look-up.

    public_address: scheme, host and port under which partners reach the gateway. Never taken from a
    request.
    authorities: names of the authorities served.
    sandbox: whether this is a sandbox; each page says so.
    asks_certificate: whether the SOAP endpoints are open only to callers with a client certificate.
    """

    public_address: str
    authorities: tuple[str, ...]
    example: ExamplePermit
    software: str
    sandbox: bool = False
    asks_certificate: bool = True
    _pages: Mapping[str, tuple[str, bytes]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pages", self._rendered())

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """The page at the path of the request; None if there is none."""
        page = self._pages.get(request.path.rstrip("/") or "/")
        if page is None:
            return None
        if request.method not in ("GET", "HEAD"):
            return HttpAnswer(405, (("Allow", "GET, HEAD"), *PAGE_HEADERS), b"")
        content_type, body = page
        return HttpAnswer(
            200,
            (("Content-Type", content_type), *PAGE_HEADERS),
            b"" if request.method == "HEAD" else body,
        )

    def _rendered(self) -> dict[str, tuple[str, bytes]]:
        environment = environment_of_pages()
        environment.globals.update(
            page=self, operations=OPERATIONS, versions=VERSIONS.values(), soap=_SOAP
        )
        style, _, _ = environment.loader.get_source(environment, "style.css")  # type: ignore[union-attr]
        index = environment.get_template("index.html").render()
        pages = {
            "/epix": _html(index),
            "/epix/style.css": ("text/css; charset=utf-8", style.encode()),
        }
        for version in VERSIONS.values():
            pages[f"/epix/{version.name}"] = pages["/epix"]
            for operation in OPERATIONS:
                text = environment.get_template("operation.html").render(
                    version=version,
                    operation=operation,
                    **_examples(environment, version, operation),
                )
                pages[f"/epix/{version.name}/{operation.name}"] = _html(text)
        return pages


def environment_of_pages() -> Environment:
    """The templates of all pages: escaped for HTML, each value on one line."""
    return Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_value,
    )


class _Message(str):
    """A message as a template of ours has laid it out, of several lines."""

    __slots__ = ()


def _value(value: object) -> object:
    """A value as it stands on a page: text on one line, unless a template of ours laid it out."""
    return one_line(value) if type(value) is str else value


def _examples(
    environment: Environment, version: ContractVersion, operation: OperationDescription
) -> dict[str, str]:
    names = {"request_xml": "request.xml", "answer_xml": "answer.xml", "fault_xml": "fault.xml"}
    return {
        name: _Message(
            environment.get_template(template).render(version=version, operation=operation).strip()
        )
        for name, template in names.items()
    }


def _html(text: str) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", text.encode()
