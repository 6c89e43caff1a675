"""OCSP responder (RFC 6960) on loopback, with prepared responses."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.pki import Identity


class Responder(ThreadingHTTPServer):
    """The server.

    answers: serial number -> response, DER.  asked: requested serial numbers, in their order.
    status: HTTP status of each response.  delay_seconds: before each response.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[int, bytes] = {}
        self.asked: list[int] = []
        self.status = 200
        self.delay_seconds = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ocsp"

    def handle_error(self, *_: object) -> None:
        """A client that gave up waiting is no error of the test."""

    def says(self, of: Identity, answer: bytes) -> None:
        self.answers[of.certificate.serial_number] = answer


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Responder)
        assert (self.path, self.headers["Content-Type"]) == ("/ocsp", "application/ocsp-request")
        serial = ocsp.load_der_ocsp_request(
            self.rfile.read(int(self.headers["Content-Length"]))
        ).serial_number
        server.asked.append(serial)
        time.sleep(server.delay_seconds)
        unauthorized = ocsp.OCSPResponseBuilder.build_unsuccessful(
            ocsp.OCSPResponseStatus.UNAUTHORIZED
        )
        answer = server.answers.get(serial) or unauthorized.public_bytes(Encoding.DER)
        self.send_response(server.status)
        self.send_header("Content-Type", "application/ocsp-response")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """No log on the terminal."""


@contextmanager
def responding() -> Iterator[Responder]:
    with Responder() as responder:
        thread = threading.Thread(target=responder.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield responder
        finally:
            responder.shutdown()
            thread.join()
