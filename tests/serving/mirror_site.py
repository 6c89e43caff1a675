"""Mirror site: answers with what it received, as JSON.

Environment: SEEN_FILE gets a line for each request when the site is called. `/held` is answered
once RELEASE_FILE exists, so that a test decides how long a request is in flight.
"""

import ctypes
import hashlib
import json
import os
import threading
import time
from pathlib import Path

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import handshake_log_limit

PERMIT = b"<permit>" + b"x" * 17_000 + b"</permit>"
MAX_BODY_BYTES = 1_000_000
_PR_GET_DUMPABLE = 3


def site_from_environment():
    seen = os.environ.get("SEEN_FILE")
    release = Path(os.environ.get("RELEASE_FILE", "/"))
    lock = threading.Lock()

    def site(request: HttpRequest) -> HttpAnswer:
        if seen:
            with lock, Path(seen).open("a") as notes:
                notes.write(f"{request.method} {request.path}\n")
        while request.path == "/held" and not release.exists():
            time.sleep(0.01)
        if request.path == "/permit":
            return HttpAnswer(200, (("content-type", "text/xml; charset=utf-8"),), PERMIT)
        received = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": dict(request.headers),
            "length": len(request.body),
            "sha256": hashlib.sha256(request.body).hexdigest(),
            "certificate": request.certificate.hex() if request.certificate else None,
            "refused": request.certificate_refused,
            "worker": os.getpid(),
            "dumpable": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0),
        }
        status = 413 if len(request.body) > MAX_BODY_BYTES else 200
        return HttpAnswer(
            status, (("content-type", "application/json"),), json.dumps(received).encode()
        )

    return site


WINDOW_SECONDS, MAX_SINGLE_RECORDS = 0.5, 2


def site_of_short_windows():
    handshake_log_limit.WINDOW_SECONDS = WINDOW_SECONDS
    handshake_log_limit.MAX_SINGLE_RECORDS = MAX_SINGLE_RECORDS
    return site_from_environment()


def note_refused_handshake(reason: str) -> None:
    with Path(os.environ["REFUSED_FILE"]).open("a") as notes:
        notes.write(f"{reason}\n")


def site_that_fails():
    raise RuntimeError("no database")
