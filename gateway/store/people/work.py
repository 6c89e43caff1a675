"""Transaction on the accounts of people: the port `AccountsWork`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.ports import Exchange
from gateway.exchange.ports.people.accounts import (
    Account,
    OneTimeCode,
    Passkey,
    PersonLink,
    Session,
)
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.people.rows import (
    account_of,
    account_row,
    code_of,
    link_row,
    passkey_row,
    role_rows,
    session_row,
)
from gateway.store.tables import exchange as journal
from gateway.store.tables import (
    failed_sign_in,
    one_time_code,
    passkey,
    person,
    person_link,
    person_role,
    sign_on_answer,
    web_session,
)


class SqlAccountsWork:
    """The port `AccountsWork`. Its rows are locked on a server; SQLite has one writer at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def account(self, person_id: str) -> Account | None:
        """See the port."""
        query = select(person).where(person.c.person_id == person_id).with_for_update()
        row = self._connection.execute(query).first()
        if row is None:
            return None
        roles = select(person_role).where(person_role.c.person_id == person_id)
        return account_of(row, self._connection.execute(roles).all())

    def add(self, account: Account) -> None:
        """See the port."""
        try:
            self._connection.execute(person.insert(), account_row(account))
        except IntegrityError:
            raise PersonInvalid(
                "name", Sentence("Another person signs in with this name.")
            ) from None
        self._put_roles(account)

    def change(self, account: Account) -> None:
        """See the port."""
        row = account_row(account)
        values = {name: value for name, value in row.items() if name not in _NEVER_CHANGED}
        self._connection.execute(
            update(person).where(person.c.person_id == account.person.id).values(values)
        )
        self._connection.execute(
            delete(person_role).where(person_role.c.person_id == account.person.id)
        )
        self._put_roles(account)

    def _put_roles(self, account: Account) -> None:
        if rows := role_rows(account.person):
            self._connection.execute(person_role.insert(), rows)

    def begin_session(self, session: Session) -> None:
        """See the port."""
        self._connection.execute(web_session.insert(), session_row(session))

    def end_session(self, digest: str) -> bool:
        """See the port."""
        ended = delete(web_session).where(web_session.c.digest == digest)
        return bool(self._connection.execute(ended).rowcount)

    def end_sessions(self, person_id: str, *, but: str = "") -> None:
        """See the port."""
        self._connection.execute(
            delete(web_session).where(
                web_session.c.person_id == person_id, web_session.c.digest != but
            )
        )

    def end_sessions_before(self, began_at: datetime, seen_at: datetime) -> None:
        """See the port."""
        self._connection.execute(
            delete(web_session).where(
                or_(
                    web_session.c.began_at < in_utc(began_at),
                    web_session.c.seen_at < in_utc(seen_at),
                )
            )
        )

    def end_sign_on_sessions(
        self, person_id: str | None, provider_session: str | None
    ) -> Sequence[str]:
        """See the port. People are locked before their sessions, as everywhere (no deadlock)."""
        table = web_session.c
        which: list[ColumnElement[bool]] = [table.by_sign_on]
        if person_id is not None:
            which.append(table.person_id == person_id)
        if provider_session is not None:
            named = table.provider_session == provider_session
            which.append(or_(named, table.provider_session.is_(None)) if person_id else named)
        people = select(table.person_id).where(*which)
        key = person.c.person_id
        locked = select(key).where(key.in_(people)).order_by(key).with_for_update()
        self._connection.execute(locked)
        ended = delete(web_session).where(*which).returning(table.person_id)
        return self._connection.execute(ended).scalars().all()

    def put_code(self, code: OneTimeCode) -> None:
        """See the port."""
        self._connection.execute(
            delete(one_time_code).where(one_time_code.c.person_id == code.person_id)
        )
        self._connection.execute(
            one_time_code.insert(),
            {
                "digest": code.digest,
                "person_id": code.person_id,
                "expires_at": in_utc(code.expires_at),
            },
        )

    def take_code(self, digest: str) -> OneTimeCode | None:
        """See the port."""
        which = one_time_code.c.digest == digest
        row = self._connection.execute(select(one_time_code).where(which)).first()
        taken = self._connection.execute(delete(one_time_code).where(which)).rowcount
        return code_of(row) if row and taken else None

    def add_passkey(self, passkey_: Passkey) -> None:
        """See the port."""
        try:
            self._connection.execute(passkey.insert(), passkey_row(passkey_))
        except IntegrityError:
            raise PersonInvalid("passkey", Sentence("This passkey is known already.")) from None

    def used_passkey(self, credential: bytes, sign_count: int) -> None:
        """See the port."""
        self._connection.execute(
            update(passkey).where(passkey.c.credential == credential).values(sign_count=sign_count)
        )

    def remove_passkeys(self, person_id: str, credential: bytes | None = None) -> None:
        """See the port."""
        which = [passkey.c.person_id == person_id]
        if credential is not None:
            which.append(passkey.c.credential == credential)
        self._connection.execute(delete(passkey).where(*which))

    def link(self, link: PersonLink) -> None:
        """See the port."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(person_link.insert(), link_row(link))
        except IntegrityError:
            raise PersonInvalid(
                "subject", Sentence("This person, or this subject, is linked already.")
            ) from None

    def unlink(self, person_id: str) -> bool:
        """See the port."""
        removal = delete(person_link).where(person_link.c.person_id == person_id)
        return bool(self._connection.execute(removal).rowcount)

    def take_answer(self, digest: str, until: datetime, now: datetime) -> bool:
        """See the port. Rows of answers that are too old to come again are removed with it."""
        old = delete(sign_on_answer).where(sign_on_answer.c.until < in_utc(now))
        self._connection.execute(old)
        try:
            with self._connection.begin_nested():
                row = {"digest": digest, "until": in_utc(until)}
                self._connection.execute(sign_on_answer.insert(), row)
        except IntegrityError:
            return False
        return True

    def count_failure(self, address: str, at: datetime, since: datetime) -> int:
        """See the port. Rows of other addresses whose window is over are removed with it."""
        table, columns = failed_sign_in, failed_sign_in.c
        self._connection.execute(delete(table).where(columns.since < in_utc(since)))
        added = self._connection.execute(
            update(table).where(columns.address == address).values(failures=columns.failures + 1)
        ).rowcount
        if not added:
            row = {"address": address, "since": in_utc(at), "failures": 1}
            try:
                with self._connection.begin_nested():
                    self._connection.execute(table.insert(), row)
            except IntegrityError:  # another transaction was first with this address
                return self.count_failure(address, at, since)
        return int(
            self._connection.execute(
                select(columns.failures).where(columns.address == address)
            ).scalar_one()
        )

    def record(self, exchange: Exchange) -> None:
        """See the port."""
        self._connection.execute(journal.insert(), values_of(exchange))

    def commit(self) -> None:
        """See the port."""
        with guarded():
            self._connection.commit()


_NEVER_CHANGED = frozenset({"person_id", "name", "created_at"})
