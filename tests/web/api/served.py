"""The JSON API in a real server, as `serve --only web` has it, that can be killed."""

import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.bootstrap import open_api
from gateway.domain.api.key import Scope
from gateway.exchange.api.administer_keys import KeyWish
from gateway.serving import RunningServer
from gateway.settings import load_settings
from tests.forked.commands import running


@dataclass
class ServedApi:
    """directory: of the gateway.  port: stays the same after a restart.  key: of the requests."""

    directory: Path
    port: int
    key: str
    _running: ExitStack = field(default_factory=ExitStack)
    _server: RunningServer | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {"EPIX_WEB__ENABLED": "true", "EPIX_WEB__LISTEN": f"127.0.0.1:{self.port}"}

    def start(self) -> None:
        command = [sys.executable, "-m", "gateway", "serve", "--only", "web"]
        words = [*command, "--dir", str(self.directory)]
        self._server = self._running.enter_context(running(words, self.environment, 90.0))

    def kill(self) -> None:
        """End all processes at once by SIGKILL."""
        assert self._server
        os.killpg(self._server.process.pid, signal.SIGKILL)
        self._server.process.wait(10)

    def close(self) -> None:
        self._running.close()

    def send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, Any]:
        """Status and JSON of an answer. Raises OSError, http.client.HTTPException."""
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        content = json.dumps(body).encode() if body is not None else None
        if content:
            sent["Content-Type"] = "application/json"
        with closing(http.client.HTTPConnection("localhost", self.port, timeout=30)) as connection:
            connection.request(method, f"/api/v1{path}", content, sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


def served_api(directory: Path) -> ServedApi:
    """The API of a working directory that may be changed; not started yet."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    wish = KeyWish("Single Window", tuple(Scope), calls_per_minute=60_000)
    with open_api(load_settings(directory)) as api:
        key = api.administer.add(wish, "T. Sitoe")[1]
    return ServedApi(directory, port, key)
