"""Read replica: bytes of documents and attachments from a PostgreSQL standby, never out of date.

The status of a permit, access to it, and which bytes are its document now are queried from the
primary only, in short look-ups by key. The replica is queried for those bytes by their SHA-256
(content never changes), and they are hashed again. So replication lag costs time at most, when the
primary has to give the bytes instead: a permit cancelled a moment ago is refused however far behind
the replica is, and bytes of a foreign server are never answered.

A replica that fails is left alone for a while (circuit breaker).
"""

import logging
from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.engine import Dialect

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Attachment, Document, DocumentForm, PermitHeader
from gateway.exchange.stored_bytes import StoredBytes
from gateway.store.database.errors import guarded
from gateway.store.database.prepared import ConnectionPerThread, PreparedStatement
from gateway.store.database.timeouts import Timeouts
from gateway.store.permits.lookups import (
    ATTACHMENTS,
    DOCUMENT,
    DOCUMENT_CONTENT,
    FILES,
    SEAL_CONTENT,
    SqlPermitLookup,
)
from gateway.store.tables import content

CIRCUIT_OPEN_SECONDS = 15.0
"""After a failure; no caller but the first waits for a replica that does not answer."""

REPLICA_TIMEOUTS = Timeouts(statement=1.0)
"""Short: every query is by key, and the primary can answer instead."""

_log = logging.getLogger(__name__)

_CONTENT = select(content.c.bytes).where(content.c.sha256 == bindparam("wanted_sha256"))

_LAG = text(
    "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
    " ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"
)


class Replica:
    """Content by its SHA-256 from a server that may be behind, down, or misconfigured."""

    def __init__(
        self,
        reading: Engine,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._engine = reading
        self._connections = ConnectionPerThread(reading)
        self._query_content = PreparedStatement(_CONTENT, reading.dialect)
        self._seconds = seconds
        self._circuit_open_until = 0.0

    def close(self) -> None:
        """Close the connections; no thread may use them any more."""
        self._connections.close()
        self._engine.dispose()

    def content(self, key: str) -> bytes | None:
        """The bytes; None where the replica does not have them, or does not answer.

        key: SHA-256, hex.
        """
        if self._seconds() < self._circuit_open_until:
            return None
        try:
            rows = self._connections.run(
                lambda connection: self._query_content.rows(connection, {"wanted_sha256": key})
            )
        except ServiceUnavailable:
            self._open_circuit("does not answer")
            return None
        for (found,) in rows:
            if sha256(found).hexdigest() == key:
                return bytes(found)
            self._open_circuit("has other bytes under the same name")
        return None

    def lag_seconds(self) -> float:
        """How far the replica is behind, in seconds; infinite where it does not answer.

        Where it has replayed all that it received, it is not behind, however long ago that was.
        """
        try:
            with guarded(), self._engine.connect() as connection:
                return float(connection.execute(_LAG).scalar_one() or 0)
        except ServiceUnavailable:
            return float("inf")

    def _open_circuit(self, reason: str) -> None:
        self._circuit_open_until = self._seconds() + CIRCUIT_OPEN_SECONDS
        _log.warning(
            "The read replica %s; the primary is asked for %d seconds.",
            reason,
            CIRCUIT_OPEN_SECONDS,
        )


class ReplicaPermitLookup(SqlPermitLookup):
    """The port `PermitLookup`: bytes from the replica, or from the primary where it has none."""

    def __init__(
        self, connections: ConnectionPerThread, dialect: Dialect, replica: Replica
    ) -> None:
        super().__init__(connections, dialect)
        self._replica = replica
        self._document_keys = PreparedStatement(
            DOCUMENT.with_only_columns(DOCUMENT_CONTENT.c.sha256, SEAL_CONTENT.c.sha256), dialect
        )
        self._attachment_keys = PreparedStatement(
            ATTACHMENTS.with_only_columns(FILES.c.name, content.c.sha256), dialect
        )
        self._query_content = PreparedStatement(_CONTENT, dialect)

    def _fetch(self, place: int, version: str, form: DocumentForm) -> Document | None:
        wanted = {"wanted_permit": place, "wanted_version": version, "wanted_form": form.value}
        for key, seal_key in self._rows(self._document_keys, wanted):
            return Document(self._content(key), self._content(seal_key) if seal_key else None)
        return None

    def attachments(self, header: PermitHeader) -> tuple[Attachment, ...]:
        """See the port."""
        rows = self._rows(self._attachment_keys, {"wanted_permit": header.place})
        return tuple(Attachment(name, self._content(key)) for name, key in rows)

    def _content(self, key: str) -> StoredBytes:
        found = self._replica.content(key)
        if found is None:
            ((found,),) = self._rows(self._query_content, {"wanted_sha256": key})
        return StoredBytes(found, key)
