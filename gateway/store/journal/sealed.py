"""Seals of the journal: Merkle heads and leaves, time-stamps, and records without a seal.

Heads form one chain, so one node at a time seals, under a named lock. Should two do so, the primary
key of the batch number refuses the second. Queries do not skip locked rows (SKIP LOCKED), as queues
do: records never change, and a batch does not wait for writers of other records.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import FAR_AHEAD, Exchange, Head, Leaf
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import ENTRY, exchanges, values_of
from gateway.store.tables import exchange, journal_head, journal_leaf, journal_pruned, journal_stamp

_UNSEALED = ~exists().where(journal_leaf.c.exchange_id == exchange.c.id)
_HEAD = select(journal_head, journal_stamp.c.stamp).outerjoin_from(
    journal_head, journal_stamp, journal_stamp.c.batch == journal_head.c.batch
)
_HEADS_PAGE_SIZE = 500
_RECORDS_PAGE_SIZE = 100
_OVERLAPS = ((300.0, 1200.0), (30.0, 150.0), (4.0, 10.0))
"""(seconds from one search to the next, seconds by which it goes back), the longest first.

Ids begin with the time of their creation (UUIDv7), and a record is written at the end of its
exchange. So a search goes back behind the last record that was sealed. To go back far each time
would cost more than all else: at a thousand records a second 1,200,000 are looked at in 20 minutes.
One that is written later than the longest goes back is found at the next start of the gateway,
which searches the whole journal.
"""
_LONGEST_OVERLAP = _OVERLAPS[0][1]
_USUAL_OVERLAP = _OVERLAPS[1][1]
"""Longer than an exchange takes."""


def least_id(milliseconds: int) -> str:
    """The least UUIDv7 of a moment. milliseconds: since 1970."""
    digits = f"{max(0, milliseconds):012x}"
    return f"{digits[:8]}-{digits[8:]}"


class SqlSealedJournal:
    """The port `SealedJournal`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        # Not `writing` for queries: on SQLite each of its transactions keeps all others from
        # writing.
        self._reading = reading
        self._sealed_to = ""
        """Id up to which all was sealed, but for records that were written late."""
        self._goes_on = False
        self._searched = dict.fromkeys(_OVERLAPS, float("-inf"))

    def unsealed(
        self, most: int, before: datetime, *, thorough: bool = False
    ) -> Sequence[Exchange]:
        """See the port. Damaged records are left out; verification reports them."""
        now = before.timestamp()
        overlap = _LONGEST_OVERLAP if thorough else self._overlap(now)
        since = self._sealed_to
        if overlap is not None:
            # After a clock was set back, ids are lower than those that were sealed last.
            since = min(_earlier(since, overlap), least_id(int((now - overlap) * 1000)))
        query = ENTRY.where(_UNSEALED, _due(before), exchange.c.id > since)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query.order_by(exchange.c.id).limit(most)).all()
            found = [record for record in exchanges(connection, rows) if record is not None]
        self._goes_on = len(rows) == most
        # Of rows, not of those found: behind a page of damaged ones stand records to be sealed.
        self._sealed_to = str(rows[-1].id) if rows else self._newest()
        return found

    def _overlap(self, now: float) -> float | None:
        """Seconds by which a search goes back; None to go on where the last full batch ended."""
        for overlap in _OVERLAPS:
            every, back = overlap
            if not 0 <= now - self._searched[overlap] < every:
                for covered in _OVERLAPS[_OVERLAPS.index(overlap) :]:
                    self._searched[covered] = now
                return back
        return None if self._goes_on else _OVERLAPS[-1][1]

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
                self._sealed_to = ""  # another node seals too: search everything next time
                return False
        return True

    def last_timestamp(self) -> datetime | None:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            newest = connection.execute(select(func.max(journal_stamp.c.kept_at))).scalar()
        return datetime.fromisoformat(newest) if newest else None

    def add_timestamp(self, batch: int, stamp: bytes, record: Exchange) -> None:
        """See the port."""
        row = {"batch": batch, "kept_at": in_utc(record.began_at), "stamp": stamp}
        with guarded(), suppress(IntegrityError), self._writing.begin() as connection:
            connection.execute(journal_stamp.insert(), row)
            connection.execute(exchange.insert(), values_of(record))

    def heads(self, since: int = 1) -> Iterator[Head]:
        """See the port.

        Read in pages, so that no transaction stays open while the caller verifies each.
        """
        while page := self._heads(
            _HEAD.where(journal_head.c.batch >= since)
            .order_by(journal_head.c.batch)
            .limit(_HEADS_PAGE_SIZE)
        ):
            yield from page
            since = page[-1].batch + 1

    def head(self, batch: int) -> Head | None:
        """See the port."""
        return next(iter(self._heads(_HEAD.where(journal_head.c.batch == batch))), None)

    def oldest_unsealed(self) -> datetime | None:
        """See the port."""
        newest = select(func.max(journal_leaf.c.batch)).scalar_subquery()
        # Not the greatest id: it may be of a clock that was ahead.
        first = select(func.min(journal_leaf.c.exchange_id)).where(journal_leaf.c.batch == newest)
        with guarded(), self._reading.connect() as connection:
            since = _earlier(connection.execute(first).scalar() or "", _USUAL_OVERLAP)
            query = select(func.min(exchange.c.ended_at)).where(exchange.c.id > since, _UNSEALED)
            oldest = connection.execute(query).scalar()
        return datetime.fromisoformat(oldest) if oldest else None

    def batches(self) -> Sequence[int]:
        """See the port."""
        query = select(journal_leaf.c.batch).distinct().order_by(journal_leaf.c.batch)
        with guarded(), self._reading.connect() as connection:
            return list(connection.execute(query).scalars())

    def leaves(self, batch: int) -> Iterator[Leaf]:
        """See the port."""
        query = (
            select(journal_leaf).where(journal_leaf.c.batch == batch).order_by(journal_leaf.c.place)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            claims = _claims(connection, batch)
            for leaf in connection.execute(query).all():
                rows = connection.execute(ENTRY.where(exchange.c.id == leaf.exchange_id)).all()
                if not rows and leaf.exchange_id not in claims:
                    claims = _claims(connection, batch)  # a pruning may have run meanwhile
                record = next(exchanges(connection, rows), None)
                removed_by = tuple(claims.get(leaf.exchange_id, ()))
                yield Leaf(
                    leaf.place, leaf.exchange_id, _as_bytes(leaf.hash), record, not rows, removed_by
                )

    def batch_of(self, exchange_id: str) -> int | None:
        """See the port."""
        query = select(journal_leaf.c.batch).where(journal_leaf.c.exchange_id == exchange_id)
        with guarded(), self._reading.connect() as connection:
            return connection.execute(query).scalar()

    def records(self, ids: Sequence[str]) -> Iterator[Exchange]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            for begin in range(0, len(ids), _RECORDS_PAGE_SIZE):
                page = ids[begin : begin + _RECORDS_PAGE_SIZE]
                rows = connection.execute(ENTRY.where(exchange.c.id.in_(page))).all()
                yield from (record for record in exchanges(connection, rows) if record is not None)

    def strays(self, before: datetime) -> Sequence[str]:
        """See the port."""
        query = select(exchange.c.id).where(_UNSEALED, _due(before)).order_by(exchange.c.id)
        with guarded(), self._reading.connect() as connection:
            return list(connection.execute(query).scalars())

    def _heads(self, query: Select[Any]) -> list[Head]:
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                Head(
                    row.batch,
                    _as_bytes(row.statement),
                    _as_bytes(row.signature),
                    _as_bytes(row.certificates),
                    _as_bytes(row.stamp or b""),
                )
                for row in connection.execute(query)
            ]


def _as_bytes(value: object) -> bytes:
    """Total: SQLite stores values of any type, and verification has to report a forged one."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def _due(before: datetime) -> ColumnElement[bool]:
    return or_(
        exchange.c.began_at < in_utc(before), exchange.c.began_at > in_utc(before + FAR_AHEAD)
    )


def _earlier(identity: str, seconds: float) -> str:
    """The least id of a moment before that of an id; "" where it is no UUIDv7."""
    try:
        return least_id(int(identity[:13].replace("-", ""), 16) - int(seconds * 1000))
    except ValueError:
        return ""


def _claims(connection: Connection, batch: int) -> dict[str, list[str]]:
    """Id of a removed record of the batch -> ids of the pruning records that claim it."""
    of_batch = journal_leaf.c.exchange_id == journal_pruned.c.name
    query = select(journal_pruned).join_from(journal_leaf, journal_pruned, of_batch)
    claims: dict[str, list[str]] = {}
    for claim in connection.execute(query.where(journal_leaf.c.batch == batch)):
        claims.setdefault(claim.name, []).append(claim.pruning_id)
    return claims
