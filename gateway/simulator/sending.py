"""Sending of an answer over a connection: rightly, or spoilt on the way by a misbehaviour.

Every wait ends at once when the client leaves or the server stops, which closes the connection; no
answer takes longer than `hold_seconds`.
"""

import select
import socket
from collections.abc import Iterator
from http import HTTPStatus
from time import monotonic

from gateway.http import HttpAnswer
from gateway.simulator.misbehaviour import Misbehaviour, Pace
from gateway.wire.deadline import Deadline

_PIECE = b"x" * 65_536
_HUGE_BEGINS = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope'
    b' xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Huge>'
)
_ANSWER_SECONDS = 30.0
_RECEIVED_BYTES = 4_096


def send(
    connection: socket.socket,
    answer: HttpAnswer,
    how: Misbehaviour | None,
    pace: Pace,
) -> None:
    """Send one answer. how: None: rightly.  Raises OSError where the client has left."""
    seconds = _ANSWER_SECONDS if how is None else pace.hold_seconds
    deadline = Deadline(seconds)
    for pause, piece in _pieces(answer, how, pace):
        if pause and _left_within(min(pause, deadline.seconds()), connection):
            return
        if piece:
            connection.settimeout(deadline.seconds())
            connection.sendall(piece)


def _left_within(seconds: float, connection: socket.socket) -> bool:
    """Wait; whether the client left in that time. Bytes that it still sends are thrown away."""
    until = monotonic() + seconds
    incoming = select.poll()
    incoming.register(connection, select.POLLIN)
    while (left := until - monotonic()) > 0:
        connection.settimeout(left)
        if incoming.poll(left * 1000) and not connection.recv(_RECEIVED_BYTES):
            return True
    return False


def _pieces(
    answer: HttpAnswer, how: Misbehaviour | None, pace: Pace
) -> Iterator[tuple[float, bytes]]:
    """Seconds to wait, and bytes to send then."""
    whole = _head(answer, len(answer.body)) + answer.body
    match how:
        case Misbehaviour.SLOW:
            yield pace.slow_seconds, whole
        case Misbehaviour.DEAD:
            yield pace.hold_seconds, b""
        case Misbehaviour.CUT:
            yield 0, whole[: -(len(answer.body) // 2 + 1)]
        case Misbehaviour.DRIP:
            for at in range(len(whole)):
                yield pace.drip_seconds, whole[at : at + 1]
        case Misbehaviour.HUGE:
            yield 0, _head(answer, pace.huge_bytes) + _HUGE_BEGINS
            for _ in range(0, pace.huge_bytes - len(_HUGE_BEGINS), len(_PIECE)):
                yield 0, _PIECE
        case _:
            yield 0, whole


def _head(answer: HttpAnswer, length: int) -> bytes:
    status = HTTPStatus(answer.status)
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in answer.headers),
        f"Content-Length: {length}",
        "Server: epix-gateway stand-in",
        "Connection: close",
    ]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")
