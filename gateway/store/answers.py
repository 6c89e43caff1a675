"""The hot read: who may have this permit, and then its document? Look-ups by key, no transaction left open.

The document is fetched only once the permit is open: bytes read for a wrong token but not for an unknown number would
show in the time of the answer.
"""

import json
from collections.abc import Sequence
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.engine import Dialect

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.published import Status
from gateway.exchange.ports import Attachment, Document, Form, KeptPermit
from gateway.exchange.spliced import Kept
from gateway.store.failures import readable
from gateway.store.kept import ConnectionPerThread, Prepared, Row, Values
from gateway.store.remembered import RememberedDocuments
from gateway.store.tables import attachment, authority, content, document, permit

_STATUSES = {status.value: status for status in Status}

_KEPT = (
    select(
        permit.c.id, permit.c.revision, authority.c.country, authority.c.code, permit.c.number, permit.c.status,
        permit.c.successor, permit.c.token_hash, permit.c.countries, permit.c.attachments,
    )
    .join_from(authority, permit, permit.c.authority_id == authority.c.id)
)  # fmt: skip


def find_permit(dialect: Dialect) -> Select[Any]:
    """The look-up by country and number, out of the index that is made for it.

    For `=`, SQLite takes the index of the unique constraint in its stead, and then has to read the row as well.
    """
    number: BindParameter[str] = bindparam("wanted_number")
    is_wanted = permit.c.number.between(number, number) if dialect.name == "sqlite" else permit.c.number == number
    of_country = authority.c.country == bindparam("wanted_country")
    return _KEPT.where(of_country, is_wanted).order_by(authority.c.code)


_STAND_IN = _KEPT.where(permit.c.id == bindparam("wanted_permit"))

_HIGHEST = select(func.max(permit.c.id))

WRITTEN, SEAL = content.alias(), content.alias()

DOCUMENT = (
    select(WRITTEN.c.bytes, WRITTEN.c.sha256, SEAL.c.bytes, SEAL.c.sha256)
    .join_from(document, WRITTEN, document.c.content_id == WRITTEN.c.id)
    .outerjoin(SEAL, document.c.seal_id == SEAL.c.id)
    .where(
        document.c.permit_id == bindparam("wanted_permit"),
        document.c.version == bindparam("wanted_version"),
        document.c.form == bindparam("wanted_form"),
    )
)

ATTACHMENTS = (
    select(attachment.c.name, content.c.bytes, content.c.sha256)
    .join_from(attachment, content)
    .where(attachment.c.permit_id == bindparam("wanted_permit"))
    .order_by(attachment.c.place)
)


class SqlAnswers:
    """The port `Answers`. Every method raises ServiceUnavailable."""

    def __init__(self, connections: ConnectionPerThread, dialect: Dialect) -> None:
        self._connections = connections
        self._find = Prepared(find_permit(dialect), dialect)
        self._highest = Prepared(_HIGHEST, dialect)
        self._stand_in = Prepared(_STAND_IN, dialect)
        self._document = Prepared(DOCUMENT, dialect)
        self._attachments = Prepared(ATTACHMENTS, dialect)
        self._known = 0
        self._remembered = RememberedDocuments()

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[KeptPermit]:
        """See the port."""
        rows = self._rows(self._find, {"wanted_country": country.text, "wanted_number": number.text})
        with readable():
            return [_kept(row) for row in rows]

    def stand_in(self, number: CertificateNumber, *, there: bool) -> Sequence[KeptPermit]:
        """See the port. How many permits there are is asked once: one that was published stays."""
        if not self._known:
            ((highest,),) = self._rows(self._highest, {})
            self._known = highest or 0
        place = 1 + hash(number.text) % max(self._known, 1)  # keyed anew in each process by Python itself
        rows = self._rows(self._stand_in, {"wanted_permit": place if there else 0})
        with readable():
            return [_kept(row) for row in rows]

    def document(self, kept: KeptPermit, version: str, form: Form) -> Document | None:
        """See the port."""
        key = (kept.place, kept.revision, version, form)
        return self._remembered.get(key, partial(self._fetch, kept.place, version, form))

    def _fetch(self, place: int, version: str, form: Form) -> Document | None:
        wanted = {"wanted_permit": place, "wanted_version": version, "wanted_form": form.value}
        for written, key, seal, seal_key in self._rows(self._document, wanted):
            return Document(_as_it_was(written, key), _as_it_was(seal, seal_key) if seal_key else None)
        return None

    def attachments(self, kept: KeptPermit) -> tuple[Attachment, ...]:
        """See the port."""
        rows = self._rows(self._attachments, {"wanted_permit": kept.place})
        return tuple(Attachment(name, _as_it_was(written, key)) for name, written, key in rows)

    def _rows(self, statement: Prepared, values: Values) -> Sequence[Row]:
        return self._connections.run(lambda connection: statement.rows(connection, values))


def _as_it_was(content: bytes, key: str) -> Kept:
    """Content that is what was kept under its key: not one digit of a permit may come from a damaged disk."""
    with readable():
        if sha256(content).hexdigest() != key:
            raise ValueError
        return Kept(content, key)


def _kept(row: Row) -> KeptPermit:
    place, revision, country, code, number, status, successor, token_hash, countries, attachments = row
    return KeptPermit(
        place, revision, _authority(country, code), CertificateNumber(number), _STATUSES[status], successor,
        token_hash, _codes(countries), attachments,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _authority(country: str, code: str) -> Authority:
    return Authority(IsoCountryCode(country), code)


@lru_cache(maxsize=1024)
def _codes(countries: str) -> frozenset[str]:
    """Most permits name the same few countries."""
    return frozenset(json.loads(countries))
