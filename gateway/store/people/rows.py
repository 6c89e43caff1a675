"""Rows of people: accounts, sessions, passkeys and codes to columns and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gateway.domain.people.person import Person
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.ports.people.accounts import (
    Account,
    OneTimeCode,
    Passkey,
    PersonLink,
    Session,
)
from gateway.store.database.errors import readable
from gateway.store.database.moments import in_utc


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def person_of(row: Any, roles: Iterable[Any]) -> Person:
    """A person of a row of `person`, with the rows of `person_role`."""
    with readable():
        grants = frozenset(Grant(Role(role.role), role.authority) for role in roles)
        return Person(
            row.person_id,
            row.name,
            row.full_name,
            grants,
            datetime.fromisoformat(row.created_at),
            _moment(row.disabled_at),
        )


def account_of(row: Any, roles: Iterable[Any]) -> Account:
    """An account, likewise."""
    person = person_of(row, roles)
    with readable():
        secret = bytes(row.totp_secret) if row.totp_secret is not None else None
        return Account(
            person,
            row.password_hash,
            secret,
            row.totp_step,
            row.failures,
            _moment(row.failed_at),
        )


def account_row(account: Account) -> Mapping[str, object]:
    """Columns of `person`."""
    person = account.person
    return {
        "person_id": person.id,
        "name": person.name,
        "full_name": person.full_name,
        "created_at": in_utc(person.created_at),
        "disabled_at": in_utc(person.disabled_at) if person.disabled_at else None,
        "password_hash": account.password_hash,
        "totp_secret": account.totp_secret,
        "totp_step": account.totp_step,
        "failures": account.failures,
        "failed_at": in_utc(account.failed_at) if account.failed_at else None,
    }


def role_rows(person: Person) -> list[dict[str, object]]:
    """Rows of `person_role`."""
    return [
        {"person_id": person.id, "role": grant.role.value, "authority": grant.authority}
        for grant in sorted(person.grants)
    ]


def session_of(row: Any) -> Session:
    """A session."""
    with readable():
        return Session(
            row.digest,
            row.person_id,
            bool(row.is_full),
            datetime.fromisoformat(row.began_at),
            datetime.fromisoformat(row.seen_at),
            row.address,
            row.program,
            bool(row.by_sign_on),
            row.provider_session,
        )


def session_row(session: Session) -> Mapping[str, object]:
    """Columns of `web_session`."""
    return {
        "digest": session.digest,
        "person_id": session.person_id,
        "is_full": session.is_full,
        "began_at": in_utc(session.began_at),
        "seen_at": in_utc(session.seen_at),
        "address": session.address,
        "program": session.program,
        "by_sign_on": session.by_sign_on,
        "provider_session": session.provider_session,
    }


def passkey_of(row: Any) -> Passkey:
    """A passkey."""
    with readable():
        return Passkey(
            bytes(row.credential),
            row.person_id,
            bytes(row.public_key),
            row.sign_count,
            row.label,
            datetime.fromisoformat(row.created_at),
        )


def passkey_row(passkey: Passkey) -> Mapping[str, object]:
    """Columns of `passkey`."""
    return {
        "credential": passkey.credential,
        "person_id": passkey.person_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "label": passkey.label,
        "created_at": in_utc(passkey.created_at),
    }


def code_of(row: Any) -> OneTimeCode:
    """A one-time code."""
    with readable():
        return OneTimeCode(row.digest, row.person_id, datetime.fromisoformat(row.expires_at))


def link_of(row: Any) -> PersonLink:
    """A link with a person of a provider."""
    with readable():
        return PersonLink(
            row.issuer,
            row.subject,
            row.person_id,
            bool(row.roles_by_claims),
            datetime.fromisoformat(row.linked_at),
        )


def link_row(link: PersonLink) -> Mapping[str, object]:
    """Columns of `person_link`."""
    return {
        "issuer": link.issuer,
        "subject": link.subject,
        "person_id": link.person_id,
        "roles_by_claims": link.roles_by_claims,
        "linked_at": in_utc(link.linked_at),
    }
