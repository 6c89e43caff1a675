"""Store: all ports of the store on one database, opened once per process."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.engine import Dialect

from gateway.exchange.ports import (
    BeginWork,
    Clock,
    HeadArchive,
    HeldKeyLists,
    IntegrityReading,
    LegalHolds,
    NamedLocks,
    Outbox,
    PermitList,
    PermitLookup,
    RetainedJournal,
    SealedJournal,
    SealedPermits,
    ShownCertificates,
    UnsealedPermits,
)
from gateway.exchange.ports.authority.permit_search import PermitSearch
from gateway.exchange.ports.authority.permit_trail import PermitTrail
from gateway.exchange.ports.credential.parts import PermitStates
from gateway.exchange.ports.customs.look_ups import LookUps
from gateway.exchange.ports.declarations.uses import DeclaredUseReading
from gateway.exchange.ports.listings.store import ForeignPermits, ReferenceStore
from gateway.exchange.ports.mail.questions import MailQuestions
from gateway.exchange.ports.national.sync import SyncStates
from gateway.exchange.ports.people.accounts import Accounts
from gateway.exchange.ports.people.personal_data import PersonalRows
from gateway.exchange.ports.quotas.trade import QuotaTrade
from gateway.exchange.ports.risk.records import RiskRecords
from gateway.exchange.ports.trace.reexports import Reexports
from gateway.exchange.ports.training.progress import TrainingProgress
from gateway.store.api import ApiStore, api_store
from gateway.store.availability import AvailabilityStore, availability_store
from gateway.store.console import ConsoleStore, console_store
from gateway.store.credentials.permit_states import SqlPermitStates
from gateway.store.customs import SqlLookUps
from gateway.store.database import engines
from gateway.store.database.errors import guarded
from gateway.store.database.figures import figures
from gateway.store.database.locks import FileLocks, ServerLocks
from gateway.store.database.migrating import require_migrated
from gateway.store.database.prepared import ConnectionPerThread, PersistentConnection
from gateway.store.database.sqlite_writer import FifoLock
from gateway.store.database.timeouts import Timeouts
from gateway.store.declarations.uses import SqlDeclaredUseReading
from gateway.store.integrity.reading import SqlIntegrityReading
from gateway.store.journal.anchors import SqlHeadArchive
from gateway.store.journal.holds import SqlHolds
from gateway.store.journal.journal import SqlJournal
from gateway.store.journal.permit_trail import SqlPermitTrail
from gateway.store.journal.retained import SqlRetainedJournal
from gateway.store.journal.sealed import SqlSealedJournal
from gateway.store.key_lists import SqlHeldKeyLists
from gateway.store.listings.foreign_permits import SqlForeignPermits
from gateway.store.listings.reference_data import SqlReferenceData
from gateway.store.mail_questions.questions import SqlMailQuestions
from gateway.store.national.states import SqlSyncStates
from gateway.store.nodes import SqlServiceModes, SqlSharedKeys
from gateway.store.outbox import SqlOutbox
from gateway.store.people.accounts import SqlAccounts
from gateway.store.people.personal_data import SqlPersonalRows
from gateway.store.people.training import SqlTrainingProgress
from gateway.store.permits.lookups import SqlPermitLookup
from gateway.store.permits.permit_list import SqlPermitList
from gateway.store.permits.permit_search import SqlPermitSearch
from gateway.store.permits.replica import REPLICA_TIMEOUTS, Replica, ReplicaPermitLookup
from gateway.store.permits.sealed_documents import SqlSealedPermits
from gateway.store.permits.unsealed import SqlUnsealedPermits
from gateway.store.quotas.trade import SqlQuotaTrade
from gateway.store.replay_cache import SqlReplayCache
from gateway.store.report import ReportStore, report_store
from gateway.store.risk.records import SqlRiskRecords
from gateway.store.shown_certificates import SqlShownCertificates
from gateway.store.tables import compatibility
from gateway.store.trace.reexports import SqlReexports
from gateway.store.work import begin_work_on

_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Store:
    """The ports of the store.

    Connects on first use. Each worker process uses a Store of its own.
    """

    permit_lookup: PermitLookup
    begin_work: BeginWork
    permit_list: PermitList
    unsealed_permits: UnsealedPermits
    sealed_permits: SealedPermits
    integrity: IntegrityReading
    journal: SqlJournal
    replay_cache: SqlReplayCache
    outbox: Outbox
    sealed_journal: SealedJournal
    retained_journal: RetainedJournal
    holds: LegalHolds
    head_archive: HeadArchive
    reference_data: ReferenceStore
    foreign_permits: ForeignPermits
    locks: NamedLocks
    service_modes: SqlServiceModes
    shared_keys: SqlSharedKeys
    shown_certificates: ShownCertificates
    accounts: Accounts
    availability: AvailabilityStore
    _reading: ConnectionPerThread
    _replica: Replica | None
    _engines: "_Engines"

    @property
    def sync_states(self) -> SyncStates:
        """The state of synchronised sources, likewise."""
        return SqlSyncStates(self._engines.writing, self._engines.reading)

    @property
    def permit_states(self) -> PermitStates:
        """States of permits, likewise."""
        return SqlPermitStates(self._engines.reading)

    @property
    def report(self) -> ReportStore:
        """The ports of the annual report, which no request needs: made when they are used."""
        return report_store(self._engines.writing, self._engines.reading)

    @property
    def api(self) -> ApiStore:
        """The ports of the JSON API, likewise."""
        return api_store(self._engines.writing, self._engines.reading)

    @property
    def declared(self) -> DeclaredUseReading:
        """Use of permits by customs declarations: made when it is used."""
        return SqlDeclaredUseReading(self._engines.reading)

    @property
    def look_ups(self) -> LookUps:
        """Look-ups of customs officers, which no request of a partner needs."""
        return SqlLookUps(self._engines.writing, self._engines.reading)

    @property
    def console(self) -> ConsoleStore:
        """The ports of the operator console, which no request needs: made when they are used."""
        return console_store(self._engines.writing, self._engines.reading)

    @property
    def key_lists(self) -> HeldKeyLists:
        """Key lists of partners, which verify printed permits: made when they are used."""
        return SqlHeldKeyLists(self._engines.writing, self._engines.reading)

    @property
    def training(self) -> TrainingProgress:
        """Progress of people in the training course of a sandbox."""
        return SqlTrainingProgress(self._engines.writing, self._engines.reading)

    @property
    def mail_questions(self) -> MailQuestions:
        """Questions by mail, which few processes need: made when they are used."""
        return SqlMailQuestions(self._engines.writing, self._engines.reading)

    @property
    def personal_rows(self) -> PersonalRows:
        """Rows with data of persons: made when they are used."""
        return SqlPersonalRows(self._engines.writing, self._engines.reading)

    @property
    def permit_search(self) -> PermitSearch:
        """Search of permits for people."""
        return SqlPermitSearch(self._engines.reading)

    @property
    def permit_trail(self) -> PermitTrail:
        """The journal, permit by permit."""
        return SqlPermitTrail(self._engines.reading)

    @property
    def quota_trade(self) -> QuotaTrade:
        """Trade under quotas."""
        return SqlQuotaTrade(self._engines.reading)

    @property
    def reexports(self) -> Reexports:
        """Re-exports by the document that their goods came with: made when they are used."""
        return SqlReexports(self._engines.writing, self._engines.reading)

    @property
    def risk_records(self) -> RiskRecords:
        """Records of risk: made when they are used."""
        return SqlRiskRecords(self._engines.reading)

    def check(self) -> None:
        """Check that the database answers a small query. Raises ServiceUnavailable."""
        self.journal.latest(1)

    def check_writing(self) -> None:
        """Check that a synced write succeeds, without changing a value.

        Raises ServiceUnavailable.
        """
        engines.require_free_space(self._engines.writing.url)
        with guarded(), self._engines.writing.begin() as connection:
            connection.execute(compatibility.update().values(id=compatibility.c.id))

    def replica_lag_seconds(self) -> float | None:
        """How far the read replica is behind, in seconds; None where there is none."""
        return self._replica.lag_seconds() if self._replica else None

    def figures(self) -> dict[str, object]:
        """Kind, revision and rows of each table, for support. Raises ServiceUnavailable."""
        return figures(self._engines.reading)

    def close(self) -> None:
        """Close all connections; no thread may use them any more."""
        self._reading.close()
        if self._replica:
            self._replica.close()
        self.journal.close()
        self._engines.dispose()


@dataclass(frozen=True, slots=True)
class _Engines:
    """Engines of one database. On SQLite all that write share one lock.

    reading: in transactions that change nothing.
    writing, journalling: with time-outs, for exchanges; the second leaves the sync to the journal.
    long_running: without time-outs.
    removing: of the role that may delete old records; `long_running` where there is none.
    """

    reading: Engine
    writing: Engine
    journalling: Engine
    long_running: Engine
    removing: Engine

    @classmethod
    def open(cls, address: URL, timeouts: Timeouts, prune_url: str | None) -> "_Engines":
        """Make them. Each connects on first use.

        Raises ServiceUnavailable where the database is not migrated.
        """
        lock = FifoLock()
        long_running = engines.writing(address, lock=lock)
        removing = engines.writing(engines.parse_address(prune_url)) if prune_url else long_running
        opened = cls(
            reading=engines.reading(address, timeouts),
            writing=engines.writing(address, timeouts, lock),
            journalling=engines.writing(address, timeouts, lock, synced=False),
            long_running=long_running,
            removing=removing,
        )
        opened._require_migrated()
        return opened

    def _require_migrated(self) -> None:
        """Check the version of the database, and keep no connection that a forked process shares.

        Raises ServiceUnavailable.
        """
        try:
            require_migrated(self.reading)
        finally:
            self.reading.dispose()

    def dispose(self) -> None:
        """Close all connections of their pools."""
        for engine in (
            self.reading,
            self.writing,
            self.journalling,
            self.long_running,
            self.removing,
        ):
            engine.dispose()


def open_store(
    url: str,
    clock: Clock,
    timeouts: Timeouts = _TIMEOUTS,
    replica_url: str | None = None,
    prune_url: str | None = None,
    *,
    sync_reads: bool = True,
) -> Store:
    """Open a migrated database at an address such as `sqlite:////var/lib/epix/gateway.db`.

    replica_url: of a PostgreSQL standby, which may lag behind.  sync_reads: as of the journal.
    prune_url: of the same database, for the role that may delete old records; None: as `url`.
    Raises ServiceUnavailable where there is no database, or it is not migrated.
    """
    opened = _Engines.open(_located(url), timeouts, prune_url)
    reading, writing = opened.reading, opened.writing
    per_thread, journal_writing = _persistent(reading, opened.journalling)
    replica = _replica(replica_url) if replica_url else None
    return Store(
        permit_lookup=_permit_lookup(per_thread, reading.dialect, replica),
        begin_work=begin_work_on(writing, clock),
        permit_list=SqlPermitList(reading),
        unsealed_permits=SqlUnsealedPermits(reading),
        sealed_permits=SqlSealedPermits(reading),
        integrity=SqlIntegrityReading(per_thread, writing, reading),
        journal=_journal(journal_writing, reading, opened.journalling, sync_reads),
        replay_cache=SqlReplayCache(writing),
        outbox=SqlOutbox(writing, reading),
        sealed_journal=SqlSealedJournal(opened.long_running, reading),
        retained_journal=SqlRetainedJournal(opened.removing, reading),
        holds=SqlHolds(opened.long_running, reading),
        head_archive=SqlHeadArchive(writing, reading),
        reference_data=SqlReferenceData(per_thread, opened.long_running, reading),
        foreign_permits=SqlForeignPermits(reading),
        locks=_locks(reading),
        service_modes=SqlServiceModes(per_thread, writing),
        shared_keys=SqlSharedKeys(writing, reading),
        shown_certificates=SqlShownCertificates(writing, reading),
        accounts=SqlAccounts(writing, reading),
        availability=availability_store(writing, reading),
        _reading=per_thread,
        _replica=replica,
        _engines=opened,
    )


def _located(url: str) -> URL:
    """The address of a database that is there. Raises ServiceUnavailable."""
    parsed = engines.parse_address(url)
    engines.require_location(parsed, file_exists=True)
    return parsed


def _persistent(
    reading: Engine, journalling: Engine
) -> tuple[ConnectionPerThread, ConnectionPerThread | PersistentConnection]:
    """Connections that stay open: for look-ups, and for records of the journal.

    On SQLite, a write of another connection (of the journal above all) invalidates a connection's
    page cache, so a thread reads and journals on the same one. On a server the number of
    connections matters, so all threads share one for the journal.
    """
    if journalling.dialect.name == "sqlite":
        per_thread = ConnectionPerThread(journalling)
        return per_thread, per_thread
    return ConnectionPerThread(reading), PersistentConnection(journalling)


def _permit_lookup(
    connections: ConnectionPerThread, dialect: Dialect, replica: Replica | None
) -> SqlPermitLookup:
    if replica:
        return ReplicaPermitLookup(connections, dialect, replica)
    return SqlPermitLookup(connections, dialect)


def _journal(
    connection: ConnectionPerThread | PersistentConnection,
    reading: Engine,
    journalling: Engine,
    sync_reads: bool,
) -> SqlJournal:
    begin = engines.begin_function(journalling)
    commit = engines.commit_function(journalling)
    return SqlJournal(connection, reading, begin, commit, sync_reads=sync_reads)


def _locks(engine: Engine) -> NamedLocks:
    if engine.dialect.name == "sqlite":
        return FileLocks(Path(engine.url.database or ""))
    return ServerLocks(engine)


def _replica(url: str) -> Replica:
    return Replica(engines.reading(engines.parse_address(url), REPLICA_TIMEOUTS))
