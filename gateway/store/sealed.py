"""Where do the seals of the journal stand, and which records are without one?

Heads are one chain, so one node at a time seals, in its turn; were there two, the number of the batch is taken once. To
skip records that somebody has locked, as queues do, would help nobody: they are never changed, and the batch waits for
nobody who writes others.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import FAR_AHEAD, Exchange, Head, Leaf
from gateway.store.entries import ENTRY, exchanges, values_of
from gateway.store.failures import guarded, readable
from gateway.store.moments import in_utc
from gateway.store.tables import exchange, journal_head, journal_leaf, journal_pruned, journal_stamp

_STRAY = ~exists().where(journal_leaf.c.exchange_id == exchange.c.id)
_HEAD = select(journal_head, journal_stamp.c.stamp).outerjoin_from(
    journal_head, journal_stamp, journal_stamp.c.batch == journal_head.c.batch
)
_HEADS_AT_ONCE = 500
_RECORDS_AT_ONCE = 100
_OVERLAP_MILLISECONDS = 15 * 60 * 1000
"""Ids begin with the time they were made at (UUIDv7): a record that comes in later than this is found at the next start
of the gateway, when all of the journal is looked through."""


def least_id(milliseconds: int) -> str:
    """Where ids of that moment begin, in milliseconds since 1970."""
    digits = f"{max(0, milliseconds):012x}"
    return f"{digits[:8]}-{digits[8:]}"


class SqlSealedJournal:
    """The port `SealedJournal`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading  # on SQLite a transaction of the other would keep everybody else from writing
        self._sealed_to = ""

    def unsealed(self, most: int, before: datetime) -> Sequence[Exchange]:
        """See the port. What cannot be read is left out, and found by whoever verifies."""
        wanted = ENTRY.where(_STRAY, _due(before)).order_by(exchange.c.id).limit(most)
        since = min(self._sealed_to, _long_before(before.timestamp() * 1000))  # after a clock went back, ids are lower
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(wanted.where(exchange.c.id > since)).all()
            found = [record for record in exchanges(connection, rows) if record is not None]
        self._sealed_to = _long_before_id(found[-1].id if found else self._newest())
        return found

    def _newest(self) -> str:
        with guarded(), self._reading.connect() as connection:
            return str(connection.execute(select(func.max(exchange.c.id))).scalar())

    def last(self) -> Head | None:
        """See the port."""
        return next(iter(self._heads(_HEAD.order_by(journal_head.c.batch.desc()).limit(1))), None)

    def add(self, head: Head, leaves: Sequence[tuple[str, bytes]]) -> bool:
        """See the port."""
        row = {
            "batch": head.batch,
            "statement": head.statement,
            "signature": head.signature,
            "certificates": head.certificates,
        }
        rows = [
            {"exchange_id": identity, "batch": head.batch, "place": place, "hash": leaf}
            for place, (identity, leaf) in enumerate(leaves)
        ]
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(journal_head.insert(), row)
                    if rows:
                        connection.execute(journal_leaf.insert(), rows)
            except IntegrityError:
                self._sealed_to = ""  # somebody else is at it: look through everything
                return False
        return True

    def last_stamp(self) -> datetime | None:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            newest = connection.execute(select(func.max(journal_stamp.c.kept_at))).scalar()
        return datetime.fromisoformat(newest) if newest else None

    def keep_stamp(self, batch: int, stamp: bytes, record: Exchange) -> None:
        """See the port."""
        row = {"batch": batch, "kept_at": in_utc(record.began_at), "stamp": stamp}
        with guarded(), suppress(IntegrityError), self._writing.begin() as connection:
            connection.execute(journal_stamp.insert(), row)
            connection.execute(exchange.insert(), values_of(record))

    def heads(self, since: int = 1) -> Iterator[Head]:
        """See the port. Read in pages, so that no transaction stays open while each is looked into."""
        while page := self._heads(
            _HEAD.where(journal_head.c.batch >= since).order_by(journal_head.c.batch).limit(_HEADS_AT_ONCE)
        ):
            yield from page
            since = page[-1].batch + 1

    def batches(self) -> Sequence[int]:
        """See the port."""
        wanted = select(journal_leaf.c.batch).distinct().order_by(journal_leaf.c.batch)
        with guarded(), self._reading.connect() as connection:
            return list(connection.execute(wanted).scalars())

    def leaves(self, batch: int) -> Iterator[Leaf]:
        """See the port."""
        wanted = select(journal_leaf).where(journal_leaf.c.batch == batch).order_by(journal_leaf.c.place)
        with guarded(), readable(), self._reading.connect() as connection:
            claims = _claims(connection, batch)
            for leaf in connection.execute(wanted).all():
                rows = connection.execute(ENTRY.where(exchange.c.id == leaf.exchange_id)).all()
                if not rows and leaf.exchange_id not in claims:
                    claims = _claims(connection, batch)  # somebody may be pruning at this moment
                record = next(exchanges(connection, rows), None)
                removed_by = tuple(claims.get(leaf.exchange_id, ()))
                yield Leaf(leaf.place, leaf.exchange_id, _as_bytes(leaf.hash), record, not rows, removed_by)

    def batch_of(self, exchange_id: str) -> int | None:
        """See the port."""
        wanted = select(journal_leaf.c.batch).where(journal_leaf.c.exchange_id == exchange_id)
        with guarded(), self._reading.connect() as connection:
            return connection.execute(wanted).scalar()

    def records(self, ids: Sequence[str]) -> Iterator[Exchange]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            for begin in range(0, len(ids), _RECORDS_AT_ONCE):
                some = ids[begin : begin + _RECORDS_AT_ONCE]
                rows = connection.execute(ENTRY.where(exchange.c.id.in_(some))).all()
                yield from (record for record in exchanges(connection, rows) if record is not None)

    def strays(self, before: datetime) -> Sequence[str]:
        """See the port."""
        wanted = select(exchange.c.id).where(_STRAY, _due(before)).order_by(exchange.c.id)
        with guarded(), self._reading.connect() as connection:
            return list(connection.execute(wanted).scalars())

    def _heads(self, wanted: Select[Any]) -> list[Head]:
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                Head(
                    row.batch,
                    _as_bytes(row.statement),
                    _as_bytes(row.signature),
                    _as_bytes(row.certificates),
                    _as_bytes(row.stamp or b""),
                )
                for row in connection.execute(wanted)
            ]


def _as_bytes(kept: object) -> bytes:
    """Also of what somebody has put there that is none, as SQLite keeps any kind: whoever verifies names it."""
    return bytes(kept) if isinstance(kept, bytes | memoryview) else str(kept).encode("utf-8", "surrogatepass")


def _due(before: datetime) -> ColumnElement[bool]:
    return or_(exchange.c.began_at < in_utc(before), exchange.c.began_at > in_utc(before + FAR_AHEAD))


def _long_before_id(identity: str) -> str:
    """The least id of a moment well before; the least of all where an id tells no time."""
    try:
        return _long_before(int(identity[:13].replace("-", ""), 16))
    except ValueError:
        return ""


def _long_before(milliseconds: float) -> str:
    return least_id(max(0, int(milliseconds) - _OVERLAP_MILLISECONDS))


def _claims(connection: Connection, batch: int) -> dict[str, list[str]]:
    """Id of a record of the batch -> ids of those that claim to say why it is gone."""
    of_batch = journal_leaf.c.exchange_id == journal_pruned.c.name
    wanted = select(journal_pruned).join_from(journal_leaf, journal_pruned, of_batch)
    claims: dict[str, list[str]] = {}
    for claim in connection.execute(wanted.where(journal_leaf.c.batch == batch)):
        claims.setdefault(claim.name, []).append(claim.pruning_id)
    return claims
