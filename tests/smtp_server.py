"""SMTP server of tests, on loopback: keeps what was said and the mails it took."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.pki import Identity


class Smtp(socketserver.StreamRequestHandler):
    """A small SMTP server (RFC 5321)."""

    server: Any

    def handle(self) -> None:
        self.say(b"220 here")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            self.server.said.append(line.strip())
            if word == b"EHLO":
                self.say(b"250-here\r\n250 AUTH PLAIN")
            elif word == b"AUTH":
                self.say(self.server.verdict)
            elif word == b"DATA":
                self.say(b"354 go on")
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    mail += self.rfile.readline()
                self.server.mails.append(mail)
                self.say(b"250 taken")
            elif word == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class Dripping(socketserver.StreamRequestHandler):
    """One byte at a time, without end, until the client leaves."""

    server: Any

    def handle(self) -> None:
        try:
            while not self.server.stopped.wait(0.05):
                self.wfile.write(b"2")
        except OSError:
            pass


@contextmanager
def smtp(
    handler: type[socketserver.StreamRequestHandler] = Smtp,
    verdict: bytes = b"235 ok",
    tls: Identity | None = None,
) -> Iterator[Any]:
    """A server for the length of the block. verdict: on a log-in.  tls: its certificate."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls.certificate_file, tls.key_file)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.handle_error = lambda *_: None
        server.daemon_threads = True
        server.said, server.mails, server.verdict = [], [], verdict
        server.stopped = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()
