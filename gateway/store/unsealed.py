"""Which documents have no seal beside them, and how does one get there?"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select

from gateway.exchange.ports import Clock, ConcurrentChange, Form, UnsealedPermit
from gateway.store.contents import keep
from gateway.store.failures import guarded
from gateway.store.moments import in_utc
from gateway.store.tables import content, document, permit

_NONE = document.c.seal_id.is_(None)


class SqlUnsealedPermits:
    """The port `UnsealedPermits`."""

    def __init__(self, writing: Engine, reading: Engine, clock: Clock) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock

    def count(self) -> int:
        """See the port."""
        wanted = select(func.count(document.c.permit_id.distinct())).where(_NONE)
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def after(self, place: int, most: int) -> Sequence[UnsealedPermit]:
        """See the port."""
        places = select(document.c.permit_id).distinct().where(_NONE, document.c.permit_id > place)
        wanted = (
            select(document.c.permit_id, document.c.version, document.c.form, content.c.bytes)
            .join_from(document, content, document.c.content_id == content.c.id)
            .where(_NONE, document.c.permit_id.in_(places.order_by(document.c.permit_id).limit(most)))
            .order_by(document.c.permit_id, document.c.version, document.c.form)
        )
        found: dict[int, dict[tuple[str, Form], bytes]] = {}
        with guarded(), self._reading.connect() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.permit_id, {})[row.version, Form(row.form)] = bytes(row.bytes)
        return [UnsealedPermit(number, documents) for number, documents in found.items()]

    def add_seals(self, unsealed: UnsealedPermit, seals: Mapping[tuple[str, Form], bytes]) -> bool:
        """See the port. The revision grows, so that nobody goes on answering from memory what is without seal."""
        changed = {"revision": permit.c.revision + 1, "changed_at": in_utc(self._clock())}
        with guarded(), self._writing.connect() as connection:
            connection.execute(permit.update().where(permit.c.id == unsealed.place).values(changed))
            try:
                added = [
                    _add(connection, _the_same(unsealed.place, *name, unsealed.documents[name]), seal)
                    for name, seal in seals.items()
                ]
            except ConcurrentChange:
                return False
            if all(added):
                connection.commit()
            return all(added)


def _add(connection: Connection, which: ColumnElement[bool], seal: bytes) -> bool:
    return connection.execute(document.update().where(which).values(seal_id=keep(connection, seal))).rowcount == 1


def _the_same(place: int, version: str, form: Form, written: bytes) -> ColumnElement[bool]:
    the_content = select(content.c.id).where(content.c.sha256 == sha256(written).hexdigest()).scalar_subquery()
    is_there = (document.c.permit_id == place, document.c.version == version, document.c.form == form.value)
    return and_(_NONE, *is_there, document.c.content_id == the_content)
