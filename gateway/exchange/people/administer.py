"""Administration of people: added, given roles, disabled, enabled, helped back in by a code.

An administrator acts at their own authorities alone. The command line acts at all of them; whoever
may run it may write the database.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.errors import AccessDenied
from gateway.domain.people.person import Person, full_name, sign_in_name
from gateway.domain.people.refused import PersonInvalid, Refusals
from gateway.domain.people.roles import Grant, Role
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.own_account import code_as_stored
from gateway.exchange.people.sessions import digest_of
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.people.accounts import Account, Accounts, AccountsWork, OneTimeCode

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters that no one takes for another: 5 bits each."""
_GROUPS, _GROUP = 5, 5
_UNKNOWN = Sentence("There is no such person.")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who administers. authorities: where they may; None: everywhere.

    person_id: None on the command line.  address: the request came from it.
    """

    name: str
    authorities: frozenset[str] | None = None
    person_id: str | None = None
    address: str = ""


def administrator(person: Person, address: str) -> Actor:
    """An administrator who is signed in. Raises AccessDenied for any other person."""
    if not person.has(Role.ADMINISTRATOR):
        raise AccessDenied("Only an administrator may do this.")
    return Actor(person.name, person.authorities(Role.ADMINISTRATOR), person.id, address)


@dataclass(frozen=True, slots=True)
class Administer:
    """Use cases. authorities: identity -> name, of those that are served here."""

    accounts: Accounts
    authorities: Mapping[str, str]
    code_lifetime: timedelta
    clock: Clock
    new_id: NewId

    def people(self, actor: Actor) -> Sequence[Person]:
        """The people that an administrator sees: those with a role at one of the authorities."""
        return [person for person in self.accounts.people() if _may_see(actor, person)]

    def person(self, actor: Actor, name: str) -> Person:
        """A person by name. Raises PersonInvalid where there is none, or not for this actor."""
        account = self.accounts.named(name.strip().lower())
        if account is None or not _may_see(actor, account.person):
            raise PersonInvalid("name", _UNKNOWN)
        return account.person

    def add(
        self, actor: Actor, name: str, in_full: str, grants: Collection[Grant]
    ) -> tuple[Person, str]:
        """Add a person; return them and the one-time code by which they set their password.

        Raises PersonInvalid, AccessDenied.
        """
        person = self._new_person(actor, name, in_full, grants)
        with self.accounts.begin() as work:
            work.add(Account(person))
            code = self._new_code(work, person)
            self._record(work, Act.ADDED, actor, person, {"grants": _words(person.grants)})
            work.commit()
        return person, code

    def _new_person(
        self, actor: Actor, name: str, in_full: str, grants: Collection[Grant]
    ) -> Person:
        refusals, login, words = Refusals(), "", ""
        checked: frozenset[Grant] = frozenset()
        with refusals.collected():
            words = full_name(in_full)
        with refusals.collected():
            login = sign_in_name(name)
        with refusals.collected():
            checked = self._grants(actor, grants)
        refusals.require_none()
        return Person(self.new_id(), login, words, checked, self.clock())

    def set_grants(self, actor: Actor, name: str, grants: Collection[Grant]) -> Person:
        """Give a person these roles at the actor's authorities; roles elsewhere stay.

        Their sessions end. Raises PersonInvalid, AccessDenied.
        """
        person = self.person(actor, name)
        self._refuse_own(actor, person)
        given = self._grants(actor, grants)
        with self.accounts.begin() as work:
            account = self._account(work, person)
            others = {
                grant for grant in account.person.grants if not _may_at(actor, grant.authority)
            }
            changed = replace(account.person, grants=given | others)
            work.change(replace(account, person=changed))
            work.end_sessions(person.id)
            self._record(work, Act.GRANTS_CHANGED, actor, person, {"grants": _words(given)})
            work.commit()
        return changed

    def disable(self, actor: Actor, name: str) -> None:
        """Close an account; its sessions end. Raises PersonInvalid, AccessDenied."""
        self._switch(actor, name, Act.DISABLED)

    def enable(self, actor: Actor, name: str) -> None:
        """Open an account again. Raises PersonInvalid, AccessDenied."""
        self._switch(actor, name, Act.ENABLED)

    def reset(self, actor: Actor, name: str, *, factors: bool) -> str:
        """Take password and sessions of a person away; return a one-time code for a new password.

        factors: the second factor goes, too.  Raises PersonInvalid, AccessDenied.
        """
        person = self._whole(actor, name)
        with self.accounts.begin() as work:
            account = self._account(work, person)
            cleared = replace(account, password_hash=None, failures=0, failed_at=None)
            if factors:
                cleared = replace(cleared, totp_secret=None)
                work.remove_passkeys(person.id)
            work.change(cleared)
            work.end_sessions(person.id)
            code = self._new_code(work, person)
            taken = "password, second factor" if factors else "password"
            self._record(work, Act.RESET, actor, person, {"taken": taken})
            work.commit()
        return code

    def _switch(self, actor: Actor, name: str, act: Act) -> None:
        person = self._whole(actor, name)
        moment = self.clock() if act is Act.DISABLED else None
        with self.accounts.begin() as work:
            account = self._account(work, person)
            work.change(replace(account, person=replace(account.person, disabled_at=moment)))
            work.end_sessions(person.id)
            self._record(work, act, actor, person)
            work.commit()

    def _whole(self, actor: Actor, name: str) -> Person:
        """A person whose every role is at an authority of the actor, and not the actor."""
        person = self.person(actor, name)
        self._refuse_own(actor, person)
        if not all(_may_at(actor, grant.authority) for grant in person.grants):
            raise AccessDenied("This person has a role at an authority that you do not administer.")
        return person

    def _refuse_own(self, actor: Actor, person: Person) -> None:
        if actor.person_id == person.id:
            raise AccessDenied("Another administrator has to change your own account.")

    def _grants(self, actor: Actor, grants: Collection[Grant]) -> frozenset[Grant]:
        if not grants:
            raise PersonInvalid("grants", Sentence("Choose at least one role."))
        for grant in grants:
            if grant.authority not in self.authorities:
                raise PersonInvalid(
                    "grants",
                    Sentence(
                        "{authority} is no authority that is served here: {known}.",
                        {"authority": grant.authority, "known": ", ".join(self.authorities)},
                    ),
                )
            if not _may_at(actor, grant.authority):
                raise AccessDenied("You do not administer this authority.")
        return frozenset(grants)

    def _account(self, work: AccountsWork, person: Person) -> Account:
        account = work.account(person.id)
        if account is None:
            raise PersonInvalid("name", _UNKNOWN)
        return account

    def _new_code(self, work: AccountsWork, person: Person) -> str:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        code = "-".join(groups)
        expires = self.clock() + self.code_lifetime
        work.put_code(OneTimeCode(digest_of(code_as_stored(code)), person.id, expires))
        return code

    def _record(
        self,
        work: AccountsWork,
        act: Act,
        actor: Actor,
        person: Person,
        details: Mapping[str, str] | None = None,
    ) -> None:
        made = PersonAct(act, self.clock(), actor.name, person.name, actor.address, details or {})
        work.record(made.exchange(self.new_id()))


def _may_at(actor: Actor, authority: str) -> bool:
    return actor.authorities is None or authority in actor.authorities


def _may_see(actor: Actor, person: Person) -> bool:
    return any(_may_at(actor, grant.authority) for grant in person.grants) or (
        actor.authorities is None
    )


def _words(grants: Collection[Grant]) -> str:
    return ", ".join(str(grant) for grant in sorted(grants))
