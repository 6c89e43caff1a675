"""HTTP/1.1 connection of a client, with limits on bytes, fields and seconds.

uvicorn reads HTTP with llhttp, the parser of Node.js. llhttp refuses contradictory lengths, bad
chunks and folded or malformed fields, and so most of request smuggling. This subclass adds what
uvicorn leaves to a reverse proxy:

* framing (request smuggling): exactly one Host, no transfer coding but `chunked`, nothing taken
  from a trailer;
* slow clients (slowloris): deadlines for head, body and answer, and bounds on their sizes. At the
  limit of connections the slowest makes room (capacity/eviction.py);
* pipelining: few requests are parsed ahead (capacity/pipelining.py). A refusal is sent after the
  answers to earlier requests;
* mutual TLS: the client certificate of the connection goes with each request;
* graceful shutdown: requests that are under way when the server stops are answered.

Back pressure is uvicorn's: it stops reading from a client whose requests wait, and stops writing to
a client that does not read. The deadlines here end what back pressure alone would hold for ever.
"""

import asyncio
import re
from collections import deque
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from gateway.serving.capacity.bodies import LARGE_READ_BYTES
from gateway.serving.capacity.eviction import client_address, slowest
from gateway.serving.capacity.limit import Limit
from gateway.serving.capacity.pipelining import PausableFlow, UnparsedBytes, WorkerLoad
from gateway.serving.capacity.refusals import head_fault, refusal
from gateway.serving.capacity.round_robin import Slot
from gateway.serving.options import Limits
from gateway.serving.sockets import reset_on_close

LINGER_SECONDS = 1.0
"""Time in which a connection that ends is still read.

A request that crossed our shutdown on the wire is answered. After a refusal the client's bytes are
read, because closing with unread bytes resets the connection and may destroy the refusal.
"""

_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")


class _ParsingStopped(Exception):
    """Raised inside a parser callback. The parser stops, and feed_data raises HttpParserError."""


class BoundedConnection(HttpToolsProtocol):
    """The connection of one client, and the state of the request on it.

    The states of a request: in its head, in its body, waiting for its answer.

    deadline: time of the loop, in seconds, at which the present state must have ended.
    waiting_since: time of the loop, in seconds, at which the present state began.
    address: of the client, as it is counted at the limit of connections.
    load: what all connections of the worker hold together.
    slot: of a connection with many pipelined requests (capacity/round_robin.py).
    unparsed: bytes that wait until earlier requests are answered; nothing is read meanwhile.
    unanswered: requests whose head is complete and whose answer is not, oldest first.
    held_bytes: of bodies, as the budget of the worker counts them (capacity/bodies.py).
    overhead_bytes: bytes read since the last progress of a head, body or message.
    upgrade_declined: the head just read offered another protocol; it is read again without it.
    refused: a refusal is decided; no more is read.  ended: the refusal is sent.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits,
        load: WorkerLoad,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits = limits
        self.load = load
        self.unparsed = UnparsedBytes(load)
        self.slot = Slot(load.round_robin, self.loop, self._go_on)
        self.address = ""
        self.deadline = self.waiting_since = 0.0
        self.deadline_timer: asyncio.TimerHandle | None = None
        self.certificate: bytes | None = None
        self.unanswered: deque[RequestResponseCycle] = deque()
        self.in_head = self.in_body = self.upgrade_declined = False
        self.head_bytes = self.header_fields = self.hosts = 0
        self.transfer_coding: bytes | None = None
        self.held_bytes = self.overhead_bytes = 0
        self.refusal_status = 400
        self.progressed = self.refused = self.ended = self.stopping = False

    # Start, end and shutdown of the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow: PausableFlow = PausableFlow(transport, self.slot)
        self.address = client_address(self.client[0] if self.client else None)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.certificate = tls.getpeercert(binary_form=True)
        self._set_deadline(self.limits.head_seconds)
        self.deadline_timer = self.loop.call_later(self.limits.check_seconds, self._check_deadline)
        if len(self.connections) > self.limits.max_connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.deadline_timer is not None:
            self.deadline_timer.cancel()
        for cycle in self.unanswered:  # uvicorn notifies only the last request of a pipeline
            cycle.disconnected = True
        self.load.requests -= len(self.unanswered)
        self.load.bodies.release(self)
        self.unparsed.clear()
        self.slot.close()
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        if self.ended:
            return None
        if self.in_head or self.in_body:
            self._refuse(400)
        if self.unanswered and self.scheme == "http":
            self.cycle.keep_alive = False
            return True  # the client closed its half only: it still gets its answer
        return None

    def shutdown(self) -> None:
        """Graceful shutdown of this connection; the worker calls it after SIGTERM.

        Requests under way are answered. So is a request that the client sent before it learned of
        the shutdown: the connection stays open for LINGER_SECONDS.
        """
        self.stopping = True
        if self.unanswered:
            self.cycle.keep_alive = False
        self.loop.call_later(LINGER_SECONDS, self._close_if_idle)

    def _close_if_idle(self) -> None:
        if not (self.unanswered or self.in_head):
            self.transport.close()

    def _make_room(self) -> None:
        """Close one at the limit of connections; those with a complete request stay."""
        ours = (each for each in self.connections if isinstance(each, BoundedConnection))
        waiting = [
            each for each in ours if each is not self and (each.in_body or not each.unanswered)
        ]
        evicted = slowest(waiting, self.address, self.loop.time(), self.limits.young_seconds)
        what = "the new one was refused" if evicted is None else "a slow one was closed"
        most = self.limits.max_connections
        self.load.reached(Limit.CONNECTIONS, f"more than {most} connections: {what}")
        (evicted or self)._abort()

    def _abort(self) -> None:
        """Reset the connection and drop bytes the client did not read.

        Without the reset the kernel would hold those bytes, and their memory, for minutes.
        """
        self.connections.discard(self)
        reset_on_close(self.transport.get_extra_info("socket"))
        self.transport.abort()

    # Deadlines

    def _set_deadline(self, seconds: float) -> None:
        self.waiting_since = self.loop.time()
        self.deadline = self.waiting_since + seconds

    def _check_deadline(self) -> None:
        if self.loop.time() >= self.deadline:
            if self.ended or self.refused or not (self.in_head or self.in_body):
                self._abort()
                return
            self.load.add(Limit.REQUEST_SECONDS)
            self._refuse(408)
        self.deadline_timer = self.loop.call_later(self.limits.check_seconds, self._check_deadline)

    # Requests

    def data_received(self, data: bytes) -> None:
        if self.ended or self.refused:
            return
        if (self.in_body or len(data) > LARGE_READ_BYTES) and not self._has_room_for(len(data)):
            return
        if not (self.unanswered or self.unparsed.size) and self.unparsed.are_few_requests(data):
            self._unset_keepalive_if_required()
            self._parse(data)  # each read of a client without pipelining: nothing waits
            return
        self.unparsed.add(data)
        self._parse_ahead()
        if self.unparsed.size and self.load.is_full:
            text = "too many pipelined requests in this worker: a connection was reset"
            self.load.reached(Limit.PIPELINED_BYTES, text)
            self._abort()

    def _has_room_for(self, size: int) -> bool:
        """Count bytes of a body; whether they may be read. At the limit one body is refused."""
        ours = (each for each in self.connections if isinstance(each, BoundedConnection))
        evicted = self.load.bodies.hold(self, size, ours)
        if evicted is not None:
            evicted._refuse(503)
        return evicted is not self

    def _parse_ahead(self) -> None:
        """Parse what was read, up to the requests that may wait for their answers."""
        self._unset_keepalive_if_required()
        while self.unparsed.size and self._may_parse():
            self._parse(self.unparsed.next_piece())
        self.flow.has_unparsed = bool(self.unparsed.size)
        if self.unparsed.size:
            self.flow.pause_reading()
            if not self.unanswered:  # it waits for its slot, not for its client
                self._set_deadline(self.limits.answer_seconds)

    def _go_on(self) -> None:
        """Parse on, and read on where nothing waits any more."""
        if self.transport.is_closing():
            return
        self._parse_ahead()
        if not (self.unparsed.size or self.pipeline):
            self.flow.resume_reading()
        if self._is_batch_answered:
            self.slot.release()

    @property
    def _is_batch_answered(self) -> bool:
        return len(self.unanswered) == self.in_body

    def _may_parse(self) -> bool:
        if len(self.unanswered) - self.in_body >= self.load.requests_ahead:
            return False
        return self.unparsed.are_few or self.slot.acquire()

    def _parse(self, data: bytes | memoryview) -> None:
        self.progressed = False
        try:
            self._read(data)
        except HttpParserError:
            self._refuse(self.refusal_status)
        # Bytes without progress belong to an endless head, chunk extension or trailer.
        self.overhead_bytes = 0 if self.progressed else self.overhead_bytes + len(data)
        if self.overhead_bytes > self.limits.max_head_bytes:
            self._refuse(431)

    def _read(self, data: bytes | memoryview) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                head_end = upgrade.args[0]
                data = self._head_without_upgrade() + bytes(data[head_end:])
                self.parser = HttpRequestParser(self)
            else:
                return

    def _head_without_upgrade(self) -> bytes:
        """The head just read, without its offer to upgrade, to be parsed again.

        llhttp takes the bytes after such an offer for another protocol and skips the body. Java's
        HttpClient offers h2c with each request over plain HTTP. A server may decline the offer (RFC
        9110, section 7.8), but must not lose the body.
        """
        self.upgrade_declined = False
        fields = b"".join(b"%s: %s\r\n" % field for field in self.headers if field[0] != b"upgrade")
        start = (self.parser.get_method(), self.url, self.parser.get_http_version().encode("ascii"))
        return b"%s %s HTTP/%s\r\n%s\r\n" % (*start, fields)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True
        self.head_bytes = self.header_fields = self.hosts = 0
        self.transfer_coding = None
        self.scope["client_certificate"] = self.certificate  # type: ignore[typeddict-unknown-key]
        if not self.unanswered:
            self._set_deadline(self.limits.head_seconds)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self.head_bytes += len(url)
        if self.head_bytes > self.limits.max_head_bytes // 2:
            self._stop_parsing(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.in_head:
            return  # a trailer, which must never count as a header
        self.header_fields += 1
        self.head_bytes += len(name) + len(value) + 4
        if (
            self.head_bytes > self.limits.max_head_bytes
            or self.header_fields > self.limits.max_header_fields
        ):
            self._stop_parsing(431)
        lowered = name.lower()
        if lowered == b"host":
            self.hosts += 1
            if not _HOST.fullmatch(value):
                self._stop_parsing(400)
        elif lowered == b"transfer-encoding":
            self.transfer_coding = value.lower() if self.transfer_coding is None else b"repeated"
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head, self.progressed = False, True
        method, version = self.parser.get_method(), self.parser.get_http_version()
        status = head_fault(method, version, self.hosts, self.transfer_coding)
        if status is not None:
            self._stop_parsing(status)
        self.upgrade_declined = self.parser.should_upgrade()
        if self.upgrade_declined:
            return
        super().on_headers_complete()
        self.in_body = True
        self.unanswered.append(self.cycle)
        self.load.requests += 1
        self._set_deadline(self.limits.body_seconds)
        if self.stopping:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self.progressed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.upgrade_declined:
            return
        self.in_body, self.progressed = False, True
        super().on_message_complete()
        if self.unanswered:
            self._set_deadline(self.limits.answer_seconds)

    # Answers and refusals

    def on_response_complete(self) -> None:
        self.unanswered.popleft()
        self.load.requests -= 1
        if self.held_bytes and not self.in_body:
            self.load.bodies.release(self)
        if self.refused and not (self.unanswered or self.transport.is_closing()):
            self._send_refusal()
            return
        super().on_response_complete()
        if self.slot.held and self._is_batch_answered:
            self.slot.release()  # before it waits for the next one, so that others have theirs
        if self.unparsed.size and not self.slot.held:
            self._go_on()
        if self.transport.is_closing() or self.ended or self.in_body:
            return
        if self.unanswered:
            self._set_deadline(self.limits.answer_seconds)
        elif self.in_head:
            self._set_deadline(self.limits.head_seconds)
        else:
            # uvicorn closes an idle connection. If it is still there after that, the client does
            # not read its answer.
            self._set_deadline(self.limits.idle_seconds + self.limits.answer_seconds)

    def _stop_parsing(self, status: int) -> None:
        self.refusal_status = status
        raise _ParsingStopped

    def _refuse(self, status: int) -> None:
        """End the connection with `status`, after the answers to earlier requests on it."""
        if self.refused or self.transport.is_closing():
            return
        faulty = self.cycle if self.in_body else None
        self.in_head = self.in_body = False
        self.refused, self.refusal_status = True, status
        self.load.bodies.release(self)
        self.unparsed.clear()
        self.flow.has_unparsed = False
        if faulty is not None:
            if faulty.response_started:
                # Answered before its body had ended; a request gets no second answer.
                self.transport.close()
                return
            faulty.disconnected = True
            faulty.message_event.set()
            self.unanswered.pop()
            self.load.requests -= 1
            if self.pipeline and self.pipeline[0][0] is faulty:
                self.pipeline.popleft()
        if not self.unanswered:
            self._send_refusal()

    def _send_refusal(self) -> None:
        self.transport.write(refusal(self.refusal_status, self.server_state.default_headers))
        self.ended = True
        self._set_deadline(LINGER_SECONDS)
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        # Closing with unread bytes would reset the connection and may destroy the refusal.
        self.transport.write_eof()
        self.flow.resume_reading()
