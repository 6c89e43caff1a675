"""Content-addressed storage: documents, seals and attachments, each once under its SHA-256."""

from hashlib import sha256

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import ConcurrentChange
from gateway.store.tables import content


def content_id(connection: Connection, data: bytes) -> int:
    """The id of that content, which is stored if it is not there yet. Idempotent.

    Raises ConcurrentChange where another transaction stores the same content at this moment.
    """
    key = sha256(data).hexdigest()
    found = connection.execute(select(content.c.id).where(content.c.sha256 == key)).scalar()
    if found is not None:
        return int(found)
    row = {"sha256": key, "bytes": data}
    try:
        return int(connection.execute(content.insert().returning(content.c.id), row).scalar_one())
    except IntegrityError as error:
        raise ConcurrentChange from error
