"""The store as a whole: one database, opened once per process."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.exchange.ports import (
    Answers,
    BeginWork,
    Clock,
    Holds,
    Outbox,
    RetainedJournal,
    SealedJournal,
    Turns,
    UnsealedPermits,
)
from gateway.store import engines
from gateway.store.answers import SqlAnswers
from gateway.store.failures import guarded
from gateway.store.holds import SqlHolds
from gateway.store.journal import SqlJournal
from gateway.store.kept import ConnectionPerThread, KeptConnection
from gateway.store.migrating import require_migrated
from gateway.store.nodes import SqlServiceModes, SqlSharedKeys
from gateway.store.outbox import SqlOutbox
from gateway.store.replica import OF_REPLICA, AnswersWithReplica, Replica
from gateway.store.retained import SqlRetainedJournal
from gateway.store.sealed import SqlSealedJournal
from gateway.store.tables import compatibility
from gateway.store.taken import SqlTakenMessages
from gateway.store.turns import FileTurns, ServerTurns
from gateway.store.unsealed import SqlUnsealedPermits
from gateway.store.waits import Waits
from gateway.store.work import beginning
from gateway.store.writers import Line

_WAITS = Waits()


@dataclass(frozen=True, slots=True)
class Store:
    """The ports of the store. Connects on first use; each worker process uses a Store of its own."""

    answers: Answers
    begin_work: BeginWork
    unsealed_permits: UnsealedPermits
    journal: SqlJournal
    taken_messages: SqlTakenMessages
    outbox: Outbox
    sealed_journal: SealedJournal
    retained_journal: RetainedJournal
    holds: Holds
    turns: Turns
    service_modes: SqlServiceModes
    shared_keys: SqlSharedKeys
    _reading: ConnectionPerThread
    _of_replica: ConnectionPerThread | None
    _writing: Engine
    _journalling: Engine
    _unhurried: Engine

    def check(self) -> None:
        """Ask the database something small. Raises ServiceUnavailable where it does not answer."""
        self.journal.latest(1)

    def check_writing(self) -> None:
        """Write what stands there already, down to the disk. Raises ServiceUnavailable where that is not possible."""
        engines.require_room(self._writing.url)
        with guarded(), self._writing.begin() as connection:
            connection.execute(compatibility.update().values(oldest=compatibility.c.oldest))

    def close(self) -> None:
        """Close every connection, once nobody uses them any more."""
        self._reading.close()
        if self._of_replica:
            self._of_replica.close()
        self.journal.close()
        self._writing.dispose()
        self._journalling.dispose()
        self._unhurried.dispose()


def open_store(
    url: str, clock: Clock, waits: Waits = _WAITS, replica_url: str | None = None, *, questions_wait: bool = True
) -> Store:
    """Open the database at an address such as `sqlite:////var/lib/epix/gateway.db`; it must be there and migrated.

    replica_url: of a PostgreSQL that follows it and may be behind; need not be there.
    questions_wait: an answer to a question waits until its record is on the disk.

    Raises ServiceUnavailable, saying which of the two it is not.
    """
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=True)
    reading = engines.reading(parsed, waits)
    require_migrated(reading)
    line = Line()
    writing, unhurried = engines.writing(parsed, waits, line), engines.writing(parsed, line=line)
    journalling = engines.writing(parsed, waits, line, synced=False)
    begin, commit = engines.beginning(journalling), engines.committing(journalling)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    # What another connection writes, the journal above all, makes one of SQLite forget what it has read. On a server it
    # is the number of connections that counts.
    per_thread = ConnectionPerThread(journalling if on_sqlite else reading)
    journal_writing = per_thread if on_sqlite else KeptConnection(journalling)
    of_replica = None
    answers = SqlAnswers(per_thread, reading.dialect)
    if replica_url:
        following = engines.reading(engines.address(replica_url), OF_REPLICA)
        of_replica = ConnectionPerThread(following)
        answers = AnswersWithReplica(per_thread, reading.dialect, Replica(of_replica, following.dialect))
    return Store(
        answers=answers,
        begin_work=beginning(writing, clock),
        unsealed_permits=SqlUnsealedPermits(writing, reading, clock),
        journal=SqlJournal(journal_writing, reading, begin, commit, questions_wait=questions_wait),
        taken_messages=SqlTakenMessages(writing),
        outbox=SqlOutbox(writing, reading),
        sealed_journal=SqlSealedJournal(unhurried, reading),
        retained_journal=SqlRetainedJournal(unhurried, reading),
        holds=SqlHolds(unhurried, reading),
        turns=FileTurns(Path(parsed.database or "")) if on_sqlite else ServerTurns(reading),
        service_modes=SqlServiceModes(per_thread, writing),
        shared_keys=SqlSharedKeys(writing, reading),
        _reading=per_thread,
        _of_replica=of_replica,
        _writing=writing,
        _journalling=journalling,
        _unhurried=unhurried,
    )
