"""Was every exchange written down before its answer left? Append-only, raw bytes as they travelled.

A record is on the disk, not only handed to the operating system, when `record` returns: also those of plain questions,
as a journal that may lose its last moments proves little. The price, a wait for the disk, is shared: whoever holds the
pen writes for all who wait, in one transaction. Bytes are kept uncompressed, because compressing a permit costs four
times what writing it does.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Direction, Exchange
from gateway.store.failures import guarded
from gateway.store.kept import KeptConnection, Prepared, Values
from gateway.store.moments import in_utc
from gateway.store.tables import exchange as table

_NEWEST_FIRST = select(
    table.c.id, table.c.direction, table.c.began_at, table.c.ended_at, table.c.operation, table.c.caller,
    table.c.callee, table.c.fingerprint, table.c.permit_number, table.c.outcome, table.c.request, table.c.answer,
).order_by(table.c.id.desc())  # fmt: skip


class _Entry:
    """One exchange in the queue.

    kept: whether it is in the journal; None until somebody has tried.
    turn: let go when that is known, or when this entry's thread is to hold the pen.
    """

    __slots__ = ("kept", "turn", "values")

    def __init__(self, values: Values) -> None:
        self.values = values
        self.kept: bool | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class SqlJournal:
    """The port `Journal`, and a way to read it. One writing connection is shared by all threads of the process."""

    def __init__(self, writing: Engine, reading: Engine, begin: Callable[[DBAPIConnection], None]) -> None:
        self._begin = begin
        self._connection = KeptConnection(writing)
        self._reading = reading
        self._insert = Prepared(table.insert(), writing.dialect)
        self._queue = threading.Lock()
        self._waiting: list[_Entry] = []
        self._pen_is_held = False

    def record(self, exchange: Exchange) -> None:
        """See the port. Raises ServiceUnavailable."""
        entry = _Entry(_values(exchange))
        with self._queue:
            self._waiting.append(entry)
            must_wait, self._pen_is_held = self._pen_is_held, True
        if must_wait:
            entry.turn.acquire()
        if entry.kept is None:
            self._write_waiting()
        if not entry.kept:
            raise ServiceUnavailable("The journal of this gateway cannot be written at the moment.")

    def _write_waiting(self) -> None:
        with self._queue:
            entries, self._waiting = self._waiting, []
        try:
            if not self._write(entries) and len(entries) > 1:
                for entry in entries:  # the fault may lie in one of them: no record is refused for another's sake
                    self._write([entry])
        finally:
            self._pass_the_pen()
            for entry in entries:
                entry.kept = bool(entry.kept)
                entry.turn.release()

    def _pass_the_pen(self) -> None:
        with self._queue:
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._pen_is_held = False

    def _write(self, entries: Sequence[_Entry]) -> bool:
        batch = [entry.values for entry in entries]
        try:
            self._connection.run(lambda connection: self._commit(connection, batch))
            kept = True
        except ServiceUnavailable:
            kept = False
        for entry in entries:
            entry.kept = kept
        return kept

    def _commit(self, connection: DBAPIConnection, batch: Sequence[Values]) -> None:
        self._begin(connection)
        self._insert.run(connection, batch)
        connection.commit()

    def latest(self, count: int) -> Sequence[Exchange]:
        """The newest records, newest first. Raises ServiceUnavailable."""
        with guarded(), self._reading.connect() as connection:
            return [_exchange(tuple(row)) for row in connection.execute(_NEWEST_FIRST.limit(count))]

    def close(self) -> None:
        """Close the writing connection, once nobody records any more."""
        self._connection.close()


def _values(exchange: Exchange) -> Values:
    return {
        "id": exchange.id,
        "direction": exchange.direction.value,
        "began_at": in_utc(exchange.began_at),
        "ended_at": in_utc(exchange.ended_at),
        "operation": exchange.operation,
        "caller": exchange.caller,
        "callee": exchange.callee,
        "fingerprint": exchange.fingerprint,
        "permit_number": exchange.permit_number,
        "outcome": exchange.outcome,
        "request_sha256": sha256(exchange.request).hexdigest(),
        "answer_sha256": sha256(exchange.answer).hexdigest(),
        "request": exchange.request,
        "answer": exchange.answer,
    }


def _exchange(row: Sequence[Any]) -> Exchange:
    identity, direction, began_at, ended_at, *words, request, answer = row
    operation, caller, callee, fingerprint, permit_number, outcome = words
    return Exchange(
        identity, Direction(direction), datetime.fromisoformat(began_at), datetime.fromisoformat(ended_at), operation,
        caller, callee, fingerprint, permit_number, outcome, request, answer,
    )  # fmt: skip
