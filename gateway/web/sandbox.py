"""Sandbox page /epix/sandbox: permits with their outcomes, and files for callers to download.

Page and files are the same for everybody, and need no client certificate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.partner import Partner
from gateway.exchange.sandbox.cases import SandboxCase
from gateway.http import HttpAnswer, HttpRequest
from gateway.web.pages import PAGE_HEADERS, ServicePages, environment_of_pages

_PATH = "/epix/sandbox"
_MEDIA_TYPES = {
    "pem": "application/x-pem-file",
    "key": "application/x-pem-file",
    "p12": "application/x-pkcs12",
}


@dataclass(frozen=True, slots=True)
class Downloads:
    """Files for callers of a sandbox for a team.

    files: content by name.  password: of the PKCS#12 file.  ca_sha256: of the CA's certificate.
    """

    files: Mapping[str, bytes]
    password: str
    ca_sha256: str


@dataclass(frozen=True, slots=True)
class SandboxPages:
    """Renders the page once, when constructed. Answering is a look-up.

    pages: the other pages, whose frame it shares.  caller: the partner that callers count as.
    reset_minutes: 0 for no timer.  downloads: None for a sandbox without TLS.
    """

    pages: ServicePages
    cases: Sequence[SandboxCase]
    caller: Partner
    reset_minutes: int
    downloads: Downloads | None
    _answers: Mapping[str, HttpAnswer] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_answers", self._rendered())

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """The page or file at the path of the request, or another page; None if there is none."""
        answer = self._answers.get(request.path.rstrip("/"))
        if answer is None:
            return self.pages(request)
        if request.method not in ("GET", "HEAD"):
            return HttpAnswer(405, (("Allow", "GET, HEAD"), *PAGE_HEADERS), b"")
        if request.method == "HEAD":
            return HttpAnswer(answer.status, answer.headers, b"")
        return answer

    def _rendered(self) -> dict[str, HttpAnswer]:
        files = self.downloads.files if self.downloads else {}
        text = (
            environment_of_pages()
            .get_template("sandbox.html")
            .render(
                page=self.pages,
                cases=self.cases,
                caller=self.caller,
                reset_minutes=self.reset_minutes,
                files=bool(files),
                password=self.downloads.password if self.downloads else "",
                ca_sha256=self.downloads.ca_sha256 if self.downloads else "",
            )
        )
        answers = {_PATH: _answer("text/html; charset=utf-8", text.encode())}
        for name, content in files.items():
            media = _MEDIA_TYPES[name.rpartition(".")[2]]
            saved = ("Content-Disposition", f'attachment; filename="{name}"')
            answers[f"{_PATH}/{name}"] = _answer(media, content, saved)
        return answers


def _answer(media: str, body: bytes, *more: tuple[str, str]) -> HttpAnswer:
    return HttpAnswer(200, (("Content-Type", media), *more, *PAGE_HEADERS), body)
