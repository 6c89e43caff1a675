"""A gateway's service over mutual TLS in this process: real handshake, real caller, no server."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from gateway.bootstrap import Gateway
from gateway.http import HttpRequest, settled


@contextmanager
def served(gateway: Gateway) -> Iterator[None]:
    """Answer at the public address of a gateway for the length of the block."""
    site, server = gateway.service.site, gateway.settings.server

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            url = urlsplit(self.path)
            request = HttpRequest(
                self.command,
                url.path,
                url.query,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers["Content-Length"])),
                self.connection.getpeercert(binary_form=True),
            )
            answer = settled(site(request))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """No line for a request."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate_file, server.key_file)
    context.load_verify_locations(server.client_ca_file)
    context.verify_mode = ssl.CERT_REQUIRED
    at = urlsplit(gateway.settings.gateway.public_address)
    listening = ThreadingHTTPServer((at.hostname, at.port), Handler)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,), name="in-process")
    thread.start()
    try:
        yield
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
