"""State shared by all nodes: maintenance mode, and fingerprints of keys that must be the same."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import ServiceMode
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.prepared import ConnectionPerThread, PreparedStatement
from gateway.store.tables import service_mode, shared_key

_CURRENT_MODE = (
    select(
        service_mode.c.maintenance, service_mode.c.at, service_mode.c.person, service_mode.c.reason
    )
    .order_by(service_mode.c.id.desc())
    .limit(1)
)


class SqlServiceModes:
    """The port `ServiceModes`. Every declaration stays; the newest is in force."""

    def __init__(self, connection: ConnectionPerThread, writing: Engine) -> None:
        self._connection = connection
        self._writing = writing
        self._statement = PreparedStatement(_CURRENT_MODE, writing.dialect)
        self._values = dict(_CURRENT_MODE.compile(dialect=writing.dialect).params)

    def current(self) -> ServiceMode | None:
        """See the port."""
        rows = self._connection.run(
            lambda connection: self._statement.rows(connection, self._values)
        )
        if not rows:
            return None
        maintenance, at, person, reason = rows[0]
        with readable():
            return ServiceMode(bool(maintenance), datetime.fromisoformat(at), person, reason)

    def declare(self, mode: ServiceMode) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(service_mode.insert(), mode_row(mode))


def mode_row(mode: ServiceMode) -> dict[str, object]:
    """The row of a service mode."""
    return {
        "maintenance": mode.maintenance,
        "at": in_utc(mode.at),
        "person": mode.person,
        "reason": mode.reason,
    }


class SqlSharedKeys:
    """The port `SharedKeys`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def is_ours(self, name: str, fingerprint: bytes) -> bool:
        """See the port."""
        with guarded():
            known = self._known(name)
            if known is None:
                try:
                    with self._writing.begin() as connection:
                        connection.execute(
                            shared_key.insert(), {"name": name, "fingerprint": fingerprint}
                        )
                except IntegrityError:  # another node was first: compare with its key
                    known = self._known(name)
                else:
                    return True
        return known == fingerprint

    def _known(self, name: str) -> bytes | None:
        with self._reading.connect() as connection:
            found = connection.execute(
                select(shared_key.c.fingerprint).where(shared_key.c.name == name)
            ).scalar()
        return None if found is None else bytes(found)
