"""Questions by mail, each with its audit record; a question is answered once."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, and_, func, select

from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.mail_questions.question import Addressee, Choice, MailAnswer, MailQuestion
from gateway.exchange.ports import Exchange
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read, in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange
from gateway.store.tables import mail_question as table


class SqlMailQuestions:
    """The port `MailQuestions`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, question: MailQuestion, record: Exchange) -> None:
        """See the port."""
        row = {
            "id": question.id,
            "country": question.addressee.country.text,
            "permit_number": question.number.text,
            "addressee": question.addressee.name,
            "address": question.addressee.address,
            "language": question.addressee.language,
            "boxes": json.dumps(question.boxes, ensure_ascii=False),
            "asked_by": question.asked_by,
            "asked_at": in_utc(question.asked_at),
            "expires_at": in_utc(question.expires_at),
            "token_sha256": question.token_sha256,
            "authority": question.authority,
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.insert(), row)
            connection.execute(exchange.insert(), values_of(record))

    def mailed(self, identity: str, at: datetime) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(
                table.update().where(table.c.id == identity), {"mailed_at": in_utc(at)}
            )

    def answer(self, identity: str, answer: MailAnswer, record: Exchange) -> bool:
        """See the port."""
        said = {
            "person": answer.person,
            "issued": answer.issued.value,
            "as_written": answer.as_written.value,
            "still_valid": answer.still_valid.value,
            "remarks": answer.remarks,
        }
        row = {"answered_at": in_utc(answer.at), "answer": json.dumps(said, ensure_ascii=False)}
        with guarded(), self._writing.begin() as connection:
            is_open = table.c.id == identity, table.c.answered_at.is_(None)
            if connection.execute(table.update().where(*is_open), row).rowcount != 1:
                return False
            connection.execute(exchange.insert(), values_of(record))
        return True

    def find(self, identity: str) -> MailQuestion | None:
        """See the port."""
        return next(iter(self._read(table.c.id == identity, 1)), None)

    def by_token(self, token_sha256: str) -> MailQuestion | None:
        """See the port."""
        return next(iter(self._read(table.c.token_sha256 == token_sha256, 1)), None)

    def newest(
        self, before: str | None, most: int, authorities: Collection[str] | None = None
    ) -> Sequence[MailQuestion]:
        """See the port."""
        earlier = table.c.id < before if before else table.c.id != ""
        if authorities is None:
            return self._read(earlier, most)
        return self._read(and_(earlier, table.c.authority.in_(sorted(authorities))), most)

    def asked_since(self, address: str, at: datetime) -> int:
        """See the port."""
        query = select(func.count()).where(
            table.c.address == address, table.c.asked_at >= in_utc(at)
        )
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _read(self, condition: Any, most: int) -> Sequence[MailQuestion]:
        query = select(table).where(condition).order_by(table.c.id.desc()).limit(most)
        with guarded(), readable(), self._reading.connect() as connection:
            return [_question(row) for row in connection.execute(query)]


def _question(row: Any) -> MailQuestion:
    answer = None
    if row.answered_at is not None:
        said = json.loads(row.answer)
        answer = MailAnswer(
            as_read(row.answered_at),
            said["person"],
            Choice(said["issued"]),
            Choice(said["as_written"]),
            Choice(said["still_valid"]),
            said["remarks"],
        )
    return MailQuestion(
        row.id,
        Addressee(IsoCountryCode(row.country), row.addressee, row.address, row.language),
        CertificateNumber(row.permit_number),
        tuple((box, value) for box, value in json.loads(row.boxes)),
        row.asked_by,
        as_read(row.asked_at),
        as_read(row.expires_at),
        row.token_sha256,
        as_read(row.mailed_at) if row.mailed_at else None,
        answer,
        row.authority,
    )
