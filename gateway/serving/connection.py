"""What keeps one client from harming another? uvicorn's HTTP/1.1 connection with bounds on bytes, fields and seconds.

uvicorn reads HTTP with llhttp, the parser of Node.js, which refuses contradictory lengths, bad chunks and folded or
malformed fields. This subclass adds what uvicorn leaves to a proxy: size and time limits of head, body and answer,
exactly one Host, no coding but `chunked`, a refusal that waits its turn behind earlier answers, the client certificate
of the TLS connection, and a stop that answers what is already on its way.
"""

import asyncio
import re
import socket
import struct
from collections import deque
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from gateway.serving.options import Limits

LINGER_SECONDS = 1.0
"""How long a connection that ends is still read: for the request that crossed our stop, or so a refusal is not lost."""

_NO_LINGER = struct.pack("ii", 1, 0)
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")
_SENTENCES = {
    400: b"The HTTP request is malformed.\n",
    408: b"The HTTP request did not arrive in time.\n",
    414: b"The address is too long.\n",
    431: b"The HTTP head is too large.\n",
    501: b"No transfer coding but chunked is understood.\n",
    505: b"Only HTTP/1.0 and HTTP/1.1 are understood.\n",
}


class _Refused(Exception):
    """Raised inside a parser callback: the parser stops, and feed_data raises HttpParserError."""


class BoundedConnection(HttpToolsProtocol):
    """One client connection.

    A request is in its head, then in its body, then waits for its answer. `deadline` is the loop's time at which the
    present step must be over; `unanswered` holds the requests whose head is complete and whose answer is not.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits = limits
        self.tick = min(1.0, limits.head_seconds / 4, limits.body_seconds / 4, limits.answer_seconds / 4)
        self.deadline = 0.0
        self.watch: asyncio.TimerHandle | None = None
        self.certificate: bytes | None = None
        self.unanswered: deque[RequestResponseCycle] = deque()
        self.in_head = self.in_body = self.declined = False
        self.head_bytes = self.header_fields = self.hosts = 0
        self.coding: bytes | None = None
        self.overhead_bytes = 0
        self.progressed = False
        self.refusal = 400
        self.refused = self.ended = self.stopping = False

    # The connection comes and goes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.certificate = tls.getpeercert(binary_form=True)
        self._within(self.limits.head_seconds)
        self.watch = self.loop.call_later(self.tick, self._watch)
        if len(self.connections) > self.limits.max_connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.watch is not None:
            self.watch.cancel()
        for cycle in self.unanswered:  # uvicorn would tell only the last of a pipeline
            cycle.disconnected = True
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        if self.ended:
            return None
        if self.in_head or self.in_body:
            self._refuse(400)
        if self.unanswered and self.scheme == "http":
            self.cycle.keep_alive = False
            return True  # a sender that closed only its own half still gets its answer
        return None

    def shutdown(self) -> None:
        """Stop was asked for: what is under way is answered, and a request that crossed our goodbye too."""
        self.stopping = True
        if self.unanswered:
            self.cycle.keep_alive = False
        self.loop.call_later(LINGER_SECONDS, self._close_if_idle)

    def _close_if_idle(self) -> None:
        if not (self.unanswered or self.in_head):
            self.transport.close()

    def _make_room(self) -> None:
        waiting = [
            other
            for other in self.connections
            if isinstance(other, BoundedConnection) and other is not self and (other.in_body or not other.unanswered)
        ]
        min(waiting, key=lambda other: other.deadline, default=self)._cut()

    def _cut(self) -> None:
        """Away at once, with what the client did not read: otherwise the kernel would keep that for minutes."""
        self.connections.discard(self)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    # Time

    def _within(self, seconds: float) -> None:
        self.deadline = self.loop.time() + seconds

    def _watch(self) -> None:
        if self.loop.time() >= self.deadline:
            if self.ended or self.refused or not (self.in_head or self.in_body):
                self._cut()
                return
            self._refuse(408)
        self.watch = self.loop.call_later(self.tick, self._watch)

    # Bytes come in

    def data_received(self, data: bytes) -> None:
        if self.ended or self.refused:
            return
        self._unset_keepalive_if_required()
        self.progressed = False
        try:
            self._read(data)
        except HttpParserError:
            self._refuse(self.refusal)
        # Bytes that are neither body nor the end of a head or a message: an endless head, chunk extension or trailer.
        self.overhead_bytes = 0 if self.progressed else self.overhead_bytes + len(data)
        if self.overhead_bytes > self.limits.max_head_bytes:
            self._refuse(431)

    def _read(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as offer:  # its argument: where in data the head ended
                data = self._head_without_offer() + data[offer.args[0] :]
                self.parser = HttpRequestParser(self)
            else:
                return

    def _head_without_offer(self) -> bytes:
        """The head just read, for a parser that shall not skip the body, as llhttp does after an offer to upgrade.

        Java's HttpClient offers h2c with each request over plain HTTP. We may decline, but not lose what it sends.
        """
        self.declined = False
        fields = b"".join(b"%s: %s\r\n" % field for field in self.headers if field[0] != b"upgrade")
        start = (self.parser.get_method(), self.url, self.parser.get_http_version().encode("ascii"))
        return b"%s %s HTTP/%s\r\n%s\r\n" % (*start, fields)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True
        self.head_bytes = self.header_fields = self.hosts = 0
        self.coding = None
        self.scope["client_certificate"] = self.certificate  # type: ignore[typeddict-unknown-key]
        if not self.unanswered:
            self._within(self.limits.head_seconds)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self.head_bytes += len(url)
        if self.head_bytes > self.limits.max_head_bytes // 2:
            self._stop_parsing(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.in_head:
            return  # a trailer: nothing in it is for us, and it must never count as a header
        self.header_fields += 1
        self.head_bytes += len(name) + len(value) + 4
        if self.head_bytes > self.limits.max_head_bytes or self.header_fields > self.limits.max_header_fields:
            self._stop_parsing(431)
        lowered = name.lower()
        if lowered == b"host":
            self.hosts += 1
            if not _HOST.fullmatch(value):
                self._stop_parsing(400)
        elif lowered == b"transfer-encoding":
            self.coding = value.lower() if self.coding is None else b"repeated"
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head, self.progressed = False, True
        self._check_head(self.parser.get_http_version())
        self.declined = self.parser.should_upgrade()
        if self.declined:
            return
        super().on_headers_complete()
        self.in_body = True
        self.unanswered.append(self.cycle)
        self._within(self.limits.body_seconds)
        if self.stopping:
            self.cycle.keep_alive = False

    def _check_head(self, version: str) -> None:
        if self.parser.get_method() == b"CONNECT":
            self._stop_parsing(400)
        if version not in ("1.0", "1.1"):
            self._stop_parsing(505)
        if self.hosts > 1 or (self.hosts == 0 and version == "1.1"):
            self._stop_parsing(400)
        if self.coding is not None:
            if version == "1.0":
                self._stop_parsing(400)
            if self.coding != b"chunked":
                self._stop_parsing(501)

    def on_body(self, body: bytes) -> None:
        self.progressed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.declined:
            return
        self.in_body, self.progressed = False, True
        super().on_message_complete()
        if self.unanswered:
            self._within(self.limits.answer_seconds)

    # Answers go out

    def on_response_complete(self) -> None:
        self.unanswered.popleft()
        if self.refused and not (self.unanswered or self.transport.is_closing()):
            self._end()
            return
        super().on_response_complete()
        if self.transport.is_closing() or self.in_body:
            return
        if self.unanswered:
            self._within(self.limits.answer_seconds)
        elif self.in_head:
            self._within(self.limits.head_seconds)
        else:  # uvicorn closes it when idle; still there after that means that the client does not read
            self._within(self.limits.idle_seconds + self.limits.answer_seconds)

    def _stop_parsing(self, status: int) -> None:
        self.refusal = status
        raise _Refused

    def _refuse(self, status: int) -> None:
        """End the connection with `status`, after the answers that earlier requests on it still get."""
        if self.refused or self.transport.is_closing():
            return
        faulty = self.cycle if self.in_body else None
        self.in_head = self.in_body = False
        self.refused, self.refusal = True, status
        if faulty is not None:
            if faulty.response_started:  # answered before its body was over, and nothing gets two answers
                self.transport.close()
                return
            faulty.disconnected = True
            faulty.message_event.set()
            self.unanswered.pop()
            if self.pipeline and self.pipeline[0][0] is faulty:
                self.pipeline.popleft()
        if not self.unanswered:
            self._end()

    def _end(self) -> None:
        text = _SENTENCES[self.refusal]
        lines = [STATUS_LINE[self.refusal]]
        lines += [b"%s: %s\r\n" % field for field in self.server_state.default_headers]
        lines.append(b"content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n")
        lines.append(b"cache-control: no-store\r\nconnection: close\r\n")
        lines.append(b"content-length: %d\r\n\r\n%s" % (len(text), text))
        self.transport.write(b"".join(lines))
        self.ended = True
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        # Closing with unread bytes would reset the connection and may take the refusal with it.
        self.transport.write_eof()
        self.flow.resume_reading()
        self._within(LINGER_SECONDS)
