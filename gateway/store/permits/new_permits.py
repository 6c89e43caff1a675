"""Batch insert: permits that are stored for the first time, a few statements for all their rows.

An execution costs SQLAlchemy some 150 us whatever it inserts; a permit alone takes fifteen.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, select
from sqlalchemy.exc import IntegrityError

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import ConcurrentChange, NewPermit
from gateway.store.permits import document_rows, ledger_lines, quota_lines
from gateway.store.permits.contents import content_ids
from gateway.store.permits.permit_json import to_json
from gateway.store.tables import attachment, authority, permit
from gateway.store.trace import lines as reexport_lines

Row = Mapping[str, object]


def insert_permits(connection: Connection, new: Sequence[NewPermit], now: str) -> list[int]:
    """Insert permits without events, and everything that belongs to them; returns their row ids.

    now: as columns hold it.
    Raises ConcurrentChange where an authority has a permit of such a number already.
    """
    try:
        places = _insert(connection, new, now)
    except IntegrityError as error:
        raise ConcurrentChange from error
    stored = list(zip(places, new, strict=True))
    files = [file.content for each in new for file in each.attachments]
    ids = content_ids(connection, files)
    insert_rows(
        connection,
        attachment,
        (
            {"permit_id": place, "place": at, "name": file.name, "content_id": ids[file.content]}
            for place, each in stored
            for at, file in enumerate(each.attachments)
        ),
    )
    contents = {place: each.published.permit for place, each in stored}
    ledger_lines.insert_lines(connection, contents)
    quota_lines.insert_lines(connection, contents)
    reexport_lines.insert_lines(connection, contents)
    document_rows.insert(connection, {place: each.documents for place, each in stored})
    return places


def insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows in one execution; nothing where there are none."""
    if batch := list(rows):
        connection.execute(table.insert(), batch)


def known(
    connection: Connection, numbers: Collection[tuple[Authority, CertificateNumber]]
) -> set[tuple[Authority, CertificateNumber]]:
    """Those of the numbers that are stored."""
    by_text = {(owner, number.text): number for owner, number in numbers}
    found = set()
    for owner in {owner for owner, _ in numbers}:
        texts = [text for each, text in by_text if each == owner]
        query = (
            select(permit.c.number)
            .join_from(permit, authority)
            .where(is_authority(owner), permit.c.number.in_(texts))
        )
        stored = connection.execute(query).scalars()
        found |= {(owner, by_text[owner, text]) for text in stored}
    return found


def is_authority(wanted: Authority) -> ColumnElement[bool]:
    """Condition: the row of the table `authority` is that of an authority."""
    return and_(authority.c.country == wanted.country.text, authority.c.code == wanted.code)


def state_of(published: PublishedPermit) -> dict[str, object]:
    """The columns that a change of the permit may write."""
    return {
        "status": published.status.value,
        "successor": published.successor.text if published.successor else None,
        "countries": json.dumps(sorted(published.countries)),
        "content": to_json(published.permit),
    }


def _insert(connection: Connection, new: Sequence[NewPermit], now: str) -> list[int]:
    owners = {
        owner: _authority_id(connection, owner)
        for owner in {each.published.authority for each in new}
    }
    rows = [
        {
            **state_of(each.published),
            "authority_id": owners[each.published.authority],
            "number": each.published.permit.number.text,
            "token_hash": each.token_hash,
            "attachments": len(each.attachments),
            "revision": 1,
            "created_at": now,
            "changed_at": now,
        }
        for each in new
    ]
    statement = permit.insert().returning(permit.c.id, permit.c.authority_id, permit.c.number)
    ids = {
        (row.authority_id, row.number): int(row.id) for row in connection.execute(statement, rows)
    }
    return [
        ids[owners[each.published.authority], each.published.permit.number.text] for each in new
    ]


def _authority_id(connection: Connection, wanted: Authority) -> int:
    found = connection.execute(select(authority.c.id).where(is_authority(wanted))).scalar()
    if found is not None:
        return int(found)
    row = {"country": wanted.country.text, "code": wanted.code}
    statement = authority.insert().returning(authority.c.id)
    return int(connection.execute(statement, row).scalar_one())
