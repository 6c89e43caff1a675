"""Rows of permits as stored, for comparison with their signed records.

Every column of every table of a permit counts, but for row ids. Bytes and long texts are named by
their SHA-256, computed from what is there and never taken from a column.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, func, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.exchange.ports import DocumentForm, Exchange, PermitRows
from gateway.store.journal.rows import ENTRY, exchanges
from gateway.store.tables import (
    attachment,
    authority,
    confirmation,
    confirmed_quantity,
    content,
    declaration,
    document,
    exchange,
    former_document,
    ledger_line,
    loss_note,
    permit,
    permit_record,
    reversal,
    supporting_document,
)

Value = str | int | None
_Tables = dict[str, dict[str, dict[str, Value]]]

PERMIT = select(permit, authority.c.country, authority.c.code).join_from(permit, authority)
_DOCUMENT, _SEAL = content.alias(), content.alias()
_PLACES: BindParameter[Sequence[int]] = bindparam("places", expanding=True)

# Made once: building a statement takes longer than running it.
_DOCUMENTS = (
    select(
        document.c.permit_id,
        document.c.version,
        document.c.form,
        _DOCUMENT.c.bytes.label("written"),
        _SEAL.c.bytes.label("seal"),
    )
    .join_from(document, _DOCUMENT, document.c.content_id == _DOCUMENT.c.id)
    .outerjoin(_SEAL, document.c.seal_id == _SEAL.c.id)
    .where(document.c.permit_id.in_(_PLACES))
)
_FORMER = (
    select(
        former_document,
        _DOCUMENT.c.bytes.label("written"),
        _SEAL.c.bytes.label("seal"),
    )
    .join_from(former_document, _DOCUMENT, former_document.c.content_id == _DOCUMENT.c.id)
    .outerjoin(_SEAL, former_document.c.seal_id == _SEAL.c.id)
    .where(former_document.c.permit_id.in_(_PLACES))
)
_ATTACHMENTS = (
    select(attachment.c.permit_id, attachment.c.place, attachment.c.name, content.c.bytes)
    .join_from(attachment, content)
    .where(attachment.c.permit_id.in_(_PLACES))
)
_SUPPORTING = (
    select(supporting_document, content.c.bytes.label("file"))
    .join_from(supporting_document, content)
    .where(supporting_document.c.permit_id.in_(_PLACES))
)
_CONFIRMATIONS = select(confirmation).where(confirmation.c.permit_id.in_(_PLACES))
_QUANTITIES = (
    select(confirmation.c.permit_id, confirmed_quantity)
    .join_from(confirmed_quantity, confirmation)
    .where(confirmation.c.permit_id.in_(_PLACES))
)
_REVERSALS = (
    select(confirmation.c.permit_id, reversal)
    .join_from(reversal, confirmation)
    .where(confirmation.c.permit_id.in_(_PLACES))
)
_DECLARATIONS = select(declaration).where(declaration.c.permit_id.in_(_PLACES))
_LINES = select(ledger_line).where(ledger_line.c.permit_id.in_(_PLACES))
_LOSS = ("box", "position", "field", "value", "path")
_LOSSES = select(loss_note).where(loss_note.c.permit_id.in_(_PLACES))
_RECORDS = (
    select(permit_record)
    .where(permit_record.c.permit_id.in_(_PLACES))
    .order_by(permit_record.c.revision)
)
_RECORDED = ENTRY.where(exchange.c.id.in_(bindparam("ids", expanding=True)))
_SIGNED = (
    select(permit_record.c.permit_id)
    .join_from(permit_record, exchange, permit_record.c.exchange_id == exchange.c.id)
    .where(permit_record.c.permit_id.in_(_PLACES), func.length(exchange.c.answer) > 0)
)


def rows_of(connection: Connection, permits: Sequence[Row[Any]]) -> list[PermitRows]:
    """Everything that the tables hold of some permits. permits: rows of `PERMIT`."""
    if not permits:
        return []
    places = [row.id for row in permits]
    states = {row.id: _of_permit(row) for row in permits}
    for place, table, key, columns in _children(connection, places):
        states[place].setdefault(table, {})[key] = columns
    records = _records(connection, places)
    unsigned = [place for place, (_, record) in records.items() if record and not record.answer]
    signed_before = _with_a_signature(connection, unsigned) if unsigned else frozenset()
    return [
        PermitRows(
            row.id,
            Authority(IsoCountryCode(str(row.country)), str(row.code)),
            CertificateNumber(str(row.number)),
            row.revision,
            states[row.id],
            records[row.id][1] if row.id in records else None,
            records[row.id][0] if row.id in records else None,
            row.id in signed_before,
        )
        for row in permits
    ]


def as_issued(connection: Connection, place: int) -> dict[str, tuple[bytes, bytes | None]]:
    """Document and seal of each schema version, as issued."""
    return {
        row.version: (bytes(row.written), bytes(row.seal) if row.seal is not None else None)
        for row in connection.execute(_DOCUMENTS, {"places": [place]})
        if row.form == DocumentForm.NON_FINAL.value
    }


def _of_permit(row: Row[Any]) -> _Tables:
    columns = {
        "country": row.country,
        "authority": row.code,
        "number": row.number,
        "status": row.status,
        "successor": row.successor,
        "token_hash": _plain(row.token_hash),
        "countries": row.countries,
        "attachments": row.attachments,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "content": sha256(str(row.content).encode("utf-8", "surrogatepass")).hexdigest(),
    }
    return {"permit": {"": {name: _plain(value) for name, value in columns.items()}}}


def _children(
    connection: Connection, places: Sequence[int]
) -> Iterable[tuple[int, str, str, dict[str, Value]]]:
    """(row id of the permit, table, key, columns) of every row that belongs to a permit."""
    values = {"places": places}
    for row in connection.execute(_DOCUMENTS, values):
        columns = {"content": _plain(row.written), "seal": _plain(row.seal)}
        yield row.permit_id, "document", f"{row.version} {row.form}", columns
    for former in connection.execute(_FORMER, values):
        key = f"{former.version} {former.form} {former.exchange_id}"
        columns = {"content": _plain(former.written), "seal": _plain(former.seal)}
        yield former.permit_id, "former_document", key, columns
    for loss in connection.execute(_LOSSES, values):
        key = f"{loss.version} {loss.form} {loss.place}"
        columns = {name: _plain(getattr(loss, name)) for name in _LOSS}
        yield loss.permit_id, "loss_note", key, columns
    for file in connection.execute(_ATTACHMENTS, values):
        columns = {"name": _plain(file.name), "content": _plain(file.bytes)}
        yield file.permit_id, "attachment", str(file.place), columns
    for kept in _events(connection, "supporting_document", _SUPPORTING, values):
        kept[3].pop("content_id")  # the digest of the file stands for it
        yield kept
    for line in connection.execute(_LINES, values):
        names = ("authorised", "confirmed_at_export", "confirmed_at_import")
        columns = {name: _plain(getattr(line, name)) for name in names}
        yield line.permit_id, "ledger_line", str(line.position), columns
    yield from _events(connection, "declaration", _DECLARATIONS, values)
    has_events = False
    for event in _events(connection, "confirmation", _CONFIRMATIONS, values):
        has_events = True
        yield event
    if not has_events:
        return  # quantities and reversals are of confirmations
    for counted in connection.execute(_QUANTITIES, values):
        key = f"{counted.confirmation_id} {counted.place}"
        columns = {name: _plain(getattr(counted, name)) for name in ("position", "amount", "unit")}
        yield counted.permit_id, "confirmed_quantity", key, columns
    yield from _events(connection, "reversal", _REVERSALS, values)


def _events(
    connection: Connection, table: str, query: Select[Any], values: dict[str, Sequence[int]]
) -> Iterable[tuple[int, str, str, dict[str, Value]]]:
    for row in connection.execute(query, values).mappings():
        columns = {
            name: _plain(value) for name, value in row.items() if name not in ("id", "permit_id")
        }
        yield row["permit_id"], table, str(row["id"]), columns


def _records(
    connection: Connection, places: Sequence[int]
) -> dict[int, tuple[int, Exchange | None]]:
    """Row id -> (revision, newest record); the record is None where it is gone or unreadable."""
    newest = {row.permit_id: row for row in connection.execute(_RECORDS, {"places": places})}
    ids = [row.exchange_id for row in newest.values()]
    rows = connection.execute(_RECORDED, {"ids": ids}).all() if ids else []
    found = {record.id: record for record in exchanges(connection, rows) if record is not None}
    return {place: (row.revision, found.get(row.exchange_id)) for place, row in newest.items()}


def _with_a_signature(connection: Connection, places: Sequence[int]) -> frozenset[int]:
    """The places of permits that have a record with a signature."""
    return frozenset(connection.execute(_SIGNED, {"places": places}).scalars())


def _plain(value: object) -> Value:
    """A value as a record holds it. Total: SQLite stores values of any type in any column."""
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return int(value)
    data = bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode()
    return sha256(data).hexdigest()
