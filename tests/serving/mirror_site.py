"""Which site stands behind the servers under test? One that tells what it was given."""

import hashlib
import json
import os
import threading
import time
from pathlib import Path

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import refusals

PERMIT = b"<permit>" + b"x" * 17_000 + b"</permit>"
MAX_BODY_BYTES = 1_000_000


def site_from_environment():
    seen = os.environ.get("SEEN_FILE")
    lock = threading.Lock()

    def site(request: HttpRequest) -> HttpAnswer:
        if seen:
            with lock, Path(seen).open("a") as notes:
                notes.write(f"{request.method} {request.path}\n")
        if request.path == "/slow":
            time.sleep(1.0)
        if request.path == "/permit":
            return HttpAnswer(200, (("content-type", "text/xml; charset=utf-8"),), PERMIT)
        told = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": dict(request.headers),
            "length": len(request.body),
            "sha256": hashlib.sha256(request.body).hexdigest(),
            "certificate": request.certificate.hex() if request.certificate else None,
            "refused": request.certificate_refused,
            "worker": os.getpid(),
        }
        status = 413 if len(request.body) > MAX_BODY_BYTES else 200
        return HttpAnswer(status, (("content-type", "application/json"),), json.dumps(told).encode())

    return site


MINUTE_SECONDS = 4.0


def site_of_short_minutes():
    refusals.MINUTE_SECONDS = MINUTE_SECONDS
    return site_from_environment()


def note_refused_handshake(reason: str) -> None:
    with Path(os.environ["REFUSED_FILE"]).open("a") as notes:
        notes.write(f"{reason}\n")


def site_that_fails():
    raise RuntimeError("no database")
