"""Documents without a seal: finding them, and adding seals that were made later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Engine, and_, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.exchange.ports import ConcurrentChange, DocumentForm, UnsealedPermit
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.permits.contents import content_id
from gateway.store.permits.permits_by_document import count_of, page_of
from gateway.store.tables import authority, content, document, permit

_NO_SEAL = document.c.seal_id.is_(None)


class SqlUnsealedPermits:
    """The port `UnsealedPermits`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def count(self) -> int:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(count_of(_NO_SEAL)).scalar_one())

    def after(self, place: int, most: int) -> Sequence[UnsealedPermit]:
        """See the port."""
        query = (
            select(
                document.c.permit_id,
                document.c.version,
                document.c.form,
                content.c.bytes,
                permit.c.number,
                authority.c.country,
                authority.c.code,
            )
            .join_from(document, content, document.c.content_id == content.c.id)
            .join(permit, document.c.permit_id == permit.c.id)
            .join(authority, permit.c.authority_id == authority.c.id)
            .where(_NO_SEAL, document.c.permit_id.in_(page_of(_NO_SEAL, place, most)))
            .order_by(document.c.permit_id, document.c.version, document.c.form)
        )
        found: dict[int, dict[tuple[str, DocumentForm], bytes]] = {}
        names: dict[int, tuple[Authority, CertificateNumber]] = {}
        with guarded(), self._reading.connect() as connection:
            for row in connection.execute(query):
                documents = found.setdefault(row.permit_id, {})
                documents[row.version, DocumentForm(row.form)] = bytes(row.bytes)
                issuer = Authority(IsoCountryCode(row.country), row.code)
                names[row.permit_id] = issuer, CertificateNumber(row.number)
        return [UnsealedPermit(place, *names[place], of_it) for place, of_it in found.items()]


def add_seals(
    connection: Connection,
    unsealed: UnsealedPermit,
    seals: Mapping[tuple[str, DocumentForm], bytes],
    at: datetime,
) -> bool:
    """See the port `IntegrityWork`.

    The revision grows, so that no document cache answers with the unsealed document.
    """
    changed = {"revision": permit.c.revision + 1, "changed_at": in_utc(at)}
    connection.execute(permit.update().where(permit.c.id == unsealed.place).values(changed))
    try:
        added = [
            _add(connection, _unchanged(unsealed, version, form), seal)
            for (version, form), seal in seals.items()
        ]
    except ConcurrentChange:
        return False
    return all(added)


def _add(connection: Connection, unchanged: ColumnElement[bool], seal: bytes) -> bool:
    update = document.update().where(unchanged).values(seal_id=content_id(connection, seal))
    return connection.execute(update).rowcount == 1


def _unchanged(unsealed: UnsealedPermit, version: str, form: DocumentForm) -> ColumnElement[bool]:
    """The document still has no seal, and still has the bytes that were sealed."""
    key = sha256(unsealed.documents[version, form]).hexdigest()
    sealed_content = select(content.c.id).where(content.c.sha256 == key).scalar_subquery()
    return and_(
        _NO_SEAL,
        document.c.permit_id == unsealed.place,
        document.c.version == version,
        document.c.form == form.value,
        document.c.content_id == sealed_content,
    )
