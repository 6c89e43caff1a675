"""Port of the accounts of people: credentials, sessions, one-time codes and failed sign-ins."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.people.person import Person
from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what proves that it is them.

    password_hash: in the form of the hash function, with its parameters; None: no password yet.
    totp_secret: encrypted; None without an authenticator.  totp_step: time step of the last code
    that was taken; no code of it or an earlier one is taken again.
    failures: wrong passwords and codes since the last success.  failed_at: of the last, aware.
    """

    person: Person
    password_hash: str | None = None
    totp_secret: bytes | None = None
    totp_step: int = 0
    failures: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key of an authenticator (WebAuthn). sign_count: as it was when it was last used."""

    credential: bytes
    person_id: str
    public_key: bytes
    sign_count: int
    label: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a person. digest: SHA-256 of its secret, hex.

    is_full: the second factor, too, was shown; before that the session opens no page but its own.
    address, program: where it was begun from, as the person is shown; at most 200 letters.
    by_sign_on: it was begun by the national sign-on.
    provider_session: digest of the session at the provider; None where that one is not known.
    """

    digest: str
    person_id: str
    is_full: bool
    began_at: datetime
    seen_at: datetime
    address: str
    program: str
    by_sign_on: bool = False
    provider_session: str | None = None


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A person of a provider that is a person here.

    issuer, subject: of the provider.  roles_by_claims: the provider's claims decide on the roles;
    else an administrator does.
    """

    issuer: str
    subject: str
    person_id: str
    roles_by_claims: bool
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code by which a person sets a new password. digest: SHA-256 of the code, hex."""

    digest: str
    person_id: str
    expires_at: datetime


class AccountsWork(Protocol):
    """A transaction on the accounts; nothing of it stays without `commit`."""

    def account(self, person_id: str) -> Account | None:
        """Return an account, which no other transaction changes until this one ends."""

    def add(self, account: Account) -> None:
        """Add an account. Raises PersonInvalid where its name is taken."""

    def change(self, account: Account) -> None:
        """Replace an account, its grants too."""

    def begin_session(self, session: Session) -> None:
        """Add a session."""

    def end_session(self, digest: str) -> bool:
        """Remove a session; return whether it was there."""

    def end_sessions(self, person_id: str, *, but: str = "") -> None:
        """Remove the sessions of a person. but: digest of the one that stays."""

    def end_sessions_before(self, began_at: datetime, seen_at: datetime) -> None:
        """Remove sessions that began before one moment, or were last seen before another."""

    def end_sign_on_sessions(
        self, person_id: str | None, provider_session: str | None
    ) -> Sequence[str]:
        """Remove sessions by sign-on; return the person of each.

        person_id: None for sessions of anybody.  provider_session: digest; of a person those
        without one go too, as they may be it. None for all of the person. One of both is given.
        """

    def put_code(self, code: OneTimeCode) -> None:
        """Put a code in the place of all codes of its person."""

    def take_code(self, digest: str) -> OneTimeCode | None:
        """Remove a code and return it; None where there is none, or another took it first."""

    def add_passkey(self, passkey: Passkey) -> None:
        """Add a passkey. Raises PersonInvalid where it is known already."""

    def used_passkey(self, credential: bytes, sign_count: int) -> None:
        """Note the count of signatures."""

    def remove_passkeys(self, person_id: str, credential: bytes | None = None) -> None:
        """Remove a passkey of a person; None: all."""

    def link(self, link: PersonLink) -> None:
        """Add a link. Raises PersonInvalid where the subject or the person is linked already."""

    def unlink(self, person_id: str) -> bool:
        """Remove the link of a person; whether there was one."""

    def take_answer(self, digest: str, until: datetime, now: datetime) -> bool:
        """Note the answer of a sign-on until a moment; False where it was taken before."""

    def count_failure(self, address: str, at: datetime, since: datetime) -> int:
        """Count a wrong password from an address; return how many there were since a moment."""

    def record(self, exchange: Exchange) -> None:
        """Add a record to the journal."""

    def commit(self) -> None:
        """Make everything permanent. Raises ServiceUnavailable."""


class Accounts(Protocol):
    """Accounts as they stand. Every method raises ServiceUnavailable."""

    def named(self, name: str) -> Account | None:
        """Return the account with a name to sign in with."""

    def get(self, person_id: str) -> Account | None:
        """Return an account."""

    def people(self) -> Sequence[Person]:
        """Return all people, by name."""

    def session(self, digest: str) -> Session | None:
        """Return a session, also one whose time is over."""

    def sessions(self, person_id: str) -> Sequence[Session]:
        """Return the sessions of a person, newest first."""

    def seen(self, digest: str, at: datetime) -> None:
        """Note a request of a session."""

    def passkeys(self, person_id: str) -> Sequence[Passkey]:
        """Return the passkeys of a person, oldest first."""

    def passkey(self, credential: bytes) -> Passkey | None:
        """Return a passkey."""

    def linked(self, issuer: str, subject: str) -> PersonLink | None:
        """Return the link of a person of a provider, also of one whose name was erased."""

    def link_of(self, person_id: str) -> PersonLink | None:
        """Return the link of a person."""

    def links(self) -> Sequence[PersonLink]:
        """Return the links of all people."""

    def failures(self, address: str, since: datetime) -> int:
        """Return how many wrong passwords came from an address since a moment."""

    def begin(self) -> AbstractContextManager[AccountsWork]:
        """Begin a transaction."""
