"""Permit look-ups, the hot path: header of a permit; its document once access is authorised.

All are prepared statements by key, and no transaction stays open.

Header and document are two queries because of the timing side channel: bytes read for a wrong
token but not for an unknown number would show in the time of the answer. For the same reason
`decoy` reads some other permit where a number is unknown (timing attack).
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Text,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.engine import Dialect

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.permits.tokens import token_matches
from gateway.exchange.ports import (
    Attachment,
    Document,
    DocumentForm,
    PermitHeader,
    StatedPermit,
)
from gateway.exchange.stored_bytes import StoredBytes
from gateway.store.database.errors import readable
from gateway.store.database.prepared import ConnectionPerThread, DbRow, PreparedStatement, Values
from gateway.store.permits.document_cache import DocumentCache
from gateway.store.permits.new_permits import state_of
from gateway.store.tables import (
    attachment,
    authority,
    content,
    document,
    permit,
    supporting_document,
)

_STATUSES = {status.value: status for status in Status}

_HEADER = select(
    permit.c.id,
    permit.c.revision,
    authority.c.country,
    authority.c.code,
    permit.c.number,
    permit.c.status,
    permit.c.successor,
    permit.c.token_hash,
    permit.c.countries,
    permit.c.attachments,
).join_from(authority, permit, permit.c.authority_id == authority.c.id)


def find_permit(dialect: Dialect) -> Select[Any]:
    """The query by country and number, answered from the index `ix_permit_look_up` alone.

    SQLite gets BETWEEN: for `=` it takes the index of the unique constraint instead, and then has
    to read the row as well.
    """
    number: BindParameter[str] = bindparam("wanted_number")
    is_wanted = (
        permit.c.number.between(number, number)
        if dialect.name == "sqlite"
        else permit.c.number == number
    )
    is_of_country = authority.c.country == bindparam("wanted_country")
    return _HEADER.where(is_of_country, is_wanted).order_by(authority.c.code)


_COMPARED_AT_ONCE = 32
"""Parameters of the prepared statement."""
_STATED = (
    select(
        permit.c.number,
        permit.c.attachments,
        permit.c.token_hash,
        permit.c.status,
        permit.c.successor,
        permit.c.countries,
        permit.c.content,
    )
    .join_from(authority, permit, permit.c.authority_id == authority.c.id)
    .where(
        authority.c.country == bindparam("wanted_country"),
        authority.c.code == bindparam("wanted_code"),
        permit.c.number.in_(
            [bindparam(f"wanted_{place}", type_=Text) for place in range(_COMPARED_AT_ONCE)]
        ),
    )
)
_DECOY = _HEADER.where(permit.c.id == bindparam("wanted_permit"))

_HIGHEST = select(func.max(permit.c.id))

DOCUMENT_CONTENT, SEAL_CONTENT = content.alias(), content.alias()

DOCUMENT = (
    select(
        DOCUMENT_CONTENT.c.bytes,
        DOCUMENT_CONTENT.c.sha256,
        SEAL_CONTENT.c.bytes,
        SEAL_CONTENT.c.sha256,
    )
    .join_from(document, DOCUMENT_CONTENT, document.c.content_id == DOCUMENT_CONTENT.c.id)
    .outerjoin(SEAL_CONTENT, document.c.seal_id == SEAL_CONTENT.c.id)
    .where(
        document.c.permit_id == bindparam("wanted_permit"),
        document.c.version == bindparam("wanted_version"),
        document.c.form == bindparam("wanted_form"),
    )
)

FILES = union_all(
    select(
        attachment.c.name,
        attachment.c.content_id,
        literal_column("0").label("part"),
        attachment.c.place,
    ).where(attachment.c.permit_id == bindparam("wanted_permit")),
    select(
        supporting_document.c.name,
        supporting_document.c.content_id,
        literal_column("1"),
        supporting_document.c.place,
    ).where(
        supporting_document.c.permit_id == bindparam("wanted_permit"),
        supporting_document.c.for_partners,
        supporting_document.c.removed_at.is_(None),
    ),
).subquery("files")
"""What partners get with a permit: attachments of its record, then supporting documents."""

ATTACHMENTS = (
    select(FILES.c.name, content.c.bytes, content.c.sha256)
    .join_from(FILES, content, FILES.c.content_id == content.c.id)
    .order_by(FILES.c.part, FILES.c.place)
)


class SqlPermitLookup:
    """The port `PermitLookup`. Every method raises ServiceUnavailable."""

    def __init__(self, connections: ConnectionPerThread, dialect: Dialect) -> None:
        self._connections = connections
        self._find = PreparedStatement(find_permit(dialect), dialect)
        self._highest = PreparedStatement(_HIGHEST, dialect)
        self._decoy = PreparedStatement(_DECOY, dialect)
        self._document = PreparedStatement(DOCUMENT, dialect)
        self._attachments = PreparedStatement(ATTACHMENTS, dialect)
        self._stated = PreparedStatement(_STATED, dialect)
        self._highest_id = 0
        self._cache = DocumentCache()

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[PermitHeader]:
        """See the port."""
        rows = self._rows(
            self._find, {"wanted_country": country.text, "wanted_number": number.text}
        )
        with readable():
            return [_header(row) for row in rows]

    def decoy(self, number: CertificateNumber, *, there: bool) -> Sequence[PermitHeader]:
        """See the port. The highest id is queried once: published permits are never deleted."""
        if not self._highest_id:
            ((highest,),) = self._rows(self._highest, {})
            self._highest_id = highest or 0
        # Python keys the hash anew in each process, so callers cannot predict the decoy.
        place = 1 + hash(number.text) % max(self._highest_id, 1)
        rows = self._rows(self._decoy, {"wanted_permit": place if there else 0})
        with readable():
            return [_header(row) for row in rows]

    def document(self, header: PermitHeader, version: str, form: DocumentForm) -> Document | None:
        """See the port."""
        key = (header.place, header.revision, version, form)
        return self._cache.get(key, partial(self._fetch, header.place, version, form))

    def _fetch(self, place: int, version: str, form: DocumentForm) -> Document | None:
        wanted = {"wanted_permit": place, "wanted_version": version, "wanted_form": form.value}
        for written, key, seal, seal_key in self._rows(self._document, wanted):
            return Document(
                _verified(written, key), _verified(seal, seal_key) if seal_key else None
            )
        return None

    def attachments(self, header: PermitHeader) -> tuple[Attachment, ...]:
        """See the port."""
        rows = self._rows(self._attachments, {"wanted_permit": header.place})
        return tuple(Attachment(name, _verified(data, key)) for name, data, key in rows)

    def compare(
        self, authority: Authority, stated: Sequence[StatedPermit]
    ) -> Mapping[CertificateNumber, bool]:
        """See the port."""
        found: dict[CertificateNumber, bool] = {}
        for at in range(0, len(stated), _COMPARED_AT_ONCE):
            page = {
                each.published.permit.number.text: each
                for each in stated[at : at + _COMPARED_AT_ONCE]
            }
            numbers = [*page]
            numbers += numbers[-1:] * (_COMPARED_AT_ONCE - len(numbers))
            wanted = {f"wanted_{place}": number for place, number in enumerate(numbers)}
            owner = {"wanted_country": authority.country.text, "wanted_code": authority.code}
            for number, *columns in self._rows(self._stated, {**owner, **wanted}):
                each = page[number]
                found[each.published.permit.number] = _is_stated(columns, each)
        return found

    def _rows(self, statement: PreparedStatement, values: Values) -> Sequence[DbRow]:
        return self._connections.run(lambda connection: statement.rows(connection, values))


def _is_stated(columns: Sequence[Any], stated: StatedPermit) -> bool:
    """Whether columns of a permit hold what is stated, as text: the same is written the same."""
    attachments, token_hash, *state = columns
    return (
        not attachments
        and state == [*state_of(stated.published).values()]
        and token_matches(token_hash, stated.token_hash)
    )


def _verified(data: bytes, key: str) -> StoredBytes:
    """Content that has the SHA-256 of its key: a damaged disk cannot change a digit of a permit.

    Raises ServiceUnavailable where it is damaged.
    """
    with readable():
        if sha256(data).hexdigest() != key:
            raise ValueError
        return StoredBytes(data, key)


def _header(row: DbRow) -> PermitHeader:
    (
        place,
        revision,
        country,
        code,
        number,
        status,
        successor,
        token_hash,
        countries,
        attachments,
    ) = row
    return PermitHeader(
        place,
        revision,
        _authority(country, code),
        CertificateNumber(number),
        _STATUSES[status],
        successor,
        token_hash,
        _codes(countries),
        attachments,
    )


@lru_cache(maxsize=1024)
def _authority(country: str, code: str) -> Authority:
    return Authority(IsoCountryCode(country), code)


@lru_cache(maxsize=1024)
def _codes(countries: str) -> frozenset[str]:
    """Cached: most permits name the same few countries."""
    return frozenset(json.loads(countries))
