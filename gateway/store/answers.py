"""The hot read: which document answers this question, and who may have it? One statement, no transaction left open."""

import json
from collections.abc import Sequence

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Dialect

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.published import Status
from gateway.exchange.ports import Attachment, Form, SealedDocument
from gateway.store.kept import ConnectionPerThread, Prepared, Row
from gateway.store.tables import attachment, authority, document, permit

_FIND = (
    select(
        permit.c.id, authority.c.country, authority.c.code, permit.c.status, permit.c.successor, permit.c.token_hash,
        permit.c.countries, permit.c.attachments, document.c.content, document.c.seal,
    )
    .join_from(authority, permit, permit.c.authority_id == authority.c.id)
    .outerjoin(
        document,
        and_(
            document.c.permit_id == permit.c.id,
            document.c.version == bindparam("wanted_version"),
            document.c.form == bindparam("wanted_form"),
        ),
    )
    .where(authority.c.country == bindparam("wanted_country"), permit.c.number == bindparam("wanted_number"))
    .order_by(authority.c.code)
)  # fmt: skip

_ATTACHMENTS = (
    select(attachment.c.name, attachment.c.content)
    .where(attachment.c.permit_id == bindparam("wanted_permit"))
    .order_by(attachment.c.place)
)


class SqlAnswers:
    """The port `Answers`."""

    def __init__(self, connections: ConnectionPerThread, dialect: Dialect) -> None:
        self._connections = connections
        self._find = Prepared(_FIND, dialect)
        self._attachments = Prepared(_ATTACHMENTS, dialect)

    def find(
        self, country: IsoCountryCode, number: CertificateNumber, version: str, form: Form
    ) -> Sequence[SealedDocument]:
        """See the port. Sees what anybody has committed, at once. Raises ServiceUnavailable."""
        wanted = {
            "wanted_country": country.text,
            "wanted_number": number.text,
            "wanted_version": version,
            "wanted_form": form.value,
        }
        rows = self._connections.run(lambda connection: self._find.rows(connection, wanted))
        return [self._sealed(row) for row in rows]

    def _sealed(self, row: Row) -> SealedDocument:
        permit_id, country, code, status, successor, token_hash, countries, attachments, content, seal = row
        return SealedDocument(
            Authority(IsoCountryCode(country), code),
            Status(status),
            successor,
            token_hash,
            frozenset(json.loads(countries)),
            content,
            seal,
            self._attachments_of(permit_id) if attachments else (),
        )

    def _attachments_of(self, permit_id: int) -> tuple[Attachment, ...]:
        wanted = {"wanted_permit": permit_id}
        rows = self._connections.run(lambda connection: self._attachments.rows(connection, wanted))
        return tuple(Attachment(name, content) for name, content in rows)
