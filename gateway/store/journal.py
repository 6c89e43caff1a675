"""Was every exchange written down before its answer left? Append-only, raw bytes as they travelled.

A record is on the disk, not only handed to the operating system, when its receipt is settled: also those of plain
questions, as a journal that may lose its last moments proves little. The price, a wait for the disk, is shared: whoever
settles first writes all that wait, in one transaction.

What the store keeps for good (documents, seals, attachments) a record only names, by SHA-256; the raw bytes are put
together again when they are read. No digest of a whole message is taken here: it can be, at any time, from these bytes.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.spliced import Kept, Spliced, in_base64, parts_of
from gateway.store.failures import guarded
from gateway.store.kept import KeptConnection, Prepared, Values
from gateway.store.moments import in_utc
from gateway.store.tables import content
from gateway.store.tables import exchange as table

_NEWEST_FIRST = select(
    table.c.id, table.c.direction, table.c.began_at, table.c.ended_at, table.c.operation, table.c.caller,
    table.c.callee, table.c.fingerprint, table.c.permit_number, table.c.outcome, table.c.request, table.c.answer,
    table.c.answer_content,
).order_by(table.c.id.desc())  # fmt: skip

_BASE64 = "base64"


class _Receipt:
    """One exchange on its way into the journal. kept: whether it is there; None until somebody has tried."""

    __slots__ = ("_journal", "kept", "values")

    def __init__(self, journal: "SqlJournal", values: Values) -> None:
        self._journal = journal
        self.values = values
        self.kept: bool | None = None

    def settle(self) -> None:
        """See the port."""
        if self.kept is None:
            self._journal.write_waiting()
        if not self.kept:
            raise ServiceUnavailable("The journal of this gateway cannot be written at the moment.")


class SqlJournal:
    """The port `Journal`, and a way to read it. One writing connection is shared by all threads of the process."""

    def __init__(self, writing: Engine, reading: Engine, begin: Callable[[DBAPIConnection], None]) -> None:
        self._begin = begin
        self._connection = KeptConnection(writing)
        self._reading = reading
        self._insert = Prepared(table.insert(), writing.dialect)
        self._waiting: deque[_Receipt] = deque()
        self._pen = threading.Lock()

    def enqueue(self, exchange: Exchange) -> _Receipt:
        """See the port."""
        receipt = _Receipt(self, _values(exchange))
        self._waiting.append(receipt)
        return receipt

    def record(self, exchange: Exchange) -> None:
        """See the port."""
        self.enqueue(exchange).settle()

    def write_waiting(self) -> None:
        """Write all that wait, unless somebody is at it; those that were waiting are then decided in any case."""
        with self._pen:
            receipts = []
            while self._waiting:
                receipts.append(self._waiting.popleft())
            if receipts and not self._write(receipts) and len(receipts) > 1:
                for receipt in receipts:  # the fault may lie in one of them: no record is refused for another's sake
                    self._write([receipt])

    def _write(self, receipts: Sequence[_Receipt]) -> bool:
        kept = False
        batch = [receipt.values for receipt in receipts]
        try:
            self._connection.run(lambda connection: self._commit(connection, batch))
            kept = True
        except ServiceUnavailable:
            pass
        finally:  # whatever happened, whoever waits for one of them is told
            for receipt in receipts:
                receipt.kept = kept
        return kept

    def _commit(self, connection: DBAPIConnection, batch: Sequence[Values]) -> None:
        self._begin(connection)
        self._insert.run(connection, batch)
        connection.commit()

    def latest(self, count: int) -> Sequence[Exchange]:
        """The newest records, newest first. Raises ServiceUnavailable."""
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(_NEWEST_FIRST.limit(count)).all()
            named = {key for row in rows for _, key, _ in _places(row.answer_content)}
            kept: dict[str, bytes] = {}
            for key in named:
                kept[key] = connection.execute(select(content.c.bytes).where(content.c.sha256 == key)).scalar_one()
        return [_exchange(tuple(row), kept) for row in rows]

    def close(self) -> None:
        """Close the writing connection, once nobody records any more."""
        self._connection.close()


def _values(exchange: Exchange) -> Values:
    answer, answer_content = _taken_apart(exchange.answer)
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
        "request": exchange.request,
        "answer": answer,
        "answer_content": answer_content,
    }


def _exchange(row: Sequence[Any], kept: Mapping[str, bytes]) -> Exchange:
    identity, direction, began_at, ended_at, *words, request, answer, answer_content = row
    operation, caller, callee, fingerprint, permit_number, outcome = words
    return Exchange(
        identity, Direction(direction), datetime.fromisoformat(began_at), datetime.fromisoformat(ended_at), operation,
        caller, callee, fingerprint, permit_number, outcome, request, _put_together(answer, answer_content, kept),
    )  # fmt: skip


def _taken_apart(answer: bytes) -> tuple[bytes, str | None]:
    """What a record has to keep of an answer: the bytes that are nowhere else, and what belongs in between.

    The latter in the order of the answer, one blank between two: `BEFORE:SHA256` or `BEFORE:SHA256:base64`, where
    BEFORE says how many of the bytes kept here come first.
    """
    own: list[bytes] = []
    places: list[str] = []
    length = 0
    for part in parts_of(answer):
        if isinstance(part, Kept):
            places.append(f"{length}:{part.key}:{_BASE64}" if part.is_base64 else f"{length}:{part.key}")
        else:
            own.append(part)
            length += len(part)
    return b"".join(own), " ".join(places) or None


def _places(answer_content: str | None) -> Sequence[tuple[int, str, bool]]:
    """(bytes before it, SHA-256, whether in base64) of each."""
    found = [place.split(":") for place in (answer_content or "").split()]
    return [(int(before), key, bool(encoding)) for before, key, *encoding in found]


def _put_together(own: bytes, answer_content: str | None, kept: Mapping[str, bytes]) -> bytes:
    """The answer as it travelled, from what `_taken_apart` gave."""
    parts: list[bytes] = []
    done = 0
    for before, key, is_base64 in _places(answer_content):
        parts += (own[done:before], in_base64(kept[key]) if is_base64 else kept[key])
        done = before
    return Spliced((*parts, own[done:]))
