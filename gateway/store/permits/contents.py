"""Content-addressed storage: documents, seals and attachments, each once under its SHA-256."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import ConcurrentChange
from gateway.store.tables import content

_STORED = select(content.c.sha256, content.c.id).where(
    content.c.sha256.in_(bindparam("keys", expanding=True))
)
_INSERT = content.insert().returning(content.c.sha256, content.c.id)


def content_ids(connection: Connection, contents: Iterable[bytes]) -> Mapping[bytes, int]:
    """The id of each content, which is stored if it is not there yet. Idempotent.

    Raises ConcurrentChange where another transaction stores the same content at this moment.
    """
    keys = {sha256(data).hexdigest(): data for data in contents}
    if not keys:
        return {}
    stored = connection.execute(_STORED, {"keys": list(keys)})
    found = {row.sha256: int(row.id) for row in stored}
    missing = [{"sha256": key, "bytes": data} for key, data in keys.items() if key not in found]
    if missing:
        try:
            inserted = connection.execute(_INSERT, missing)
        except IntegrityError as error:
            raise ConcurrentChange from error
        found |= {row.sha256: int(row.id) for row in inserted}
    return {data: found[key] for key, data in keys.items()}


def content_id(connection: Connection, data: bytes) -> int:
    """The id of one content, as `content_ids`."""
    return content_ids(connection, [data])[data]
