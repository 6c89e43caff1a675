"""Trail of a permit of ours in the journal: exchanges of partners, and acts of our people.

Answers and requests of partners are not read: they may be large, and nothing here shows them.
"""

from collections.abc import Sequence

from sqlalchemy import Engine, LargeBinary, and_, case, func, literal, or_, select, text

from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ports import PERMIT_RECORDED, Direction
from gateway.exchange.ports.authority.permit_trail import Inquirer, TrailRecord
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read
from gateway.store.tables import exchange as table

_NOT_OUT = text("direction <> 'out'")
"""As the partial index has it, which is used for the same words alone."""
_IS_OWN = or_(table.c.direction == Direction.OWN.value, table.c.operation.startswith("ledger "))
_ENTRY = select(
    table.c.id,
    table.c.began_at,
    table.c.operation,
    case((_IS_OWN, None), else_=table.c.caller).label("caller"),
    table.c.outcome,
    case((_IS_OWN, table.c.request), else_=literal(b"", LargeBinary)).label("message"),
)
_MOST_PARTNERS = 300
_ANSWERED = [each.value for each in OperationName if each is not OperationName.SERVICE_STATE]


class SqlPermitTrail:
    """The port `PermitTrail`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def newest(
        self, country: IsoCountryCode, number: str, before: str | None, most: int
    ) -> Sequence[TrailRecord]:
        """See the port."""
        query = _ENTRY.where(
            table.c.permit_number == number,
            _NOT_OUT,
            or_(table.c.direction == Direction.OWN.value, table.c.callee == country.text),
            or_(table.c.operation.is_(None), table.c.operation != PERMIT_RECORDED),
        )
        if before is not None:
            query = query.where(table.c.id < before)
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                TrailRecord(
                    row.id,
                    as_read(row.began_at),
                    row.operation or "",
                    row.caller,
                    row.outcome,
                    bytes(row.message),
                )
                for row in connection.execute(query.order_by(table.c.id.desc()).limit(most))
            ]

    def inquirers(self, country: IsoCountryCode, number: str) -> Sequence[Inquirer]:
        """See the port."""
        last = func.max(table.c.began_at)
        query = (
            select(table.c.caller, last)
            .where(
                table.c.permit_number == number,
                _NOT_OUT,
                and_(table.c.direction == Direction.IN.value, table.c.callee == country.text),
                table.c.outcome == "ok",
                table.c.operation.in_(_ANSWERED),
                table.c.caller.is_not(None),
            )
            .group_by(table.c.caller)
            .order_by(last.desc())
            .limit(_MOST_PARTNERS)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [Inquirer(caller, as_read(at)) for caller, at in connection.execute(query)]
