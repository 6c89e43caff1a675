"""Accounts of people as they stand: the port `Accounts`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from gateway.domain.people.person import Person
from gateway.domain.people.pseudonym import ERASED_ISSUER, sign_on_name
from gateway.exchange.ports.people.accounts import (
    Account,
    AccountsWork,
    Passkey,
    PersonLink,
    Session,
)
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.people.rows import account_of, link_of, passkey_of, person_of, session_of
from gateway.store.people.work import SqlAccountsWork
from gateway.store.tables import (
    failed_sign_in,
    passkey,
    person,
    person_link,
    person_role,
    web_session,
)


class SqlAccounts:
    """The port `Accounts`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def named(self, name: str) -> Account | None:
        """See the port."""
        return self._account(person.c.name == name)

    def get(self, person_id: str) -> Account | None:
        """See the port."""
        return self._account(person.c.person_id == person_id)

    def _account(self, which: ColumnElement[bool]) -> Account | None:
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(select(person).where(which)).first()
            roles = roles_of(connection, row.person_id) if row else ()
        return account_of(row, roles) if row else None

    def people(self) -> Sequence[Person]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(select(person).order_by(person.c.name)).all()
            roles = defaultdict(list)
            for role in connection.execute(select(person_role)):
                roles[role.person_id].append(role)
        return [person_of(row, roles[row.person_id]) for row in rows]

    def session(self, digest: str) -> Session | None:
        """See the port."""
        query = select(web_session).where(web_session.c.digest == digest)
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(query).first()
        return session_of(row) if row else None

    def sessions(self, person_id: str) -> Sequence[Session]:
        """See the port."""
        query = (
            select(web_session)
            .where(web_session.c.person_id == person_id)
            .order_by(web_session.c.began_at.desc(), web_session.c.digest)
        )
        with guarded(), self._reading.connect() as connection:
            return [session_of(row) for row in connection.execute(query)]

    def seen(self, digest: str, at: datetime) -> None:
        """See the port."""
        change = update(web_session).where(web_session.c.digest == digest)
        with guarded(), self._writing.begin() as connection:
            connection.execute(change.values(seen_at=in_utc(at)))

    def passkeys(self, person_id: str) -> Sequence[Passkey]:
        """See the port."""
        query = (
            select(passkey)
            .where(passkey.c.person_id == person_id)
            .order_by(passkey.c.created_at, passkey.c.credential)
        )
        with guarded(), self._reading.connect() as connection:
            return [passkey_of(row) for row in connection.execute(query)]

    def passkey(self, credential: bytes) -> Passkey | None:
        """See the port."""
        query = select(passkey).where(passkey.c.credential == credential)
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(query).first()
        return passkey_of(row) if row else None

    def linked(self, issuer: str, subject: str) -> PersonLink | None:
        """See the port."""
        return self._link(
            person_link.c.issuer == issuer, person_link.c.subject == subject
        ) or self._link(
            person_link.c.issuer == ERASED_ISSUER,
            person_link.c.subject == sign_on_name(issuer, subject),
        )

    def link_of(self, person_id: str) -> PersonLink | None:
        """See the port."""
        return self._link(person_link.c.person_id == person_id)

    def links(self) -> Sequence[PersonLink]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return [link_of(row) for row in connection.execute(select(person_link))]

    def _link(self, *which: ColumnElement[bool]) -> PersonLink | None:
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(select(person_link).where(*which)).first()
        return link_of(row) if row else None

    def failures(self, address: str, since: datetime) -> int:
        """See the port."""
        query = select(failed_sign_in.c.failures).where(
            failed_sign_in.c.address == address, failed_sign_in.c.since >= in_utc(since)
        )
        with guarded(), self._reading.connect() as connection:
            return connection.execute(query).scalar() or 0

    @contextmanager
    def begin(self) -> Iterator[AccountsWork]:
        """See the port. On SQLite it waits here for other writers."""
        with guarded(), self._writing.connect() as connection:
            connection.begin()
            yield SqlAccountsWork(connection)


def roles_of(connection: Connection, person_id: str) -> Sequence[Any]:
    """Rows of the roles of a person."""
    query = select(person_role).where(person_role.c.person_id == person_id)
    return connection.execute(query).all()
