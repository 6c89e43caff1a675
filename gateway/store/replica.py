"""How does a read replica answer without ever showing what is no longer so?

By what it is asked for. Whether a permit stands, who may see it, and which bytes are its document now are questions
for the primary alone: short look-ups by key. The replica is asked for those bytes by their SHA-256 (content is named by
it, and never changes), and what it gives is hashed again. So its lag can cost time, when it does not have them yet and
the primary is asked instead, but never the truth: a permit cancelled a moment ago is refused, however far behind it is,
and a server that is none of ours is found out at once.
"""

import logging
from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Dialect

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Attachment, Document, Form, KeptPermit
from gateway.exchange.spliced import Kept
from gateway.store.answers import ATTACHMENTS, DOCUMENT, SEAL, WRITTEN, SqlAnswers
from gateway.store.kept import ConnectionPerThread, Prepared
from gateway.store.tables import attachment, content
from gateway.store.waits import Waits

REST_SECONDS = 15.0
"""A replica that failed is left alone: no caller after the first shall wait for it."""

OF_REPLICA = Waits(statement=1.0)
"""It is asked by key, and the primary can answer in its place."""

_log = logging.getLogger(__name__)

_BYTES = select(content.c.bytes).where(content.c.sha256 == bindparam("wanted_sha256"))


class Replica:
    """Content by its SHA-256, from a server that may be behind, down, or another's."""

    def __init__(self, connections: ConnectionPerThread, dialect: Dialect, seconds: Callable[[], float] = monotonic):
        self._connections = connections
        self._bytes = Prepared(_BYTES, dialect)
        self._seconds = seconds
        self._rests_until = 0.0

    def content(self, key: str) -> bytes | None:
        """None where it does not have it, or does not answer."""
        if self._seconds() < self._rests_until:
            return None
        try:
            rows = self._connections.run(lambda connection: self._bytes.rows(connection, {"wanted_sha256": key}))
        except ServiceUnavailable:
            self._rest("does not answer")
            return None
        for (found,) in rows:
            if sha256(found).hexdigest() == key:
                return bytes(found)
            self._rest("has other bytes under the same name")
        return None

    def _rest(self, reason: str) -> None:
        self._rests_until = self._seconds() + REST_SECONDS
        _log.warning("The read replica %s; the primary is asked for %d seconds.", reason, REST_SECONDS)


class AnswersWithReplica(SqlAnswers):
    """The port `Answers`, with bytes from a replica where it has them."""

    def __init__(self, connections: ConnectionPerThread, dialect: Dialect, replica: Replica) -> None:
        super().__init__(connections, dialect)
        self._replica = replica
        self._document_names = Prepared(DOCUMENT.with_only_columns(WRITTEN.c.sha256, SEAL.c.sha256), dialect)
        self._attachment_names = Prepared(ATTACHMENTS.with_only_columns(attachment.c.name, content.c.sha256), dialect)
        self._bytes = Prepared(_BYTES, dialect)

    def _fetch(self, place: int, version: str, form: Form) -> Document | None:
        wanted = {"wanted_permit": place, "wanted_version": version, "wanted_form": form.value}
        for key, seal_key in self._rows(self._document_names, wanted):
            return Document(self._content(key), self._content(seal_key) if seal_key else None)
        return None

    def attachments(self, kept: KeptPermit) -> tuple[Attachment, ...]:
        """See the port."""
        rows = self._rows(self._attachment_names, {"wanted_permit": kept.place})
        return tuple(Attachment(name, self._content(key)) for name, key in rows)

    def _content(self, key: str) -> Kept:
        found = self._replica.content(key)
        if found is None:
            ((found,),) = self._rows(self._bytes, {"wanted_sha256": key})
        return Kept(found, key)
