"""Head archive: partners' heads that are held here, and anchors of ours. Rows are only added."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import AnchoredHead, Exchange, HeldHead, SignedText
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange, journal_anchor, partner_head

_PAGE_SIZE = 200
_NOT_SIGNED = SignedText(b"", b"", b"")


class SqlHeadArchive:
    """The port `HeadArchive`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def newest(self, partner: str) -> HeldHead | None:
        """See the port."""
        query = select(partner_head).where(partner_head.c.partner == partner)
        return next(iter(self._heads(query.order_by(partner_head.c.id.desc()).limit(1))), None)

    def around(self, partner: str, journal: str, batch: int) -> Sequence[HeldHead]:
        """See the port."""
        query = select(partner_head).where(
            partner_head.c.partner == partner,
            partner_head.c.journal == journal,
            partner_head.c.batch.between(batch - 1, batch + 1),
        )
        return self._heads(query.order_by(partner_head.c.id))

    def hold(self, head: HeldHead) -> bool:
        """See the port."""
        row = {
            "partner": head.partner,
            "journal": head.journal,
            "batch": head.batch,
            "digest": head.digest,
            **_values_of(head.signed),
            "received_at": in_utc(head.received_at),
            "exchange_id": head.exchange_id,
            "contradicts": head.contradicts,
        }
        with guarded():
            try:
                with self._writing.begin() as connection:
                    connection.execute(partner_head.insert(), row)
            except IntegrityError:  # another worker was faster
                return False
        return True

    def held(self, partner: str | None = None) -> Iterator[HeldHead]:
        """See the port. Read in pages, so that no transaction stays open meanwhile."""
        query = select(partner_head).order_by(partner_head.c.id).limit(_PAGE_SIZE)
        if partner is not None:
            query = query.where(partner_head.c.partner == partner)
        with guarded(), readable(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        while rows:
            with readable():
                page = [_held(row) for row in rows]
            yield from page
            with guarded(), self._reading.connect() as connection:
                rows = connection.execute(query.where(partner_head.c.id > rows[-1].id)).all()

    def anchored(self) -> Sequence[AnchoredHead]:
        """See the port."""
        newest = (
            select(journal_anchor.c.anchor, func.max(journal_anchor.c.batch).label("batch"))
            .group_by(journal_anchor.c.anchor)
            .subquery()
        )
        query = (
            select(journal_anchor)
            .join(
                newest,
                (newest.c.anchor == journal_anchor.c.anchor)
                & (newest.c.batch == journal_anchor.c.batch),
            )
            .order_by(journal_anchor.c.anchor)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [_anchored(row) for row in connection.execute(query)]

    def add_anchored(self, anchored: AnchoredHead, record: Exchange) -> None:
        """See the port."""
        row = {
            "anchor": anchored.anchor,
            "batch": anchored.batch,
            "sealed_at": in_utc(anchored.sealed_at),
            "at": in_utc(anchored.at),
            **_values_of(anchored.receipt or _NOT_SIGNED),
        }
        with guarded(), suppress(IntegrityError), self._writing.begin() as connection:
            connection.execute(journal_anchor.insert(), row)
            connection.execute(exchange.insert(), values_of(record))

    def _heads(self, query: Any) -> list[HeldHead]:
        with guarded(), readable(), self._reading.connect() as connection:
            return [_held(row) for row in connection.execute(query)]


def _values_of(signed: SignedText) -> dict[str, bytes]:
    return {
        "statement": signed.statement,
        "signature": signed.signature,
        "certificates": signed.certificates,
    }


def _signed(row: Row[Any]) -> SignedText:
    return SignedText(bytes(row.statement), bytes(row.signature), bytes(row.certificates))


def _held(row: Row[Any]) -> HeldHead:
    return HeldHead(
        partner=row.partner,
        journal=row.journal,
        batch=row.batch,
        digest=row.digest,
        signed=_signed(row),
        received_at=datetime.fromisoformat(row.received_at),
        exchange_id=row.exchange_id,
        contradicts=row.contradicts,
    )


def _anchored(row: Row[Any]) -> AnchoredHead:
    receipt = _signed(row)
    return AnchoredHead(
        anchor=row.anchor,
        batch=row.batch,
        sealed_at=datetime.fromisoformat(row.sealed_at),
        at=datetime.fromisoformat(row.at),
        receipt=receipt if receipt.statement else None,
    )
