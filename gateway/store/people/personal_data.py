"""Rows with data of persons: removed in batches when they are old, counted, and erased.

A batch is a transaction of its own, so that requests wait for a few rows at most.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from gateway.domain.people.person import Person
from gateway.domain.people.pseudonym import (
    ERASED_ISSUER,
    PSEUDONYM_PREFIX,
    SIGN_ON_PREFIX,
    sign_on_name,
)
from gateway.exchange.ports import Exchange
from gateway.exchange.ports.api.webhooks import MessageState
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.people.rows import account_of
from gateway.store.tables import (
    api_request,
    confirmation,
    customs_look_up,
    declaration,
    declaration_use,
    exchange,
    failed_sign_in,
    journal_hold,
    journal_release,
    mail_question,
    mismatch_act,
    mismatch_settlement,
    one_time_code,
    outbox,
    outbox_event,
    partner_window,
    passkey,
    person,
    person_link,
    person_role,
    reference_import,
    reversal,
    service_mode,
    supporting_document,
    training_exercise,
    web_session,
    webhook_message,
)

_COUNTED_FROM: Mapping[RowKind, tuple[Table, Any]] = {
    RowKind.LOOK_UP: (customs_look_up, customs_look_up.c.asked_at),
    RowKind.MAIL_QUESTION: (mail_question, mail_question.c.expires_at),
    RowKind.WEBHOOK_MESSAGE: (webhook_message, webhook_message.c.due_at),
    RowKind.API_REQUEST: (api_request, api_request.c.began_at),
    RowKind.SESSION: (web_session, web_session.c.began_at),
    RowKind.ONE_TIME_CODE: (one_time_code, one_time_code.c.expires_at),
    RowKind.FAILED_SIGN_IN: (failed_sign_in, failed_sign_in.c.since),
}
_OF_PERSON = (customs_look_up, web_session, one_time_code, passkey, person_role)
"""Tables whose rows go with the name."""
_NAMED_IN: Mapping[Table, Sequence[Column[Any]]] = {
    outbox: (outbox.c.person,),
    outbox_event: (outbox_event.c.person,),
    declaration_use: (declaration_use.c.officer,),
    confirmation: (confirmation.c.person,),
    reversal: (reversal.c.person,),
    declaration: (declaration.c.person,),
    supporting_document: (supporting_document.c.added_by, supporting_document.c.removed_by),
    mismatch_settlement: (mismatch_settlement.c.person,),
    mismatch_act: (mismatch_act.c.person,),
    journal_hold: (journal_hold.c.person,),
    journal_release: (journal_release.c.person,),
    reference_import: (reference_import.c.person,),
    service_mode: (service_mode.c.person,),
    partner_window: (partner_window.c.person, partner_window.c.withdrawn_by),
}
"""Tables that say who answers for a decision. Rows stay as they are: most are append-only."""


class SqlPersonalRows:
    """The port `PersonalRows`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def remove(self, kind: RowKind, before: datetime, most: int) -> int:
        """See the port."""
        table, moment = _COUNTED_FROM[kind]
        is_old = moment < in_utc(before)
        if kind is RowKind.WEBHOOK_MESSAGE:  # one that waits for its moment is not old
            is_old = and_(is_old, table.c.state != MessageState.WAITING.value)
        keys = list(table.primary_key.columns)
        old = select(*keys).where(is_old).limit(most)
        which = tuple_(*keys).in_(old) if len(keys) > 1 else keys[0].in_(old)
        with guarded(), self._writing.begin() as connection:
            return connection.execute(delete(table).where(which)).rowcount

    def held(self, person_: Person) -> Mapping[str, int]:
        """See the port."""
        wanted: dict[Table, ColumnElement[bool]] = {
            table: table.c.person_id == person_.id for table in _OF_PERSON
        }
        wanted[person_link] = and_(
            person_link.c.person_id == person_.id, person_link.c.issuer != ERASED_ISSUER
        )
        wanted[training_exercise] = training_exercise.c.person_id == person_.id
        wanted[mail_question] = mail_question.c.asked_by == person_.in_full
        names = (person_.full_name, person_.in_full)
        for table, columns in _NAMED_IN.items():
            wanted[table] = or_(*(column.in_(names) for column in columns))
        with guarded(), self._reading.connect() as connection:
            return {
                table.name: connection.execute(
                    select(func.count()).select_from(table).where(which)
                ).scalar_one()
                for table, which in wanted.items()
            }

    def closed_before(self, at: datetime, most: int) -> Sequence[Person]:
        """See the port."""
        query = (
            select(person)
            .where(
                person.c.disabled_at < in_utc(at),
                # A pseudonym is both names; an account may have a name that begins like one.
                not_(
                    and_(
                        person.c.name.startswith(PSEUDONYM_PREFIX),
                        person.c.full_name == person.c.name,
                    )
                ),
            )
            .limit(most)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [account_of(row, ()).person for row in connection.execute(query)]

    def erase(self, person_: Person, pseudonym: str, record: Exchange) -> bool:
        """See the port."""
        named = {
            "name": pseudonym,
            "full_name": pseudonym,
            "password_hash": None,
            "totp_secret": None,
        }
        is_closed = (
            person.c.person_id == person_.id,
            person.c.name == person_.name,
            person.c.disabled_at.is_not(None),
        )
        with guarded(), self._writing.begin() as connection:
            if connection.execute(update(person).where(*is_closed).values(named)).rowcount != 1:
                return False
            for table in _OF_PERSON:
                connection.execute(delete(table).where(table.c.person_id == person_.id))
            connection.execute(
                update(mail_question)
                .where(mail_question.c.asked_by == person_.in_full)
                .values(asked_by=pseudonym)
            )
            _replace_link(connection, person_)
            connection.execute(exchange.insert(), values_of(record))
        return True


def _replace_link(connection: Connection, person_: Person) -> None:
    """Leave a digest in place of the subject at the provider, so that the person stays out.

    The name of an account that a sign-on made is that digest, also where the link was removed.
    """
    of_person = person_link.c.person_id == person_.id
    link = connection.execute(select(person_link).where(of_person)).first()
    connection.execute(delete(person_link).where(of_person))
    if link is None and not person_.name.startswith(SIGN_ON_PREFIX):
        return
    digest = sign_on_name(link.issuer, link.subject) if link else person_.name
    is_known = and_(person_link.c.issuer == ERASED_ISSUER, person_link.c.subject == digest)
    if connection.execute(select(person_link.c.person_id).where(is_known)).first() is None:
        values = {
            "issuer": ERASED_ISSUER,
            "subject": digest,
            "person_id": person_.id,
            "roles_by_claims": False,
            "linked_at": link.linked_at if link else in_utc(person_.created_at),
        }
        connection.execute(person_link.insert(), values)
