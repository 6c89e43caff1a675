"""Where are documents, seals and attachments kept? Each once, under its SHA-256, whoever names it."""

from hashlib import sha256

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import ConcurrentChange
from gateway.store.tables import content


def keep(connection: Connection, written: bytes) -> int:
    """Keep content, if it is not kept already; gives its id. Raises ConcurrentChange."""
    key = sha256(written).hexdigest()
    kept = connection.execute(select(content.c.id).where(content.c.sha256 == key)).scalar()
    if kept is not None:
        return int(kept)
    row = {"sha256": key, "bytes": written}
    try:
        return int(connection.execute(content.insert().returning(content.c.id), row).scalar_one())
    except IntegrityError as error:
        raise ConcurrentChange from error
