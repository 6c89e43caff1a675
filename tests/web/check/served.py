"""Check page of a gateway, served over HTTP on this machine; each request is kept as it came.

Browsers run a service worker on localhost without TLS, as the page itself does.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from gateway.bootstrap import Gateway, build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.paper.issue import signed_code
from gateway.settings import load_settings
from tests import waiting
from tests.builders import a_permit
from tests.crypto.paper.papers import CODEC


@dataclass
class Served:
    """The application of a gateway on a port of its own. requests: all that came, as text."""

    application: Any
    requests: list[str] = field(default_factory=list)
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    address: str = field(init=False)
    """The address of the page."""

    def __post_init__(self) -> None:
        self.address = f"http://localhost:{self.listening.getsockname()[1]}/check"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Note the request, and answer it."""
        if scope["type"] == "http":
            body = await receive()
            parts = (scope["method"], scope["raw_path"], scope["query_string"])
            self.requests.append(f"{parts} {scope['headers']} {body.get('body')!r}")
            receive = _again(body)
        await self.application(scope, receive, send)


def _again(body: Any) -> Any:
    async def receive() -> Any:
        return body

    return receive


@contextmanager
def served(application: Any, listening: socket.socket | None = None) -> Iterator[Served]:
    """The application for the length of the block, or until `stop`. listening: its port."""
    made = Served(application, listening=listening) if listening else Served(application)
    options = uvicorn.Config(made, lifespan="off", log_level="critical", timeout_keep_alive=1)
    server = uvicorn.Server(options)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve([made.listening])), name="check-page"
    )
    thread.start()
    waiting.until(lambda: server.started, "the server of the check page")
    try:
        yield made
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(20)
        made.listening.close()


@contextmanager
def a_gateway(folder: Path) -> Iterator[Gateway]:
    """A gateway of Mozambique with development keys."""
    make(folder, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    with build(load_settings(folder)) as gateway:
        yield gateway


def application(gateway: Gateway) -> Any:
    """The pages for people, the check page among them."""
    return application_of(gateway)


def a_permit_of_today(**changes: Any) -> Permit:
    """A permit that is in date now."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(
        a_permit(),
        issued_at=today - timedelta(days=10),
        valid_from=None,
        valid_until=today + timedelta(days=100),
        **changes,
    )


def address_of_code(gateway: Gateway, page: str, permit: Permit | None = None) -> str:
    """The address that the QR code of a permit holds."""
    signer = gateway.paper.issue.signer
    (authority,) = gateway.permits.served.authorities
    said = PaperStatement.of(permit or a_permit_of_today(), authority, datetime.now(UTC))
    return signed_code(said, signer, CODEC, page).address
