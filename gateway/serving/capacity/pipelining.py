"""Bounds on pipelined requests: bytes wait unparsed where requests wait for their answers.

A client may send its next requests before the answers to earlier ones (RFC 9112, section 9.3.2).
A small request has 30 bytes on the wire and a hundred times as many in memory, once it is parsed. A
read of 256 KB holds eight thousand of them. So a connection parses a few requests ahead. The rest
of what was read waits as raw bytes, and no more is read until answers have left.

Few connections with many requests are answered at a time (round_robin.py).

The bytes are parsed in pieces, because llhttp parses all that it is given. A read with few requests
in it, which is every read of a client without pipelining, is one piece.
"""

import logging
from asyncio import Transport
from collections.abc import Callable
from dataclasses import dataclass, field

from uvicorn.protocols.http.flow_control import FlowControl

from gateway.serving.capacity.bodies import BodyBudget
from gateway.serving.capacity.limit import Limit
from gateway.serving.capacity.round_robin import RoundRobin, Slot
from gateway.serving.handshake_log_limit import HandshakeLogLimit

PIECE_BYTES = 128
"""Length of a piece. The shortest request that is taken has 25 bytes, so a piece has five."""

MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of all bodies of a worker; more only where a message may be larger than a quarter of it."""

_VERSION = b"/1."
"""Part of each request line that is taken: `HTTP/1.0` or `HTTP/1.1`."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class WorkerLoad:
    """What the connections of one worker hold together, and how much they may.

    max_per_connection: complete requests of a connection that are unanswered; one piece more may be
    parsed.
    max_requests: unanswered requests of all connections. Above it each connection has one.
    max_unparsed_bytes: above it the connection that reads more is reset.
    report: logs a sentence about a limit that is reached, at a limited rate.
    max_body_bytes: of bodies that are under way or not answered.
    count: counts a limit that is reached, for the metrics; each worker sets its own.
    """

    max_per_connection: int = 8
    max_requests: int = 1_000
    max_unparsed_bytes: int = 32 * 1024 * 1024
    report: Callable[[str], None] = field(
        default_factory=lambda: HandshakeLogLimit(_LOG.warning).add
    )
    max_body_bytes: int = MAX_BODY_BYTES
    count: Callable[[Limit], None] | None = None
    requests: int = 0
    unparsed_bytes: int = 0
    bodies: BodyBudget = field(init=False)
    round_robin: RoundRobin = field(default_factory=RoundRobin)

    def __post_init__(self) -> None:
        self.bodies = BodyBudget(self.max_body_bytes, self.reached)

    def reached(self, limit: Limit, sentence: str) -> None:
        """Count a limit that is reached, each time, and log it, at a limited rate."""
        self.add(limit)
        self.report(sentence)

    def add(self, limit: Limit) -> None:
        """Count a limit that is reached, without a line in the log."""
        if self.count is not None:
            self.count(limit)

    @property
    def requests_ahead(self) -> int:
        """Complete requests that a connection may have unanswered now."""
        return self.max_per_connection if self.requests < self.max_requests else 1

    @property
    def is_full(self) -> bool:
        """Whether the worker holds more unparsed bytes than it may."""
        return self.unparsed_bytes > self.max_unparsed_bytes


class PausableFlow(FlowControl):
    """uvicorn's flow control, whose reading stays paused while unparsed bytes wait.

    A client that does not read its answers gives up its slot.
    """

    has_unparsed = False

    def __init__(self, transport: Transport, slot: Slot) -> None:
        super().__init__(transport)
        self._slot = slot

    def pause_writing(self) -> None:
        """Write no more for now."""
        super().pause_writing()
        self._slot.release()

    def resume_reading(self) -> None:
        """Read again, unless unparsed bytes wait."""
        if self.read_paused and not self.has_unparsed:
            super().resume_reading()


class UnparsedBytes:
    """Bytes of one connection that were read and are not parsed yet, counted for the worker.

    size: in bytes.
    are_few: whether they hold no more requests than may be parsed at once.
    """

    are_few = True

    def __init__(self, load: WorkerLoad) -> None:
        self._load = load
        self._rest = memoryview(b"")
        self._piece_bytes = self._counted = 0
        self.size = 0

    def are_few_requests(self, data: bytes) -> bool:
        """Whether what was read holds no more requests than may be parsed at once."""
        return data.count(_VERSION) <= self._load.max_per_connection

    def add(self, data: bytes) -> None:
        """Take what was read."""
        whole = bytes(self._rest) + data if self.size else data
        self.are_few = self.are_few_requests(whole)
        self._piece_bytes = len(whole) if self.are_few else PIECE_BYTES
        self._count(len(whole))  # a view keeps all of its bytes in memory, not the rest alone
        self._rest = memoryview(whole)
        self.size = len(whole)

    def next_piece(self) -> memoryview:
        """The bytes to be parsed next."""
        piece, self._rest = self._rest[: self._piece_bytes], self._rest[self._piece_bytes :]
        self.size = len(self._rest)
        if not self.size:
            self.clear()  # an empty view keeps all of its bytes in memory too
        return piece

    def clear(self) -> None:
        """Drop the bytes."""
        self._rest = memoryview(b"")
        self.size = 0
        self._count(0)

    def _count(self, size: int) -> None:
        self._load.unparsed_bytes += size - self._counted
        self._counted = size
