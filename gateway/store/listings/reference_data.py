"""Reference data: an import replaces a kind whole; look-ups are answered from indexes."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, Engine, Select, Text, bindparam, func, select
from sqlalchemy import Row as DbRow

from gateway.domain.references.rows import DataKind, Fact, Row, subject_of
from gateway.domain.references.taxa import Synonym, Taxon, name_key
from gateway.exchange.ports import ConcurrentChange, Exchange
from gateway.exchange.ports.listings.store import ImportedData, NamedTaxon
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.prepared import ConnectionPerThread, PreparedStatement
from gateway.store.journal.rows import values_of
from gateway.store.listings.row_json import fact_from_json, row_from_json, taxon_from_json, to_json
from gateway.store.tables import (
    exchange,
    reference_fact,
    reference_import,
    reference_name,
    reference_taxon,
)

_ACCEPTED, _SYNONYM = "A", "S"
_VERSION = select(func.max(reference_import.c.id))
_NAMED = select(reference_name.c.key, reference_name.c.status, reference_taxon.c.body).join_from(
    reference_name, reference_taxon, reference_name.c.taxon_id == reference_taxon.c.id
)
_FACTS = select(reference_fact.c.kind, reference_fact.c.body)
_NAMES_AT_ONCE, _MANY_NAMES_AT_ONCE, _SUBJECTS_AT_ONCE = 8, 500, 24
"""Parameters of the prepared statements; a taxon has seven higher ones at most."""

_ROWS_AT_ONCE = 1000
_IMPORTING = 0x4C495354
"""Key of the advisory lock under which imports follow each other on PostgreSQL."""
_NEWEST = reference_import.alias()


class SqlReferenceData:
    """The port `ReferenceStore`."""

    def __init__(self, connections: ConnectionPerThread, writing: Engine, reading: Engine) -> None:
        self._connections = connections
        self._writing = writing
        self._reading = reading
        self._version = PreparedStatement(_VERSION, reading.dialect)
        self._named, self._many_named = (
            PreparedStatement(_of_names(count), reading.dialect)
            for count in (_NAMES_AT_ONCE, _MANY_NAMES_AT_ONCE)
        )
        self._facts = PreparedStatement(_of_subjects(), reading.dialect)

    def version(self) -> str:
        """See the port. A prepared statement, as it runs for every line that is judged."""
        ((newest,),) = self._connections.run(lambda connection: self._version.rows(connection, {}))
        return newest or ""

    def current(self) -> Sequence[ImportedData]:
        """See the port."""
        newest = (
            select(func.max(_NEWEST.c.id))
            .where(_NEWEST.c.kind == reference_import.c.kind)
            .scalar_subquery()
        )
        query = select(reference_import).where(reference_import.c.id == newest)
        with guarded(), readable(), self._reading.connect() as connection:
            rows = connection.execute(query.order_by(reference_import.c.kind)).all()
            return [_imported(row) for row in rows]

    def named(self, keys: Collection[str]) -> Sequence[NamedTaxon]:
        """See the port."""
        statement, at_once = self._named, _NAMES_AT_ONCE
        if len(keys) > 2 * _NAMES_AT_ONCE:
            statement, at_once = self._many_named, _MANY_NAMES_AT_ONCE
        with readable():
            return [
                NamedTaxon(key, status == _SYNONYM, taxon_from_json(body))
                for key, status, body in self._found(statement, keys, at_once)
            ]

    def facts(self, subjects: Collection[str]) -> Sequence[Fact]:
        """See the port."""
        with readable():
            return [
                fact_from_json(kind, body)
                for kind, body in self._found(self._facts, subjects, _SUBJECTS_AT_ONCE)
            ]

    def _found(
        self, statement: PreparedStatement, wanted: Collection[str], at_once: int
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of the values wanted. The last value fills up the parameters that are left."""
        values = sorted(wanted)
        for at in range(0, len(values), at_once):
            page = values[at : at + at_once]
            page += page[-1:] * (at_once - len(page))
            named = {f"wanted_{place}": value for place, value in enumerate(page)}
            yield from self._connections.run(partial(statement.rows, values=named))

    def rows(self, kind: DataKind, containing: str = "") -> Sequence[Row]:
        """See the port. Of a synonym the form is stored in which names are compared."""
        with guarded(), readable(), self._reading.connect() as connection:
            if kind is DataKind.SYNONYMS:
                named = reference_name.select().filter_by(status=_SYNONYM)
                return [Synonym(each.key, each.taxon_id, "") for each in connection.execute(named)]
            query, body = select(reference_taxon.c.body), reference_taxon.c.body
            if kind is not DataKind.TAXA:
                query, body = select(reference_fact.c.body), reference_fact.c.body
                query = query.where(reference_fact.c.kind == kind.value)
            found = connection.execute(query.where(body.contains(containing, autoescape=True)))
            return [row_from_json(kind.value, text) for text in found.scalars()]

    def digest_of(self, kind: DataKind, rows: Sequence[Row]) -> str:
        """See the port."""
        return _digest(
            tuple(str(value) for value in row.values())
            for _, batch in _written(kind, rows)
            for row in batch
        )

    def stored_digest(self, kind: DataKind) -> str:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return _digest(
                tuple(map(str, row)) for query in _stored(kind) for row in connection.execute(query)
            )

    def replace(
        self,
        imported: Sequence[ImportedData],
        rows: Mapping[DataKind, Sequence[Row]],
        record: Exchange,
        based_on: str | None = None,
    ) -> None:
        """See the port."""
        # Made before the transaction, in which other writers wait.
        written = {kind: list(_written(kind, found)) for kind, found in rows.items()}
        with guarded(), self._writing.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two imports at once would each leave the rows of the other.
                connection.execute(select(func.pg_advisory_xact_lock(_IMPORTING)))
            if based_on is not None and connection.execute(_VERSION).scalar() != (based_on or None):
                raise ConcurrentChange
            for kind, batches in written.items():
                _remove(connection, kind)
                for table, values in batches:
                    connection.execute(table.insert(), values)
            connection.execute(reference_import.insert(), [_values(each) for each in imported])
            connection.execute(exchange.insert(), values_of(record))


@cache
def _of_names(count: int) -> Select[Any]:
    return _NAMED.where(reference_name.c.key.in_(_parameters(count)))


@cache
def _of_subjects() -> Select[Any]:
    subjects = _FACTS.where(reference_fact.c.subject.in_(_parameters(_SUBJECTS_AT_ONCE)))
    return subjects.order_by(reference_fact.c.id)


def _parameters(count: int) -> list[BindParameter[str]]:
    return [bindparam(f"wanted_{place}", type_=Text) for place in range(count)]


def _remove(connection: Connection, kind: DataKind) -> None:
    if kind is DataKind.TAXA:
        connection.execute(reference_taxon.delete())
    if kind in (DataKind.TAXA, DataKind.SYNONYMS):
        status = _ACCEPTED if kind is DataKind.TAXA else _SYNONYM
        connection.execute(reference_name.delete().where(reference_name.c.status == status))
    else:
        connection.execute(reference_fact.delete().where(reference_fact.c.kind == kind.value))


def _written(kind: DataKind, rows: Sequence[Row]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield tables with rows to insert, in batches. A name of a taxon stands once."""
    taxa, facts = [], []
    names: dict[tuple[str, int], dict[str, object]] = {}
    for row in rows:
        if isinstance(row, Taxon):
            taxa.append({"id": row.id, "body": to_json(row)})
            names[name_key(row.name), row.id] = _name(row.name, row.id, _ACCEPTED)
        elif isinstance(row, Synonym):
            place = name_key(row.name), row.accepted_id
            names[place] = _name(row.name, row.accepted_id, _SYNONYM)
        else:
            facts.append({"kind": kind.value, "subject": subject_of(row), "body": to_json(row)})
    for table, values in (
        (reference_taxon, taxa),
        (reference_name, list(names.values())),
        (reference_fact, facts),
    ):
        for at in range(0, len(values), _ROWS_AT_ONCE):
            yield table, values[at : at + _ROWS_AT_ONCE]


def _stored(kind: DataKind) -> Iterator[Select[Any]]:
    """Queries of all rows of a kind, with the columns in the order of `_written`."""
    if kind is DataKind.TAXA:
        yield select(reference_taxon.c.id, reference_taxon.c.body)
    if kind in (DataKind.TAXA, DataKind.SYNONYMS):
        status = _ACCEPTED if kind is DataKind.TAXA else _SYNONYM
        names = select(reference_name.c.key, reference_name.c.status, reference_name.c.taxon_id)
        yield names.where(reference_name.c.status == status)
    else:
        yield select(reference_fact.c.kind, reference_fact.c.subject, reference_fact.c.body).where(
            reference_fact.c.kind == kind.value
        )


def _digest(rows: Iterable[tuple[str, ...]]) -> str:
    """SHA-256 of rows in an order of their own."""
    digest = sha256()
    for row in sorted(rows):
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _name(name: str, taxon_id: int, status: str) -> dict[str, object]:
    return {"key": name_key(name), "status": status, "taxon_id": taxon_id}


def _values(imported: ImportedData) -> dict[str, object]:
    return {
        "id": imported.id,
        "kind": imported.kind.value,
        "at": in_utc(imported.at),
        "person": imported.person,
        "reason": imported.reason,
        "rows": imported.rows,
        "files": json.dumps(imported.files, ensure_ascii=False),
        "whole_at": in_utc(imported.whole_since) if imported.whole_since else "",
    }


def _imported(row: DbRow[Any]) -> ImportedData:
    files = tuple((name, sha256) for name, sha256 in json.loads(row.files))
    return ImportedData(
        row.id,
        DataKind(row.kind),
        datetime.fromisoformat(row.at),
        row.person,
        row.reason,
        row.rows,
        files,
        _whole_at(row.whole_at),
    )


def _whole_at(text: str | None) -> datetime | Literal["at"] | None:
    if text is None:
        return "at"
    return datetime.fromisoformat(text) if text else None
