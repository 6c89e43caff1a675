"""Sessions of people. A session is a random secret in a cookie; the database has its digest alone.

So whoever reads the database, or a backup of it, has no session of anybody.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.people.session_rule import SessionRule
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.people.accounts import Accounts, AccountsWork, Session

_SECRET_BYTES = 32
_NOTED_EVERY = timedelta(minutes=1)
"""A request later than this after the last is noted: not each one, which would write each time."""
_LONGEST_TEXT = 200
_SIGN_ON_ALONE = Sentence("Your account signs in with the national sign-on.")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request of a person came from. program: as the browser calls itself."""

    address: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was begun. secret: for the cookie; it is shown this once."""

    secret: str
    person: Person
    session: Session


def digest_of(secret: str) -> str:
    """Digest of a session's secret or of a one-time code. Both are random, so one pass does."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sessions:
    """Use cases: begin, read and end sessions.

    local_roles: people without one of them come in by the national sign-on alone; empty: everybody
    may show what this gateway knows, such as a password.
    """

    accounts: Accounts
    rule: SessionRule
    clock: Clock
    new_id: NewId
    local_roles: frozenset[Role] = frozenset()

    def begin(
        self,
        work: AccountsWork,
        person: Person,
        origin: Origin,
        *,
        is_full: bool,
        by_sign_on: bool = False,
        provider_session: str | None = None,
    ) -> SignedIn:
        """Begin a session in a transaction, with a new secret (against session fixation).

        provider_session: digest of the session at the provider.

        Raises PersonInvalid where the person has to come by the national sign-on.
        """
        if self.local_roles and not by_sign_on and not any(map(person.has, self.local_roles)):
            raise PersonInvalid("password", _SIGN_ON_ALONE)
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self.clock()
        session = Session(
            digest_of(secret),
            person.id,
            is_full,
            now,
            now,
            origin.address[:_LONGEST_TEXT],
            origin.program[:_LONGEST_TEXT],
            by_sign_on,
            provider_session,
        )
        work.end_sessions_before(now - self.rule.longest, now - self.rule.idle)
        work.begin_session(session)
        return SignedIn(secret, person, session)

    def current(self, secret: str) -> tuple[Person, Session] | None:
        """The person and the session of a secret; None where it is unknown, over or disabled."""
        session = self.accounts.session(digest_of(secret))
        now = self.clock()
        if session is None or self._is_over(session, now):
            return None
        account = self.accounts.get(session.person_id)
        if account is None or account.person.disabled_at is not None:
            return None
        if now - session.seen_at >= _NOTED_EVERY:
            self.accounts.seen(session.digest, now)
            session = replace(session, seen_at=now)
        return account.person, session

    def of(self, person: Person) -> Sequence[Session]:
        """The sessions of a person that are not over, newest first."""
        now = self.clock()
        return [
            session
            for session in self.accounts.sessions(person.id)
            if not self._is_over(session, now)
        ]

    def sign_out(self, person: Person, session: Session, origin: Origin) -> None:
        """End the session in which the person asks for it."""
        with self.accounts.begin() as work:
            work.end_session(session.digest)
            act = PersonAct(Act.SIGNED_OUT, self.clock(), person.name, person.name, origin.address)
            work.record(act.exchange(self.new_id()))
            work.commit()

    def end_others(self, person: Person, session: Session, origin: Origin) -> None:
        """End all other sessions of a person."""
        with self.accounts.begin() as work:
            work.end_sessions(person.id, but=session.digest)
            act = PersonAct(
                Act.SESSION_ENDED, self.clock(), person.name, person.name, origin.address
            )
            work.record(act.exchange(self.new_id()))
            work.commit()

    def _is_over(self, session: Session, now: datetime) -> bool:
        return self.rule.is_over(session.began_at, session.seen_at, now)
