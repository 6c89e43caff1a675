"""Sealed documents: reading them permit by permit, and replacing their seals by those of a new key.

A seal that is replaced stays as a former seal, which the database refuses to change or delete.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Connection, Engine, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.exchange.ports import Clock, Document, DocumentForm, SealedPermit
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.permits.contents import content_id
from gateway.store.permits.permits_by_document import count_of, page_of
from gateway.store.tables import (
    authority,
    content,
    document,
    former_document,
    former_seal,
    permit,
)

_SEALED = document.c.seal_id.is_not(None)
_SEAL = content.alias("seal")


class SqlSealedPermits:
    """The port `SealedPermits`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def count(self) -> int:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(count_of(_SEALED)).scalar_one())

    def after(self, place: int, most: int) -> Sequence[SealedPermit]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            places = connection.execute(page_of(_SEALED, place, most)).scalars().all()
            documents = _documents(connection, places)
            signers = _former_signers(connection, places)
            former = _former_seals(connection, places)
            query = (
                select(
                    permit.c.id,
                    permit.c.number,
                    permit.c.countries,
                    authority.c.country,
                    authority.c.code,
                )
                .join_from(permit, authority)
                .where(permit.c.id.in_(places))
                .order_by(permit.c.id)
            )
            return [
                SealedPermit(
                    row.id,
                    Authority(IsoCountryCode(row.country), row.code),
                    CertificateNumber(row.number),
                    frozenset(json.loads(row.countries)),
                    documents[row.id],
                    signers.get(row.id, frozenset()),
                    tuple(former.get(row.id, ())),
                )
                for row in connection.execute(query)
            ]


def _documents(
    connection: Connection, places: Sequence[int]
) -> Mapping[int, Mapping[tuple[str, DocumentForm], Document]]:
    query = (
        select(
            document.c.permit_id,
            document.c.version,
            document.c.form,
            content.c.bytes,
            _SEAL.c.bytes.label("seal"),
        )
        .join_from(document, content, document.c.content_id == content.c.id)
        .join(_SEAL, document.c.seal_id == _SEAL.c.id)
        .where(document.c.permit_id.in_(places))
        .order_by(document.c.permit_id, document.c.version, document.c.form)
    )
    found: dict[int, dict[tuple[str, DocumentForm], Document]] = {}
    for row in connection.execute(query):
        found.setdefault(row.permit_id, {})[row.version, DocumentForm(row.form)] = Document(
            bytes(row.bytes), bytes(row.seal)
        )
    return found


def _former_signers(connection: Connection, places: Sequence[int]) -> Mapping[int, frozenset[str]]:
    query = (
        select(former_seal.c.permit_id, former_seal.c.signer)
        .distinct()
        .where(former_seal.c.permit_id.in_(places))
    )
    found: dict[int, frozenset[str]] = {}
    for row in connection.execute(query):
        found[row.permit_id] = found.get(row.permit_id, frozenset()) | {row.signer}
    return found


def _former_seals(connection: Connection, places: Sequence[int]) -> Mapping[int, list[bytes]]:
    query = (
        select(former_document.c.permit_id, content.c.bytes)
        .join_from(former_document, content, former_document.c.seal_id == content.c.id)
        .where(former_document.c.permit_id.in_(places))
    )
    found: dict[int, list[bytes]] = {}
    for row in connection.execute(query):
        found.setdefault(row.permit_id, []).append(bytes(row.bytes))
    return found


def replace_seals(
    connection: Connection,
    clock: Clock,
    sealed: SealedPermit,
    seals: Mapping[tuple[str, DocumentForm], tuple[bytes, str]],
    record: str,
) -> bool:
    """See `Work.replace_seals`.

    The revision grows, so that no document cache answers with the former seal.
    """
    now = in_utc(clock())
    changed = {"revision": permit.c.revision + 1, "changed_at": now}
    connection.execute(permit.update().where(permit.c.id == sealed.place).values(changed))
    for (version, form), (seal, former_signer) in seals.items():
        before = sealed.documents[version, form]
        row = {"permit_id": sealed.place, "version": version, "form": form.value}
        unchanged = document.update().where(
            *(document.c[name] == value for name, value in row.items()),
            document.c.content_id == _id_of(before.content),
            document.c.seal_id == _id_of(before.seal or b""),
        )
        new_id = content_id(connection, seal)
        kept = {
            **row,
            "seal_id": content_id(connection, before.seal or b""),
            "content_id": content_id(connection, before.content),
            "signer": former_signer,
            "replaced_at": now,
            "exchange_id": record,
        }
        if connection.execute(unchanged.values(seal_id=new_id)).rowcount != 1:
            return False
        connection.execute(former_seal.insert(), kept)
    return True


def _id_of(data: bytes) -> object:
    key = sha256(data).hexdigest()
    return select(content.c.id).where(content.c.sha256 == key).scalar_subquery()
