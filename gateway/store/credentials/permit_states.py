"""States of permits by their rows: in force or not, and how often each was changed."""

from collections.abc import Sequence

from sqlalchemy import Engine, bindparam, distinct, func, or_, select

from gateway.domain.permit.status import Status
from gateway.exchange.ports import DocumentForm
from gateway.store.database.errors import guarded
from gateway.store.tables import former_document, permit

_CHANGES = (
    # A change replaces the documents of all versions under one record of the journal.
    select(func.count(distinct(former_document.c.exchange_id)))
    .where(former_document.c.permit_id == bindparam("place"))
    .where(former_document.c.form == DocumentForm.NON_FINAL.value)
)
_CHANGED = (
    select(former_document.c.permit_id)
    .where(former_document.c.form == DocumentForm.NON_FINAL.value)
    .where(former_document.c.permit_id.between(bindparam("first"), bindparam("last")))
    .group_by(former_document.c.permit_id)
    .having(func.count(distinct(former_document.c.exchange_id)) > bindparam("changes"))
)
_ANY_FROM = select(permit.c.id).where(permit.c.id >= bindparam("first")).limit(1)
_IN_FORCE = [status.value for status in Status if status.in_force]
_ENDED = (
    select(permit.c.id)
    .where(permit.c.id.between(bindparam("first"), bindparam("last")))
    .where(or_(permit.c.status.not_in(_IN_FORCE), permit.c.id.in_(_CHANGED)))
    .order_by(permit.c.id)
)


class SqlPermitStates:
    """The port `PermitStates`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def changes(self, place: int) -> int:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(_CHANGES, {"place": place}).scalar_one())

    def has(self, places: range, changes: int) -> bool:
        """See the port."""
        wanted = {"first": places.start, "last": places.stop - 1, "changes": changes - 1}
        with guarded(), self._reading.connect() as connection:
            if changes == 0:
                return connection.execute(_ANY_FROM, {"first": places.start}).first() is not None
            return connection.execute(_CHANGED.limit(1), wanted).first() is not None

    def ended(self, places: range, changes: int) -> Sequence[int]:
        """See the port."""
        wanted = {"first": places.start, "last": places.stop - 1, "changes": changes}
        with guarded(), self._reading.connect() as connection:
            return list(connection.execute(_ENDED, wanted).scalars())
