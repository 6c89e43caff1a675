"""Rows of documents: with their seals and loss notes, replaced form by form, former ones kept."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, literal, select

from gateway.domain.permit.loss import LossNote
from gateway.exchange.ports import Document, DocumentForm, FormerDocument
from gateway.store.database.errors import readable
from gateway.store.permits.contents import content_ids
from gateway.store.tables import content, document, former_document, loss_note

Name = tuple[str, DocumentForm]
"""Schema version and form."""

_SEAL = content.alias("seal")
_ALL = (
    select(document.c.version, document.c.form, content.c.bytes, _SEAL.c.bytes.label("seal"))
    .join_from(document, content, document.c.content_id == content.c.id)
    .outerjoin(_SEAL, document.c.seal_id == _SEAL.c.id)
    .order_by(document.c.version, document.c.form)
)
_FORMER = (
    select(former_document, content.c.bytes, _SEAL.c.bytes.label("seal"))
    .join_from(former_document, content, former_document.c.content_id == content.c.id)
    .outerjoin(_SEAL, former_document.c.seal_id == _SEAL.c.id)
    .order_by(
        former_document.c.replaced_at,
        former_document.c.exchange_id,
        former_document.c.version,
        former_document.c.form,
    )
)


def all_of(connection: Connection, permit_id: int) -> dict[Name, Document]:
    """Every document of a permit."""
    losses = _losses(connection, permit_id)
    rows = connection.execute(_ALL.where(document.c.permit_id == permit_id))
    found = [((row.version, DocumentForm(row.form)), row) for row in rows]
    return {
        name: Document(
            bytes(row.bytes),
            bytes(row.seal) if row.seal is not None else None,
            tuple(losses.get(name, ())),
        )
        for name, row in found
    }


def former_of(connection: Connection, permit_id: int) -> list[FormerDocument]:
    """The documents of a permit that were replaced, oldest first."""
    rows = connection.execute(_FORMER.where(former_document.c.permit_id == permit_id))
    with readable():
        return [
            FormerDocument(
                row.version,
                DocumentForm(row.form),
                datetime.fromisoformat(row.replaced_at),
                row.exchange_id,
                Document(bytes(row.bytes), bytes(row.seal) if row.seal is not None else None, ()),
            )
            for row in rows
        ]


def replace(connection: Connection, permit_id: int, documents: Mapping[Name, Document]) -> None:
    """Replace all documents of the forms that are given, and their loss notes."""
    forms = {form.value for _, form in documents}
    for table in (loss_note, document):
        old = table.delete().where(table.c.permit_id == permit_id, table.c.form.in_(forms))
        connection.execute(old)
    insert(connection, {permit_id: documents})


def insert(connection: Connection, documents: Mapping[int, Mapping[Name, Document]]) -> None:
    """Insert documents of permits that have none of these forms. documents: by permit and name."""
    written = [
        ({"permit_id": permit_id, "version": version, "form": form.value}, each)
        for permit_id, of_permit in documents.items()
        for (version, form), each in of_permit.items()
    ]
    contents = [data for _, each in written for data in (each.content, each.seal) if data]
    ids = content_ids(connection, contents)
    rows = [
        {
            **name,
            "content_id": ids[each.content],
            "seal_id": ids[each.seal] if each.seal else None,
        }
        for name, each in written
    ]
    notes = [
        {
            **name,
            "place": place,
            "box": loss.box,
            "position": loss.position,
            "field": loss.field,
            "value": loss.value,
            "path": loss.path,
        }
        for name, each in written
        for place, loss in enumerate(each.losses)
    ]
    for table, batch in ((document, rows), (loss_note, notes)):
        if batch:
            connection.execute(table.insert(), batch)


def keep_former(
    connection: Connection, permit_id: int, names: Collection[Name], record: str, at: str
) -> None:
    """Copy documents into the history. record: id of the audit record.  at: as columns hold it."""
    columns = ("permit_id", "version", "form", "content_id", "seal_id")
    for version, form in names:
        query = select(
            *(document.c[column] for column in columns), literal(record), literal(at)
        ).where(
            document.c.permit_id == permit_id,
            document.c.version == version,
            document.c.form == form.value,
        )
        kept = former_document.insert().from_select((*columns, "exchange_id", "replaced_at"), query)
        connection.execute(kept)


def _losses(connection: Connection, permit_id: int) -> dict[Name, list[LossNote]]:
    query = loss_note.select().where(loss_note.c.permit_id == permit_id).order_by(loss_note.c.place)
    found: dict[Name, list[LossNote]] = {}
    for row in connection.execute(query):
        note = LossNote(row.box, row.field, row.value, row.path, row.position)
        found.setdefault((row.version, DocumentForm(row.form)), []).append(note)
    return found
