"""Retention: deletion of old journal records and of content that nothing refers to any more."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import Direction, Exchange, RetentionCandidate
from gateway.store.database.errors import guarded
from gateway.store.database.locks import wait_in_transaction
from gateway.store.journal.holds import REMOVAL
from gateway.store.journal.rows import referenced, values_of
from gateway.store.journal.sealed import least_id
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import (
    attachment,
    content,
    document,
    exchange,
    former_document,
    former_seal,
    journal_leaf,
    journal_pruned,
    permit,
    supporting_document,
)

_USED_BY_PERMIT = or_(
    exists().where(or_(document.c.content_id == content.c.id, document.c.seal_id == content.c.id)),
    exists().where(attachment.c.content_id == content.c.id),
    exists().where(supporting_document.c.content_id == content.c.id),
    exists().where(
        or_(former_seal.c.content_id == content.c.id, former_seal.c.seal_id == content.c.id)
    ),
    exists().where(
        or_(
            former_document.c.content_id == content.c.id,
            former_document.c.seal_id == content.c.id,
        )
    ),
)
_MAX_PARAMETERS = 500
"""Of one statement: well below the limit of either database."""

_PAGE_SIZE = 10_000


class SqlRetainedJournal:
    """The port `RetainedJournal`.

    Ids begin with the time of their creation (UUIDv7), so the primary key finds old records.
    """

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def count(self, before: datetime) -> int:
        """See the port."""
        query = select(func.count()).select_from(exchange).where(exchange.c.id < _id_at(before))
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def candidates(self, before: datetime, after: str, most: int) -> Sequence[RetentionCandidate]:
        """See the port."""
        query = (
            select(
                exchange.c.id,
                journal_leaf.c.hash,
                exchange.c.direction,
                exchange.c.ended_at,
                exchange.c.permit_number,
            )
            .join_from(exchange, journal_leaf, journal_leaf.c.exchange_id == exchange.c.id)
            .where(exchange.c.id < _id_at(before), exchange.c.id > after)
            .order_by(exchange.c.id)
            .limit(most)
        )
        with guarded(), self._reading.connect() as connection:
            return [
                _old(row.id, bytes(row.hash), row.ended_at, row.direction, row.permit_number)
                for row in connection.execute(query)
            ]

    def last_days(self, number: str) -> Sequence[date | None]:
        """See the port."""
        query = select(permit.c.content).where(permit.c.number == number)
        with guarded(), self._reading.connect() as connection:
            ends = [from_json(text).valid_until for text in connection.execute(query).scalars()]
        return [end.date() if end else None for end in ends]

    def contents(self, records: Sequence[str]) -> Sequence[str]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            named: set[str] = set()
            for chunk in _chunks(records):
                query = select(exchange.c.answer_content).where(exchange.c.id.in_(chunk))
                named.update(
                    key for text in connection.execute(query).scalars() for key in referenced(text)
                )
            return sorted(_unused_by_permits(connection, sorted(named)))

    def remove(self, pruning: Exchange, records: Sequence[str], contents: Sequence[str]) -> bool:
        """See the port. Triggers of the database check each deletion once more."""
        named = [{"name": name, "pruning_id": pruning.id} for name in (*records, *contents)]
        with guarded():
            try:
                with self._writing.begin() as connection:
                    wait_in_transaction(connection, REMOVAL)
                    connection.execute(exchange.insert(), values_of(pruning))
                    connection.execute(journal_pruned.insert(), named)
                    removed = 0
                    for chunk in _chunks(records):
                        removed += connection.execute(
                            delete(exchange).where(exchange.c.id.in_(chunk))
                        ).rowcount
                    if removed != len(records):
                        connection.rollback()
                    return removed == len(records)
            except IntegrityError:  # a legal hold was placed on one of them meanwhile
                return False

    def sweep(self) -> int:
        """See the port.

        It reads the references of the whole journal, but only where there is content to delete.
        """
        released = select(content.c.sha256).where(
            exists().where(journal_pruned.c.name == content.c.sha256), ~_USED_BY_PERMIT
        )
        with guarded(), self._reading.connect() as connection:
            unreferenced = set(connection.execute(released).scalars())
        last = ""
        while unreferenced and (page := self._references(last)):
            last = page[-1][0]
            unreferenced.difference_update(key for _, text in page for key in referenced(text))
        return self._delete(sorted(unreferenced), last) if unreferenced else 0

    def _references(self, after: str) -> Sequence[tuple[str, str | None]]:
        query = select(exchange.c.id, exchange.c.answer_content).where(exchange.c.id > after)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query.order_by(exchange.c.id).limit(_PAGE_SIZE)).all()
        return [(row.id, row.answer_content) for row in rows]

    def _delete(self, unreferenced: Sequence[str], last: str) -> int:
        """In one transaction with a check of the records that have come in meanwhile.

        last: id of the newest record that was checked before.
        """
        late = select(exchange.c.answer_content).where(exchange.c.id > last)
        with guarded(), self._writing.begin() as connection:
            texts = connection.execute(late).scalars()
            named = {key for text in texts for key in referenced(text)}
            unused = _unused_by_permits(connection, unreferenced)
            deleted = [key for key in unused if key not in named]
            for chunk in _chunks(deleted):
                connection.execute(delete(content).where(content.c.sha256.in_(chunk)))
        return len(deleted)


def _old(
    identity: str, leaf: bytes, ended_at: str, direction: str, permit_number: str | None
) -> RetentionCandidate:
    try:
        return RetentionCandidate(
            identity, leaf, datetime.fromisoformat(ended_at), Direction(direction), permit_number
        )
    except ValueError:  # the row was tampered with; pruning finds that by its leaf
        return RetentionCandidate(identity, leaf, None, None, permit_number)


def _unused_by_permits(connection: Connection, keys: Sequence[str]) -> Iterator[str]:
    for chunk in _chunks(keys):
        query = select(content.c.sha256).where(content.c.sha256.in_(chunk), ~_USED_BY_PERMIT)
        yield from connection.execute(query).scalars()


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (
        names[begin : begin + _MAX_PARAMETERS] for begin in range(0, len(names), _MAX_PARAMETERS)
    )


def _id_at(moment: datetime) -> str:
    return least_id(int(moment.timestamp() * 1000))
