"""Published permits in one transaction, with optimistic locking.

A permit is read and stored whole, and a change names the revision that it is based on.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import Confirmation, Declaration, Reversal, Role
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import (
    Attachment,
    Clock,
    ConcurrentChange,
    Document,
    DocumentForm,
    FormerDocument,
    NewPermit,
    StoredPermit,
)
from gateway.store.database.errors import readable
from gateway.store.database.moments import as_read, as_written, in_utc
from gateway.store.permits import document_rows, ledger_lines, quota_lines
from gateway.store.permits.new_permits import insert_permits, is_authority, known, state_of
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import (
    attachment,
    authority,
    confirmation,
    confirmed_quantity,
    content,
    declaration,
    permit,
    reversal,
)
from gateway.store.trace import lines as reexport_lines

_WHOLE = (
    select(permit, authority.c.country, authority.c.code)
    .join_from(permit, authority)
    # Readers that mean to change a permit wait here on PostgreSQL; on SQLite they have waited at
    # BEGIN IMMEDIATE.
    .with_for_update(of=permit)
)


class SqlPermits:
    """The port `Permits`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        """See the port."""
        wanted = (is_authority(authority), permit.c.number == number.text)
        row = self._connection.execute(_WHOLE.where(*wanted)).mappings().one_or_none()
        return self._stored(row) if row else None

    def documents(self, stored: StoredPermit) -> Mapping[tuple[str, DocumentForm], Document]:
        """See the port."""
        return document_rows.all_of(self._connection, self._permit_id(stored.published))

    def former_documents(self, stored: StoredPermit) -> Sequence[FormerDocument]:
        """See the port."""
        return document_rows.former_of(self._connection, self._permit_id(stored.published))

    def keep_former(
        self, stored: StoredPermit, names: Collection[tuple[str, DocumentForm]], record: str
    ) -> None:
        """See the port."""
        permit_id, at = self._permit_id(stored.published), in_utc(self._clock())
        document_rows.keep_former(self._connection, permit_id, names, record, at)

    def known(
        self, numbers: Collection[tuple[Authority, CertificateNumber]]
    ) -> Collection[tuple[Authority, CertificateNumber]]:
        """See the port."""
        return known(self._connection, numbers)

    def add(self, new: Sequence[NewPermit]) -> None:
        """See the port."""
        places = insert_permits(self._connection, new, in_utc(self._clock()))
        for place, each in zip(places, new, strict=True):
            self._add_confirmations(place, each.published, after=0)

    def change(
        self,
        stored: StoredPermit,
        published: PublishedPermit,
        documents: Mapping[tuple[str, DocumentForm], Document],
    ) -> None:
        """See the port.

        Raises ValueError where `published` is not a later state of the same permit.
        """
        before = stored.published
        _require_later(before, published)
        same_permit = _is_permit(published)
        # No row is changed where another transaction has raised the revision meanwhile.
        changed = self._connection.execute(
            permit.update().where(same_permit, permit.c.revision == stored.revision),
            {
                **_changed_state(before, published),
                "revision": stored.revision + 1,
                "changed_at": in_utc(self._clock()),
            },
        )
        if changed.rowcount != 1:
            raise ConcurrentChange
        permit_id = self._permit_id(published)
        ledger_lines.set_lines(self._connection, permit_id, published.permit)
        if published.permit != before.permit:
            quota_lines.replace_lines(self._connection, permit_id, published.permit)
            reexport_lines.replace_lines(self._connection, permit_id, published.permit)
        self._add_reversals(permit_id, published, after=len(before.reversals))
        self._add_confirmations(permit_id, published, after=len(before.confirmations))
        self._add_declarations(permit_id, published, after=len(before.declarations))
        document_rows.replace(self._connection, permit_id, documents)

    def _permit_id(self, published: PublishedPermit) -> int:
        query = select(permit.c.id).where(_is_permit(published))
        return int(self._connection.execute(query).scalar_one())

    def _add_confirmations(self, permit_id: int, published: PublishedPermit, after: int) -> None:
        for place, event in enumerate(published.confirmations[after:], after):
            self._connection.execute(
                confirmation.insert(),
                {
                    "id": event.id,
                    "permit_id": permit_id,
                    "place": place,
                    "caller": event.by,
                    "role": event.role.value,
                    "at": as_written(event.at),
                    "message_sha256": event.message_sha256,
                    "person": event.person,
                    "reason": event.reason,
                },
            )
            for order, (position, quantity) in enumerate(event.quantities):
                self._connection.execute(
                    confirmed_quantity.insert(),
                    {
                        "confirmation_id": event.id,
                        "place": order,
                        "position": position,
                        "amount": str(quantity.amount),
                        "unit": quantity.unit,
                    },
                )
            ledger_lines.add(self._connection, permit_id, event)

    def _add_reversals(self, permit_id: int, published: PublishedPermit, after: int) -> None:
        confirmed = {event.id: event for event in published.confirmations}
        for event in published.reversals[after:]:
            row = {**asdict(event), "at": as_written(event.at)}
            self._connection.execute(reversal.insert(), row)
            ledger_lines.subtract(self._connection, permit_id, confirmed[event.confirmation_id])

    def _add_declarations(self, permit_id: int, published: PublishedPermit, after: int) -> None:
        for place, event in enumerate(published.declarations[after:], after):
            row = {
                **asdict(event),
                "permit_id": permit_id,
                "place": place,
                "at": as_written(event.at),
            }
            self._connection.execute(declaration.insert(), row)

    def _stored(self, row: RowMapping) -> StoredPermit:
        with readable():
            contents = from_json(row["content"])
            published = PublishedPermit(
                Authority(IsoCountryCode(row["country"]), row["code"]),
                contents,
                Status(row["status"]),
                CertificateNumber(row["successor"]) if row["successor"] else None,
                self._confirmations(row["id"]),
                frozenset(json.loads(row["countries"])) - contents.countries,
                self._reversals(row["id"]),
                self._declarations(row["id"]),
            )
        return StoredPermit(
            published, row["token_hash"], self._attachments(row["id"]), row["revision"]
        )

    def _attachments(self, permit_id: int) -> tuple[Attachment, ...]:
        rows = self._connection.execute(
            select(attachment.c.name, content.c.bytes)
            .join_from(attachment, content)
            .where(attachment.c.permit_id == permit_id)
            .order_by(attachment.c.place)
        )
        return tuple(Attachment(name, data) for name, data in rows)

    def _confirmations(self, permit_id: int) -> tuple[Confirmation, ...]:
        events = self._connection.execute(
            confirmation.select().filter_by(permit_id=permit_id).order_by(confirmation.c.place)
        ).all()
        return tuple(
            Confirmation(
                event.id,
                event.caller,
                Role(event.role),
                as_read(event.at),
                self._quantities(event.id),
                event.message_sha256,
                event.person,
                event.reason,
            )
            for event in events
        )

    def _reversals(self, permit_id: int) -> tuple[Reversal, ...]:
        rows = self._connection.execute(
            select(reversal)
            .join_from(reversal, confirmation)
            .where(confirmation.c.permit_id == permit_id)
            .order_by(reversal.c.id)
        )
        return tuple(
            Reversal(row.id, row.confirmation_id, as_read(row.at), row.person, row.reason)
            for row in rows
        )

    def _declarations(self, permit_id: int) -> tuple[Declaration, ...]:
        rows = self._connection.execute(
            declaration.select().filter_by(permit_id=permit_id).order_by(declaration.c.place)
        )
        return tuple(
            Declaration(row.id, as_read(row.at), row.person, row.reason, row.used_up)
            for row in rows
        )

    def _quantities(self, confirmation_id: str) -> tuple[tuple[str, Quantity], ...]:
        table = confirmed_quantity
        rows = self._connection.execute(
            select(table.c.position, table.c.amount, table.c.unit)
            .where(table.c.confirmation_id == confirmation_id)
            .order_by(table.c.place)
        )
        return tuple((position, Quantity(Decimal(amount), unit)) for position, amount, unit in rows)


def _require_later(before: PublishedPermit, after: PublishedPermit) -> None:
    """Raise ValueError unless `after` is a later state: the same permit, events only added."""
    if after.confirmations[: len(before.confirmations)] != before.confirmations:
        raise ValueError("Confirmations are never changed.")
    if after.reversals[: len(before.reversals)] != before.reversals:
        raise ValueError("Reversals are never changed.")
    if after.declarations[: len(before.declarations)] != before.declarations:
        raise ValueError("Declarations are never changed.")
    if (after.authority, after.permit.number) != (before.authority, before.permit.number):
        raise ValueError("A permit keeps its authority and number.")


def _is_permit(wanted: PublishedPermit) -> ColumnElement[bool]:
    owner = select(authority.c.id).where(is_authority(wanted.authority)).scalar_subquery()
    return and_(permit.c.number == wanted.permit.number.text, permit.c.authority_id == owner)


def _changed_state(before: PublishedPermit, later: PublishedPermit) -> dict[str, object]:
    """The columns of these that differ.

    A confirmation changes the status alone, and the database role that serves may write no other
    (conf/database-roles.sql).
    """
    old = state_of(before)
    return {name: value for name, value in state_of(later).items() if value != old[name]}
