"""Journal of exchanges, with group commit: records that wait together share one transaction.

Append-only, raw bytes as they travelled. A record is on the disk, not only with the operating
system, before its answer leaves (`settle`). That includes records of plain questions, as a journal
that may lose its last moments proves little; the setting `sync_read_records` can exempt them.

A sync takes a disk milliseconds, and under load records arrive faster than that. So the first
thread that settles writes every pending record in one transaction, with one sync (group commit).
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.ports import Direction, Exchange, JournalFilter, RefusalCount
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.database.prepared import (
    ConnectionPerThread,
    PersistentConnection,
    PreparedStatement,
    Values,
)
from gateway.store.journal.rows import ENTRY, exchanges, values_of
from gateway.store.tables import exchange as table

_NEWEST_FIRST = ENTRY.order_by(table.c.id.desc())


class _Receipt:
    """The port `Receipt`: an exchange on its way into the journal.

    sync: whether it must be on the disk.
    written: whether it is in the journal; None until a thread has tried.
    failure: why it is not, where that is known.
    """

    __slots__ = ("_journal", "exchange", "failure", "sync", "written")

    def __init__(self, journal: "SqlJournal", exchange: Exchange, sync: bool) -> None:
        self._journal = journal
        self.exchange = exchange
        self.sync = sync
        self.written: bool | None = None
        self.failure: Exception | None = None

    def settle(self) -> None:
        """See the port."""
        if self.written is None:
            self._journal.write_pending()
        if not self.written:
            problem = self.failure.problem if isinstance(self.failure, ServiceUnavailable) else None
            sentence = "The journal of this gateway cannot be written at the moment."
            raise ServiceUnavailable(sentence, problem) from self.failure


class SqlJournal:
    """The port `Journal`, and its reading side. A lock admits a single writing thread at a time."""

    def __init__(
        self,
        writing: PersistentConnection | ConnectionPerThread,
        reading: Engine,
        begin: Callable[[DBAPIConnection], None],
        commit: Callable[[DBAPIConnection, bool], None],
        *,
        sync_reads: bool = True,
    ) -> None:
        """begin, commit: for connections of `writing`; `commit` takes whether to sync (engines.py).

        sync_reads: whether records of questions are synced like all others.
        """
        self._begin = begin
        self._commit = commit
        self._sync_reads = sync_reads
        self._writing = writing
        self._reading = reading
        self._insert = PreparedStatement(table.insert(), reading.dialect)
        self._pending: deque[_Receipt] = deque()
        self._write_lock = threading.Lock()

    def enqueue(self, exchange: Exchange) -> _Receipt:
        """See the port."""
        receipt = _Receipt(self, exchange, self._sync_reads or not exchange.is_read_operation)
        self._pending.append(receipt)
        return receipt

    def record(self, exchange: Exchange) -> None:
        """See the port."""
        self.enqueue(exchange).settle()

    def write_pending(self) -> None:
        """Write all pending records in one transaction.

        While another thread writes, this one waits for it: that thread may hold this one's record,
        and records that came too late for its batch form the next one, again with one sync.
        """
        with self._write_lock:
            batch = []
            while self._pending:
                batch.append(self._pending.popleft())
            if batch and not self._write(batch) and len(batch) > 1:
                # One bad record must not refuse the others: each has a transaction of its own now.
                for receipt in batch:
                    self._write([receipt])

    def _write(self, batch: Sequence[_Receipt]) -> bool:
        written, failure = False, None
        # One record that needs the disk syncs the whole batch; the sync costs the same.
        sync = any(receipt.sync for receipt in batch)
        try:
            # Rows are made here, not in `enqueue`, one right after the other: amid the rest of an
            # answer's work a row took twice as long to make.
            rows = [values_of(receipt.exchange) for receipt in batch]
            self._writing.run(lambda connection: self._insert_rows(connection, rows, sync))
            written = True
        except Exception as error:  # noqa: BLE001 - `settle` raises it for each record of the batch
            failure = error
        finally:
            for receipt in batch:
                receipt.written, receipt.failure = written, failure
        return written

    def _insert_rows(self, connection: DBAPIConnection, rows: Sequence[Values], sync: bool) -> None:
        # On SQLite the writer lock is held from `begin` to the commit proper; the sync of the
        # write-ahead log comes after its release, so that confirmations do not wait for this disk
        # access (engines.commit_function).
        self._begin(connection)
        self._insert.run(connection, rows)
        self._commit(connection, sync)

    def latest(self, count: int) -> Sequence[Exchange]:
        """The newest records, newest first. Raises ServiceUnavailable."""
        return self.search(JournalFilter(), count)

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """The records that match, newest first, `count` at most. Raises ServiceUnavailable."""
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(_NEWEST_FIRST.where(*_criteria(wanted)).limit(count)).all()
            return [exchange for exchange in exchanges(connection, rows) if exchange is not None]

    def refusals(self, since: datetime) -> Sequence[RefusalCount]:
        """Refusals of requests that came in since a moment (aware), counted.

        Found by the time in their ids, which is that of the index. Raises ServiceUnavailable.
        """
        count, newest = func.count(), func.max(table.c.id)
        what = (table.c.caller, table.c.fingerprint, table.c.outcome)
        query = (
            select(*what, count, newest)
            .where(
                table.c.id >= first_id(since),
                table.c.began_at >= in_utc(since),
                table.c.direction == Direction.IN.value,
                table.c.outcome != "ok",
            )
            .group_by(*what)
        )
        with guarded(), self._reading.connect() as connection:
            return [RefusalCount(*row) for row in connection.execute(query).all()]

    def find(self, identity: str) -> Exchange | None:
        """The record of that id.

        Raises ServiceUnavailable, also for a damaged record.
        """
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(ENTRY.where(table.c.id == identity)).all()
            found = next(exchanges(connection, rows), None)
        if rows and found is None:
            raise ServiceUnavailable(
                "This record of the journal cannot be read any more.", DatabaseProblem.DAMAGED
            )
        return found

    def ids_beginning(self, prefix: str, count: int) -> Sequence[str]:
        """Ids that begin so, at most `count`. Raises ServiceUnavailable."""
        query = select(table.c.id).where(table.c.id.startswith(prefix, autoescape=True))
        with guarded(), self._reading.connect() as connection:
            return connection.execute(query.limit(count)).scalars().all()

    def close(self) -> None:
        """Close the connections that write; no thread may record any more."""
        self._writing.close()


def first_id(moment: datetime) -> str:
    """The smallest UUIDv7 of a moment. Source: RFC 9562, section 5.7."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


def _criteria(wanted: JournalFilter) -> list[ColumnElement[bool]]:
    columns = ("permit_number", "operation", "outcome")
    values = {name: getattr(wanted, name) for name in columns}
    criteria = [table.c[name] == value for name, value in values.items() if value is not None]
    if wanted.caller is not None:
        refused = and_(table.c.caller.is_(None), table.c.fingerprint.in_(wanted.fingerprints))
        criteria.append(or_(table.c.caller == wanted.caller, refused))
    if wanted.since:
        criteria.append(table.c.began_at >= in_utc(wanted.since))
    if wanted.until:
        criteria.append(table.c.began_at < in_utc(wanted.until))
    return criteria
