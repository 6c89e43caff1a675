"""Certificates that callers have shown, each written once for the partner it is of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports import ShownCertificate
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.tables import shown_certificate as table


class SqlShownCertificates:
    """The port `ShownCertificates`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def keep(self, certificate: ShownCertificate, at: datetime) -> None:
        """See the port."""
        key = (table.c.sha256 == certificate.sha256, table.c.partner == certificate.partner)
        row = {
            "sha256": certificate.sha256,
            "partner": certificate.partner,
            "subject": certificate.subject,
            "issuer": certificate.issuer,
            "serial": certificate.serial,
            "not_before": in_utc(certificate.not_before),
            "not_after": in_utc(certificate.not_after),
            "shown_at": in_utc(at),
        }
        with guarded():
            with self._reading.connect() as connection:
                if connection.execute(select(table.c.sha256).where(*key)).first():
                    return
            try:
                with self._writing.begin() as connection:
                    connection.execute(table.insert(), row)
            except IntegrityError:  # another worker was faster
                return

    def all(self) -> Sequence[ShownCertificate]:
        """See the port."""
        query = select(table).order_by(table.c.shown_at, table.c.sha256, table.c.partner)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        with readable():
            return [
                ShownCertificate(
                    row.sha256,
                    row.subject,
                    row.issuer,
                    row.serial,
                    datetime.fromisoformat(row.not_before),
                    datetime.fromisoformat(row.not_after),
                    row.partner,
                )
                for row in rows
            ]
