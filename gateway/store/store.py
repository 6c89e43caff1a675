"""The store as a whole: one database, opened once per process."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.exchange.ports import Answers, BeginWork, Clock, Holds, Outbox, RetainedJournal, SealedJournal, Turns
from gateway.store import engines
from gateway.store.answers import SqlAnswers
from gateway.store.holds import SqlHolds
from gateway.store.journal import SqlJournal
from gateway.store.kept import ConnectionPerThread
from gateway.store.migrating import require_migrated
from gateway.store.nodes import SqlServiceModes, SqlSharedKeys
from gateway.store.outbox import SqlOutbox
from gateway.store.retained import SqlRetainedJournal
from gateway.store.sealed import SqlSealedJournal
from gateway.store.taken import SqlTakenMessages
from gateway.store.turns import FileTurns, ServerTurns
from gateway.store.work import beginning


@dataclass(frozen=True, slots=True)
class Store:
    """The ports of the store. Connects on first use; each worker process uses a Store of its own."""

    answers: Answers
    begin_work: BeginWork
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
    _writing: Engine

    def check(self) -> None:
        """Ask the database something small. Raises ServiceUnavailable where it does not answer."""
        self.journal.latest(1)

    def check_writing(self) -> None:
        """Begin to write, and write nothing. Raises ServiceUnavailable where that is not possible."""
        with self.begin_work():
            pass

    def close(self) -> None:
        """Close every connection, once nobody uses them any more."""
        self._reading.close()
        self.journal.close()
        self._writing.dispose()


def open_store(url: str, clock: Clock, lock_timeout_seconds: float = engines.LOCK_TIMEOUT_SECONDS) -> Store:
    """Open the database at an address such as `sqlite:////var/lib/epix/gateway.db`; it must be there and migrated.

    Raises ServiceUnavailable, saying which of the two it is not.
    """
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=True)
    reading = engines.reading(parsed, lock_timeout_seconds)
    require_migrated(reading)
    writing = engines.writing(parsed, lock_timeout_seconds)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    per_thread = ConnectionPerThread(reading)
    return Store(
        answers=SqlAnswers(per_thread, reading.dialect),
        begin_work=beginning(writing, clock),
        journal=SqlJournal(writing, reading, engines.beginning(writing, lock_timeout_seconds)),
        taken_messages=SqlTakenMessages(writing),
        outbox=SqlOutbox(writing),
        sealed_journal=SqlSealedJournal(writing, reading),
        retained_journal=SqlRetainedJournal(writing, reading),
        holds=SqlHolds(writing, reading),
        turns=FileTurns(Path(parsed.database or "")) if on_sqlite else ServerTurns(reading),
        service_modes=SqlServiceModes(per_thread, writing),
        shared_keys=SqlSharedKeys(writing),
        _reading=per_thread,
        _writing=writing,
    )
