"""Was every exchange written down before its answer left? Append-only, raw bytes as they travelled.

A record is on the disk, not only handed to the operating system, when its receipt is settled: also those of plain
questions, as a journal that may lose its last moments proves little; who thinks otherwise can say that they need not
wait. The price, a wait for the disk, is shared: whoever settles first writes all that wait, in one transaction.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from gateway.domain.errors import ServiceUnavailable, Trouble
from gateway.exchange.ports import Exchange, Wanted
from gateway.store.entries import ENTRY, exchanges, values_of
from gateway.store.failures import guarded
from gateway.store.kept import ConnectionPerThread, KeptConnection, Prepared, Values
from gateway.store.moments import in_utc
from gateway.store.tables import exchange as table

_NEWEST_FIRST = ENTRY.order_by(table.c.id.desc())


class _Receipt:
    """One exchange on its way into the journal.

    waits: whether it must be on the disk.  kept: whether it is there; None until somebody has tried.
    failure: why it is not, where that is known.
    """

    __slots__ = ("_journal", "exchange", "failure", "kept", "waits")

    def __init__(self, journal: "SqlJournal", exchange: Exchange, waits: bool) -> None:
        self._journal = journal
        self.exchange = exchange
        self.waits = waits
        self.kept: bool | None = None
        self.failure: Exception | None = None

    def settle(self) -> None:
        """See the port."""
        if self.kept is None:
            self._journal.write_waiting()
        if not self.kept:
            trouble = self.failure.trouble if isinstance(self.failure, ServiceUnavailable) else None
            sentence = "The journal of this gateway cannot be written at the moment."
            raise ServiceUnavailable(sentence, trouble) from self.failure


class SqlJournal:
    """The port `Journal`, and a way to read it. One thread of the process writes at a time."""

    def __init__(
        self, writing: KeptConnection | ConnectionPerThread, reading: Engine, begin: Callable[[DBAPIConnection], None],
        commit: Callable[[DBAPIConnection, bool], None], *, questions_wait: bool = True,
    ) -> None:  # fmt: skip
        """begin, commit: how a connection of `writing` does both.  questions_wait: for the disk, as all others."""
        self._begin = begin
        self._commit = commit
        self._questions_wait = questions_wait
        self._writing = writing
        self._reading = reading
        self._insert = Prepared(table.insert(), reading.dialect)
        self._waiting: deque[_Receipt] = deque()
        self._pen = threading.Lock()

    def enqueue(self, exchange: Exchange) -> _Receipt:
        """See the port."""
        receipt = _Receipt(self, exchange, self._questions_wait or not exchange.is_question)
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
        kept, failure = False, None
        for_good = any(receipt.waits for receipt in receipts)
        try:
            # Only now, one after the other: among all else that an answer takes, a row took twice as long to make.
            batch = [values_of(receipt.exchange) for receipt in receipts]
            self._writing.run(lambda connection: self._keep(connection, batch, for_good))
            kept = True
        except Exception as error:  # noqa: BLE001 - whoever waits is told, and then it is found out whose it was
            failure = error
        finally:
            for receipt in receipts:
                receipt.kept, receipt.failure = kept, failure
        return kept

    def _keep(self, connection: DBAPIConnection, batch: Sequence[Values], for_good: bool) -> None:
        self._begin(connection)
        self._insert.run(connection, batch)
        self._commit(connection, for_good)

    def latest(self, count: int) -> Sequence[Exchange]:
        """The newest records, newest first. Raises ServiceUnavailable."""
        return self.search(Wanted(), count)

    def search(self, wanted: Wanted, count: int) -> Sequence[Exchange]:
        """Those of the records that fit, newest first. Raises ServiceUnavailable."""
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(_NEWEST_FIRST.where(*_fitting(wanted)).limit(count)).all()
            return [exchange for exchange in exchanges(connection, rows) if exchange is not None]

    def find(self, identity: str) -> Exchange | None:
        """The record of that id. Raises ServiceUnavailable, also for one out of which nothing can be made any more."""
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(ENTRY.where(table.c.id == identity)).all()
            found = next(exchanges(connection, rows), None)
        if rows and found is None:
            raise ServiceUnavailable("This record of the journal cannot be read any more.", Trouble.DAMAGED)
        return found

    def close(self) -> None:
        """Close what it writes with, once nobody records any more."""
        self._writing.close()


def _fitting(wanted: Wanted) -> list[ColumnElement[bool]]:
    same = ("permit_number", "caller", "operation", "outcome")
    named = {name: getattr(wanted, name) for name in same}
    criteria = [table.c[name] == value for name, value in named.items() if value is not None]
    if wanted.since:
        criteria.append(table.c.began_at >= in_utc(wanted.since))
    if wanted.until:
        criteria.append(table.c.began_at < in_utc(wanted.until))
    return criteria
