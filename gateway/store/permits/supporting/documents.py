"""Supporting documents of a permit in one transaction, with optimistic locking.

Each change raises the revision of the permit and counts anew what partners get with it, so that the
look-up for an answer and the signed record of the permit see the same files.
"""

import json
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection, Row, func, select

from gateway.domain.supporting.content import FileType
from gateway.domain.supporting.document import Removal, SupportingDocument
from gateway.exchange.ports import Clock, ConcurrentChange, StoredPermit
from gateway.store.database.errors import readable
from gateway.store.database.moments import as_read, in_utc
from gateway.store.permits.contents import content_id
from gateway.store.permits.new_permits import is_authority
from gateway.store.tables import attachment, authority, content, permit
from gateway.store.tables import supporting_document as table

_OF_PERMIT = select(table, content.c.sha256).join_from(table, content).order_by(table.c.place)


class SqlSupportingDocuments:
    """The port `SupportingDocuments`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def of(self, stored: StoredPermit) -> Sequence[SupportingDocument]:
        """See the port."""
        query = _OF_PERMIT.where(table.c.permit_id == self._permit_id(stored))
        with readable():
            return [_document(row) for row in self._connection.execute(query)]

    def file(self, document: SupportingDocument) -> bytes:
        """See the port. The file has its digest: a damaged disk is found."""
        query = select(content.c.bytes).where(content.c.sha256 == document.sha256)
        with readable():
            found = bytes(self._connection.execute(query).scalar() or b"")
            if sha256(found).hexdigest() != document.sha256:
                raise ValueError
            return found

    def add(self, stored: StoredPermit, document: SupportingDocument, file: bytes) -> None:
        """See the port."""
        permit_id = self._permit_id(stored)
        counted = select(func.count()).select_from(table).where(table.c.permit_id == permit_id)
        row = {
            "id": document.id,
            "permit_id": permit_id,
            "place": self._connection.execute(counted).scalar_one(),
            "kind": document.kind,
            "name": document.name,
            "type": document.type.value,
            "size": document.size,
            "lines": json.dumps(document.lines),
            "for_partners": document.for_partners,
            "content_id": content_id(self._connection, file),
            "added_at": in_utc(document.added_at),
            "added_by": document.added_by,
            "reason": document.reason,
        }
        self._connection.execute(table.insert(), row)
        self._raise_revision(stored, permit_id)

    def remove(self, stored: StoredPermit, document_id: str, removal: Removal) -> None:
        """See the port."""
        permit_id = self._permit_id(stored)
        is_there = (
            table.c.id == document_id,
            table.c.permit_id == permit_id,
            table.c.removed_at.is_(None),
        )
        row = {
            "removed_at": in_utc(removal.at),
            "removed_by": removal.person,
            "removal_reason": removal.reason,
        }
        if self._connection.execute(table.update().where(*is_there), row).rowcount != 1:
            raise ConcurrentChange
        self._raise_revision(stored, permit_id)

    def _raise_revision(self, stored: StoredPermit, permit_id: int) -> None:
        of_record = (
            select(func.count()).select_from(attachment).where(attachment.c.permit_id == permit_id)
        )
        travelling = (
            select(func.count())
            .select_from(table)
            .where(
                table.c.permit_id == permit_id, table.c.for_partners, table.c.removed_at.is_(None)
            )
        )
        files = sum(
            self._connection.execute(query).scalar_one() for query in (of_record, travelling)
        )
        row = {
            "attachments": files,
            "revision": stored.revision + 1,
            "changed_at": in_utc(self._clock()),
        }
        is_same = (permit.c.id == permit_id, permit.c.revision == stored.revision)
        if self._connection.execute(permit.update().where(*is_same), row).rowcount != 1:
            raise ConcurrentChange

    def _permit_id(self, stored: StoredPermit) -> int:
        published = stored.published
        query = (
            select(permit.c.id)
            .join_from(permit, authority)
            .where(
                is_authority(published.authority), permit.c.number == published.permit.number.text
            )
        )
        return int(self._connection.execute(query).scalar_one())


def _document(row: Row[tuple[object, ...]]) -> SupportingDocument:
    removal = None
    if row.removed_at is not None:
        removal = Removal(as_read(row.removed_at), row.removed_by or "", row.removal_reason or "")
    return SupportingDocument(
        row.id,
        row.kind,
        row.name,
        FileType(row.type),
        row.size,
        row.sha256,
        tuple(json.loads(row.lines)),
        row.for_partners,
        as_read(row.added_at),
        row.added_by,
        row.reason,
        removal,
    )
