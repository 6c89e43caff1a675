"""Control address of a stand-in: shows its state, and switches the misbehaviour while it runs.

It listens on loopback alone. Changes are PUT and DELETE: a page in a browser on this machine cannot
send these to another site. The Host must be this machine too, so that no name server can lead a
page here.

    curl http://127.0.0.1:8091/
    curl -X PUT http://127.0.0.1:8091/misbehaviour/slow
    curl -X DELETE http://127.0.0.1:8091/misbehaviour
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.http import PLAIN_TEXT_HEADERS, HttpAnswer, HttpRequest
from gateway.loopback import is_loopback_url
from gateway.simulator.misbehaviour import Misbehaviour
from gateway.simulator.server import Reply

_JSON = (("Content-Type", "application/json"), *PLAIN_TEXT_HEADERS[1:])
_FOLDER = "/misbehaviour"


@dataclass(frozen=True, slots=True)
class Control:
    """Site of the control address. state: of the stand-in, for `GET /`.  switch: None: behave."""

    state: Callable[[], Mapping[str, object]]
    switch: Callable[[Misbehaviour | None], None]

    def __call__(self, request: HttpRequest) -> Reply:
        """Answer one request."""
        return self._answer(request), None

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        if not is_loopback_url(f"http://{request.headers.get('host', '')}/"):
            return _says(403, "The control address answers to this machine alone.")
        if request.method == "GET" and request.path == "/":
            return self._state()
        if request.method == "DELETE" and request.path == _FOLDER:
            self.switch(None)
            return self._state()
        if request.method == "PUT" and request.path.startswith(f"{_FOLDER}/"):
            try:
                wanted = Misbehaviour(request.path.removeprefix(f"{_FOLDER}/"))
            except ValueError:
                return _says(404, f"A misbehaviour is one of: {', '.join(Misbehaviour)}.")
            self.switch(wanted)
            return self._state()
        return _says(404, f"GET /, PUT {_FOLDER}/NAME and DELETE {_FOLDER} are answered here.")

    def _state(self) -> HttpAnswer:
        return HttpAnswer(200, _JSON, json.dumps(self.state()).encode() + b"\n")


def _says(status: int, sentence: str) -> HttpAnswer:
    return HttpAnswer(status, PLAIN_TEXT_HEADERS, sentence.encode() + b"\n")
