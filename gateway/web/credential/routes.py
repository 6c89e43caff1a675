"""Routes for verifiers of credentials: the issuer's document and its status lists, for everybody.

A list is made anew after a minute, and a few of those that were asked for are kept. A name of no
list costs a look at an index of the database, and nothing is signed for it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.domain.credential.status_list import ListUnusable
from gateway.domain.errors import GatewayError

KEPT_SECONDS = 60.0
"""Time for which a file is given out again, and may be kept by who fetched it."""
MOST_KEPT = 16
DID_PATH = "/.well-known/did.json"
LIST_PATH = "/credentials/status/{name}"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    # Verifiers in browsers fetch both from other places.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": f"public, max-age={KEPT_SECONDS:.0f}",
}
_log = logging.getLogger(__name__)


@dataclass
class KeptFiles:
    """Files by name, each made anew after KEPT_SECONDS.

    make: makes one; raises GatewayError, ListUnusable.
    monotonic: seconds of a clock that only goes forward.
    """

    make: Callable[[str], bytes]
    monotonic: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def content(self, name: str) -> bytes:
        """Return a file. Raises GatewayError, ListUnusable."""
        with self._lock:
            made = self._kept.pop(name, None)
            if made is None or self.monotonic() - made[0] > KEPT_SECONDS:
                made = self.monotonic(), self.make(name)
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = made
            return made[1]


def routes(did_document: Callable[[], bytes], status_list: Callable[[str], str]) -> Iterator[Route]:
    """Yield the routes.

    did_document: makes the document of the issuer.  status_list: makes a signed list by its name.
    Both raise GatewayError, the second ListUnusable too.
    """
    documents = KeptFiles(lambda _: did_document())
    lists = KeptFiles(lambda name: status_list(name).encode())
    yield Route(DID_PATH, partial(_answer, documents, "application/did+json"), methods=["GET"])
    yield Route(LIST_PATH, partial(_answer, lists, "application/vc+jwt"), methods=["GET"])


async def _answer(files: KeptFiles, kind: str, request: Request) -> Response:
    try:
        content = await run_in_threadpool(files.content, request.path_params.get("name", ""))
    except ListUnusable:
        return PlainTextResponse("There is no such list.\n", 404, _HEADERS)
    except GatewayError as error:
        _log.warning("a file for verifiers could not be made: code=%s", error.code)
        without = {**_HEADERS, "Cache-Control": "no-store", "Retry-After": "60"}
        return PlainTextResponse("This cannot be given now.\n", 503, without)
    return Response(content, 200, _HEADERS, kind)
