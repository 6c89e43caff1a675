"""State of synchronisation: how far each source was taken, and the outcome of its records.

A page of a source is one transaction here: its records, the mark that it reached and the audit
record. The permits of the page are stored before. A process that is killed in between reads the
page again, and finds its permits unchanged.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Table,
    and_,
    func,
    literal_column,
    or_,
    select,
)

from gateway.exchange.ports import Exchange
from gateway.exchange.ports.national.sync import (
    KeptProblem,
    Mark,
    RecordKey,
    RunCounts,
    SyncedRecord,
    SyncState,
    Taken,
)
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange, national_record, national_source

_IS_REFUSED = national_record.c.taken == literal_column("'refused'")
"""Written out, so that PostgreSQL sees that the partial index holds these rows."""
_REFUSED_OF_SOURCE = (
    select(func.count())
    .select_from(national_record)
    .where(_IS_REFUSED, national_record.c.source == national_source.c.source)
    .scalar_subquery()
)
_AT_A_TIME = 200
"""Rows of one INSERT: both databases bound the number of its values."""


class SqlSyncStates:
    """The port `SyncStates`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def state(self, source: str) -> SyncState | None:
        """See the port."""
        query = select(national_source).where(national_source.c.source == source)
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _state(row) if row else None

    def all(self) -> Sequence[tuple[SyncState, int]]:
        """See the port."""
        query = select(national_source, _REFUSED_OF_SOURCE.label("waiting")).order_by(
            national_source.c.source
        )
        with guarded(), self._reading.connect() as connection:
            return [(_state(row), row.waiting) for row in connection.execute(query)]

    def records(self, source: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, SyncedRecord]:
        """See the port."""
        wanted = set(keys)
        found = self.of_numbers(source, {number for _, number in wanted})
        return {record.key: record for record in found if record.key in wanted}

    def of_numbers(self, source: str, numbers: Collection[str]) -> Sequence[SyncedRecord]:
        """See the port."""
        columns = [column for column in national_record.c if column.name != "problems"]
        query = select(*columns).where(
            national_record.c.source == source, national_record.c.number.in_(sorted(numbers))
        )
        with guarded(), self._reading.connect() as connection:
            return [_record(row, ()) for row in connection.execute(query)]

    def refused(self, source: str, after: RecordKey | None, most: int) -> Sequence[SyncedRecord]:
        """See the port."""
        query = _after(
            select(national_record).where(national_record.c.source == source, _IS_REFUSED), after
        )
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query.limit(most)).all()
        with readable():
            return [_record(row, _problems(row.problems)) for row in rows]

    def save(
        self, state: SyncState, records: Sequence[SyncedRecord] = (), audit: Exchange | None = None
    ) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            for begin in range(0, len(records), _AT_A_TIME):
                _save_records(connection, state.source, records[begin : begin + _AT_A_TIME])
            _save_state(connection, state)
            if audit is not None:
                connection.execute(exchange.insert(), values_of(audit))


def _after(
    query: Select[tuple[object, ...]], after: RecordKey | None
) -> Select[tuple[object, ...]]:
    table = national_record.c
    if after is not None:
        authority, number = after
        further = and_(table.number == number, table.authority > authority)
        query = query.where(or_(table.number > number, further))
    return query.order_by(table.number, table.authority)


def _save_records(connection: Connection, source: str, records: Sequence[SyncedRecord]) -> None:
    rows = [
        {
            "source": source,
            "number": record.key[1],
            "authority": record.key[0],
            "taken": record.taken.value,
            "digest": record.digest,
            "refused_at": in_utc(record.refused_at) if record.refused_at else None,
            "problems": _json(record.problems) if record.problems else None,
        }
        for record in records
    ]
    _put(connection, national_record, ("source", "number", "authority"), rows)


def _save_state(connection: Connection, state: SyncState) -> None:
    counts = asdict(state.counts)
    row = {
        "source": state.source,
        "description": state.description,
        "mark": None if state.mark is None else _written(state.mark),
        "began_at": in_utc(state.began_at),
        "progress_at": in_utc(state.progress_at),
        "ended_at": in_utc(state.ended_at) if state.ended_at else None,
        "failure": state.failure,
        "permits_read": counts.pop("read"),
        **counts,
    }
    _put(connection, national_source, ("source",), [row])


def _put(
    connection: Connection,
    table: Table,
    key: tuple[str, ...],
    rows: Sequence[Mapping[str, object]],
) -> None:
    """Insert rows, or change those that are there."""
    statement = upsert(connection, table).values(list(rows))
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def _state(row: Row[tuple[object, ...]]) -> SyncState:
    with readable():
        return SyncState(
            row.source,
            row.description,
            None if row.mark is None else _read(row.mark),
            datetime.fromisoformat(row.began_at),
            datetime.fromisoformat(row.progress_at),
            datetime.fromisoformat(row.ended_at) if row.ended_at else None,
            row.failure,
            RunCounts(
                row.permits_read, row.published, row.changed, row.same, row.national, row.refused
            ),
        )


def _record(row: Row[tuple[object, ...]], problems: tuple[KeptProblem, ...]) -> SyncedRecord:
    with readable():
        return SyncedRecord(
            (row.authority, row.number),
            Taken(row.taken),
            bytes(row.digest),
            datetime.fromisoformat(row.refused_at) if row.refused_at else None,
            problems,
        )


def _written(mark: Mark) -> str:
    """A mark with its type: a text may look like a number or a time."""
    kind = {int: "number", str: "text", datetime: "time"}[type(mark)]
    return json.dumps({kind: mark.isoformat() if isinstance(mark, datetime) else mark})


def _read(text: str) -> Mark:
    ((kind, value),) = json.loads(text).items()
    mark: Mark = datetime.fromisoformat(value) if kind == "time" else value
    return mark


def _json(problems: Sequence[KeptProblem]) -> str:
    filled = [
        {name: value for name, value in asdict(problem).items() if value is not None}
        for problem in problems
    ]
    return json.dumps(filled, ensure_ascii=False)


def _problems(text: str | None) -> tuple[KeptProblem, ...]:
    return tuple(KeptProblem(**each) for each in json.loads(text or "[]"))
