"""How do records leave the journal, and the contents that nothing names any more?"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import Direction, Exchange, Old
from gateway.store.entries import named_in, values_of
from gateway.store.failures import guarded
from gateway.store.permit_json import from_json
from gateway.store.sealed import least_id
from gateway.store.tables import attachment, content, document, exchange, journal_leaf, journal_pruned, permit

_NAMED_BY_A_PERMIT = or_(
    exists().where(or_(document.c.content_id == content.c.id, document.c.seal_id == content.c.id)),
    exists().where(attachment.c.content_id == content.c.id),
)
_AT_ONCE = 500
"""Names in one statement: well below what either database allows."""

_RECORDS_AT_ONCE = 10_000


class SqlRetainedJournal:
    """The port `RetainedJournal`. Ids begin with the time they were made at (UUIDv7), so old ones are found by them."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def count(self, before: datetime) -> int:
        """See the port."""
        wanted = select(func.count()).select_from(exchange).where(exchange.c.id < _id_at(before))
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def old(self, before: datetime, after: str, most: int) -> Sequence[Old]:
        """See the port."""
        wanted = (
            select(
                exchange.c.id, journal_leaf.c.hash, exchange.c.direction, exchange.c.ended_at, exchange.c.permit_number
            )
            .join_from(exchange, journal_leaf, journal_leaf.c.exchange_id == exchange.c.id)
            .where(exchange.c.id < _id_at(before), exchange.c.id > after)
            .order_by(exchange.c.id)
            .limit(most)
        )
        with guarded(), self._reading.connect() as connection:
            return [
                _old(row.id, bytes(row.hash), row.ended_at, row.direction, row.permit_number)
                for row in connection.execute(wanted)
            ]

    def last_days(self, number: str) -> Sequence[date | None]:
        """See the port."""
        wanted = select(permit.c.content).where(permit.c.number == number)
        with guarded(), self._reading.connect() as connection:
            ends = [from_json(text).valid_until for text in connection.execute(wanted).scalars()]
        return [end.date() if end else None for end in ends]

    def contents(self, records: Sequence[str]) -> Sequence[str]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            named: set[str] = set()
            for some in _portions(records):
                wanted = select(exchange.c.answer_content).where(exchange.c.id.in_(some))
                named.update(key for text in connection.execute(wanted).scalars() for key in named_in(text))
            return sorted(_without_permit(connection, sorted(named)))

    def remove(self, pruning: Exchange, records: Sequence[str], contents: Sequence[str]) -> bool:
        """See the port. The triggers of the database look at each record once more."""
        named = [{"name": name, "pruning_id": pruning.id} for name in (*records, *contents)]
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(exchange.insert(), values_of(pruning))
                    connection.execute(journal_pruned.insert(), named)
                    removed = 0
                    for some in _portions(records):
                        removed += connection.execute(delete(exchange).where(exchange.c.id.in_(some))).rowcount
                    if removed != len(records):
                        connection.rollback()
                    return removed == len(records)
            except IntegrityError:  # somebody holds one of them by now
                return False

    def sweep(self) -> int:
        """See the port. All of the journal is looked through for names, but only where there is something to delete."""
        released = select(content.c.sha256).where(
            exists().where(journal_pruned.c.name == content.c.sha256), ~_NAMED_BY_A_PERMIT
        )
        with guarded(), self._reading.connect() as connection:
            unnamed = set(connection.execute(released).scalars())
        last = ""
        while unnamed and (page := self._answers(last)):
            last = page[-1][0]
            unnamed.difference_update(key for _, text in page for key in named_in(text))
        return self._delete(sorted(unnamed), last) if unnamed else 0

    def _answers(self, after: str) -> Sequence[tuple[str, str | None]]:
        wanted = select(exchange.c.id, exchange.c.answer_content).where(exchange.c.id > after)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(wanted.order_by(exchange.c.id).limit(_RECORDS_AT_ONCE)).all()
        return [(row.id, row.answer_content) for row in rows]

    def _delete(self, unnamed: Sequence[str], last: str) -> int:
        """In one transaction with a look at what has come in meanwhile."""
        late = select(exchange.c.answer_content).where(exchange.c.id > last)
        with guarded(), self._writing.begin() as connection:
            named = {key for text in connection.execute(late).scalars() for key in named_in(text)}
            gone = [key for key in _without_permit(connection, unnamed) if key not in named]
            for some in _portions(gone):
                connection.execute(delete(content).where(content.c.sha256.in_(some)))
        return len(gone)


def _old(identity: str, leaf: bytes, ended_at: str, direction: str, permit_number: str | None) -> Old:
    try:
        return Old(identity, leaf, datetime.fromisoformat(ended_at), Direction(direction), permit_number)
    except ValueError:  # somebody has been at it
        return Old(identity, leaf, None, None, permit_number)


def _without_permit(connection: Connection, keys: Sequence[str]) -> Iterator[str]:
    for some in _portions(keys):
        wanted = select(content.c.sha256).where(content.c.sha256.in_(some), ~_NAMED_BY_A_PERMIT)
        yield from connection.execute(wanted).scalars()


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[begin : begin + _AT_ONCE] for begin in range(0, len(names), _AT_ONCE))


def _id_at(moment: datetime) -> str:
    return least_id(int(moment.timestamp() * 1000))
