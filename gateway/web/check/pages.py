"""Routes of the check page. Everybody gets the same; nothing of a request is looked at but its path
and the language.

The page is public and has no session. Its policy lets no script but its own files run, and the
scanner alone compile WebAssembly.
"""

import asyncio
import hashlib
import logging
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.domain.errors import GatewayError
from gateway.web.check.files import (
    LANGUAGES,
    SCRIPTS,
    WORKER,
    files,
    manifest,
    service_worker,
    version,
    words,
)
from gateway.web.people.languages import LANGUAGES as NAMES
from gateway.web.people.languages import preferred
from gateway.web.rendering import rendered

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
_KINDS = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "wasm": "application/wasm",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
LISTS_SECONDS = 300.0
"""Time for which a file of key lists is given out again: it takes a look at every permit."""
REFUSED_SECONDS = 60.0
"""Time for which a file that could not be made is not tried again: anybody may ask for it."""
_log = logging.getLogger(__name__)


@dataclass
class KeyListsFile:
    """Signed file of key lists, made anew after some minutes.

    Requests that come while it is made wait without a thread, so that other pages have theirs.
    make: makes it; raises GatewayError.  monotonic: seconds of a clock that only goes forward.
    """

    make: Callable[[], bytes]
    monotonic: Callable[[], float] = time.monotonic
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _made: bytes | GatewayError = b""
    _lasts_until: float | None = None

    async def content(self) -> bytes:
        """Return the file. Raises GatewayError."""
        async with self._lock:
            if self._lasts_until is None or self.monotonic() > self._lasts_until:
                self._made = await run_in_threadpool(self._outcome)
                is_refused = isinstance(self._made, GatewayError)
                lasts = REFUSED_SECONDS if is_refused else LISTS_SECONDS
                self._lasts_until = self.monotonic() + lasts
        if isinstance(self._made, GatewayError):
            raise self._made.with_traceback(None)
        return self._made

    def _outcome(self) -> bytes | GatewayError:
        try:
            return self.make()
        except GatewayError as error:
            _log.warning("key lists could not be made: code=%s", error.code)
            return error


def routes(
    signer: tuple[str, bytes],
    make_lists: Callable[[], bytes],
    own_lists: Mapping[str, Callable[[], bytes]],
) -> Iterator[Route]:
    """Yield the routes of the page, and of our key lists for partners.

    signer: kind and public key (DER) of who signs the key lists; the page takes no others.
    make_lists: makes the file of key lists; raises GatewayError.
    own_lists: makes the key list of a country that is served here, by its code; likewise.
    """
    pages = {tag: _page(tag, signer) for tag in LANGUAGES}
    lists = KeyListsFile(make_lists)
    worker = service_worker(b"".join(pages.values()))
    yield _route("/check", partial(_in_language, pages))
    yield _route("/check/keys", partial(_lists, lists))
    for country, make in own_lists.items():
        yield _route(f"/check/keys/{country}", partial(_lists, KeyListsFile(make)))
    yield _route("/check/service-worker.js", partial(_service_worker, worker))
    yield _route("/check/manifest.webmanifest", _manifest)
    for name in files():
        yield _route(f"/check/{version()}/{name}", partial(_file, name))


def _route(path: str, endpoint: Callable[..., object]) -> Route:
    return Route(path, endpoint, methods=["GET"])


@lru_cache(maxsize=len(LANGUAGES))
def _page(tag: str, signer: tuple[str, bytes]) -> bytes:
    kind, key = signer
    values = {
        "language": tag,
        "languages": NAMES,
        "word": words(LANGUAGES[tag]),
        "base": f"/check/{version()}",
        "modules": [name for name in SCRIPTS if name != "fragment.js"],
        "signer": f"{kind} {b64encode(key).decode()}",
    }
    return rendered("check/page.html", values).encode()


def _answer(content: bytes, kind: str, kept: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(content, media_type=kind, headers={**_HEADERS, "Cache-Control": kept, **named})


async def _in_language(pages: dict[str, bytes], request: Request) -> Response:
    tag = preferred(request.headers.get("accept-language", ""))
    return _answer(pages[tag], "text/html; charset=utf-8", _ASK_AGAIN, Vary="Accept-Language")


async def _manifest(request: Request) -> Response:
    tag = preferred(request.headers.get("accept-language", ""))
    content = manifest(LANGUAGES[tag])
    return _answer(content, "application/manifest+json", _ASK_AGAIN, Vary="Accept-Language")


async def _service_worker(content: bytes, _: Request) -> Response:
    return _answer(content, _KINDS["js"], _ASK_AGAIN, Service_Worker_Allowed="/check")


async def _file(name: str, _: Request) -> Response:
    answer = _answer(files()[name], _KINDS[name.rpartition(".")[2]], _FOR_EVER)
    if name == WORKER:
        answer.headers["Content-Security-Policy"] = _WORKER_POLICY
    return answer


async def _lists(lists: KeyListsFile, request: Request) -> Response:
    try:
        content = await lists.content()
    except GatewayError:
        refusal = PlainTextResponse("The key lists cannot be given now.\n", 503)
        refusal.headers.update(
            {**_HEADERS, "Cache-Control": "no-store", "Retry-After": f"{REFUSED_SECONDS:.0f}"}
        )
        return refusal
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if mark in request.headers.get("if-none-match", ""):
        return Response(None, 304, {**_HEADERS, "Cache-Control": _ASK_AGAIN, "ETag": mark})
    return _answer(content, "application/json", _ASK_AGAIN, ETag=mark)
