"""Settlements of differences of counts, each with its audit record."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, and_, exists, or_, select

from gateway.domain.report.mismatch import Line, Settlement
from gateway.exchange.ports import Exchange
from gateway.store.database.errors import guarded, readable
from gateway.store.database.locks import wait_in_transaction
from gateway.store.database.moments import as_read, in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange, mismatch_act, shared_mismatch
from gateway.store.tables import mismatch_settlement as table

SETTLING = "settling"
"""Name of the lock of all that settles a difference."""
_DIFFERENCE = ("issuer", "permit_number", "position", "ours", "theirs")
"""Columns that name a difference: where a count is corrected, it is another one."""
_AGREED = and_(
    mismatch_act.c.act_id == table.c.agreement,
    mismatch_act.c.refusal == "",
    mismatch_act.c.mismatch_id == shared_mismatch.c.id,
    shared_mismatch.c.issuer == table.c.issuer,
    shared_mismatch.c.permit_number == table.c.permit_number,
    shared_mismatch.c.position == table.c.position,
)
"""The act of an agreement, unless it was replaced: then one of both sides has no agreement."""
_SETTLED = select(table).where(or_(table.c.agreement.is_(None), exists().where(_AGREED)))


class SqlSettlements:
    """The port `Settlements`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, settlement: Settlement, record: Exchange) -> Settlement | None:
        """See the port."""
        row = row_of(settlement)
        same = _SETTLED.where(*(table.c[name] == row[name] for name in _DIFFERENCE))
        with guarded(), readable(), self._writing.begin() as connection:
            wait_in_transaction(connection, SETTLING)
            if before := connection.execute(same.limit(1)).one_or_none():
                return _settlement(before)
            connection.execute(table.insert(), row)
            connection.execute(exchange.insert(), values_of(record))
        return None

    def all(self) -> Sequence[Settlement]:
        """See the port."""
        query = _SETTLED.order_by(table.c.id.desc())
        with guarded(), readable(), self._reading.connect() as connection:
            return [_settlement(row) for row in connection.execute(query)]


def row_of(settlement: Settlement) -> dict[str, object]:
    """The row of a settlement."""
    return {
        "id": settlement.id,
        "at": in_utc(settlement.at),
        "issuer": settlement.line.issuer,
        "permit_number": settlement.line.number,
        "position": settlement.line.position,
        "ours": settlement.ours,
        "theirs": settlement.theirs,
        "agreed": settlement.agreed,
        "person": settlement.person,
        "partner_person": settlement.partner_person,
        "reason": settlement.reason,
        "agreement": settlement.agreement or None,
    }


def _settlement(row: Row[Any]) -> Settlement:
    return Settlement(
        row.id,
        as_read(row.at),
        Line(row.issuer, row.permit_number, row.position),
        row.ours,
        row.theirs,
        row.agreed,
        row.person,
        row.partner_person,
        row.reason,
        row.agreement or "",
    )
