"""The service page and the operation pages under /epix: a request only chooses among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.http import HttpAnswer, HttpRequest
from gateway.web.operations import OPERATIONS, Operation

_HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                                "frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)  # fmt: skip
_SOAP = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """A contract version as the pages name it: `v1`, its service namespace and the root of its permit."""

    name: str
    root: str
    toolkit: str

    @property
    def namespace(self) -> str:
        """Target namespace of WSDL and messages."""
        return f"urn:CitesDataExchange/{self.name}/"


VERSIONS = (ContractVersion("v1", "CBFShip", "1.0"), ContractVersion("v2", "CITESEPermit", "2.0"))


@dataclass(frozen=True, slots=True)
class ExamplePermit:
    """What the examples ask for. is_real: the sandbox answers exactly this; elsewhere it is made up."""

    number: str
    token: str
    country: str
    is_real: bool


@dataclass(frozen=True, slots=True)
class ServicePages:
    """Renders every page once, when it is made; answering is a look-up.

    public_address: scheme, host and port as partners reach us, never taken from a request.
    authorities: names of those served.  sandbox: whether this is a sandbox, said on every page.
    """

    public_address: str
    authorities: tuple[str, ...]
    example: ExamplePermit
    software: str
    sandbox: bool = False
    _pages: Mapping[str, tuple[str, bytes]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pages", self._rendered())

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """The page of that path; None for a path that has none."""
        page = self._pages.get(request.path.rstrip("/") or "/")
        if page is None:
            return None
        if request.method not in ("GET", "HEAD"):
            return HttpAnswer(405, (("Allow", "GET, HEAD"), *_HEADERS), b"")
        content_type, body = page
        return HttpAnswer(200, (("Content-Type", content_type), *_HEADERS), b"" if request.method == "HEAD" else body)

    def _rendered(self) -> dict[str, tuple[str, bytes]]:
        environment = Environment(
            loader=PackageLoader("gateway.web"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        environment.globals.update(page=self, operations=OPERATIONS, versions=VERSIONS, soap=_SOAP)
        style, _, _ = environment.loader.get_source(environment, "style.css")  # type: ignore[union-attr]
        index = environment.get_template("index.html").render()
        pages = {"/epix": _html(index), "/epix/style.css": ("text/css; charset=utf-8", style.encode())}
        for version in VERSIONS:
            pages[f"/epix/{version.name}"] = pages["/epix"]
            for operation in OPERATIONS:
                text = environment.get_template("operation.html").render(
                    version=version, operation=operation, **_examples(environment, version, operation)
                )
                pages[f"/epix/{version.name}/{operation.name}"] = _html(text)
        return pages


def _examples(environment: Environment, version: ContractVersion, operation: Operation) -> dict[str, str]:
    names = {"request_xml": "request.xml", "answer_xml": "answer.xml", "fault_xml": "fault.xml"}
    return {
        name: environment.get_template(template).render(version=version, operation=operation).strip()
        for name, template in names.items()
    }


def _html(text: str) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", text.encode()
