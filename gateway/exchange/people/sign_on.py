"""National sign-on: a person comes with the word of a provider in the place of a password.

State, nonce and verifier are derived from a secret in a cookie of the browser that asked. So an
answer counts in that browser alone, and nothing is stored for a visitor who never comes back. An
answer counts once. A person is known by issuer and subject, never by a name or a mail address: both
can be given to another.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.domain.people.person import Person
from gateway.domain.people.pseudonym import sign_on_name
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Grant
from gateway.domain.people.sign_on import ClaimRule, SignOnIdentity, SignOnProblem, granted
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.failure_limit import FailureLimit, SecretKind
from gateway.exchange.people.sessions import Origin, SignedIn, digest_of
from gateway.exchange.people.sign_in import SignIn
from gateway.exchange.ports.people.accounts import Account, AccountsWork, PersonLink, Session
from gateway.exchange.ports.people.sign_on import (
    SignOnProvider,
    SignOnRefused,
    SignOnRequest,
    SignOnUnavailable,
)

BY = "sign-on"
"""In the journal: the provider's word made the change."""
_LASTS = timedelta(minutes=10)
"""From the question to the answer: a person types a password and looks for a telephone."""
_AHEAD = timedelta(minutes=1)
"""How far the clock of another node may be ahead of ours."""


class SignOnFailed(Exception):
    """A sign-on gave no session. problem: for the page."""

    def __init__(self, problem: SignOnProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SignOn:
    """Use case.

    name: of the provider, for people.  rules: roles by claims.  requires_factor: nobody comes in
    without a second factor.
    """

    name: str
    provider: SignOnProvider
    rules: Sequence[ClaimRule]
    requires_factor: bool
    sign_in: SignIn

    def address(self, secret: str) -> str:
        """Where a browser is sent. secret: of its cookie, made for this question.

        Raises SignOnFailed.
        """
        try:
            return self.provider.address(_request(secret, self.sign_in.clock()))
        except SignOnUnavailable:
            raise SignOnFailed(SignOnProblem.AWAY) from None

    def finish(
        self, secret: str, answer: Mapping[str, str], former: Session | None, origin: Origin
    ) -> SignedIn:
        """Begin a session by an answer; half where a second factor of ours has to be shown.

        answer: the query that came back.  former: a session that the new one takes the place of.
        Raises SignOnFailed, TooManyRequests, ServiceUnavailable.
        """
        failures = FailureLimit(self.sign_in.accounts, self.sign_in.clock, SecretKind.SIGN_ON)
        failures.require_few(origin)
        try:
            identity = self._identity(secret, answer)
            return self._signed_in(identity, former, origin)
        except SignOnUnavailable:
            raise SignOnFailed(SignOnProblem.AWAY) from None
        except SignOnRefused:
            failures.count(origin)
            raise SignOnFailed(SignOnProblem.REFUSED) from None
        except SignOnFailed:
            failures.count(origin)
            raise

    def sign_out_address(self) -> str | None:
        """Where the session at the provider ends; None where it offers no address."""
        return self.provider.sign_out_address()

    def _identity(self, secret: str, answer: Mapping[str, str]) -> SignOnIdentity:
        """The person of an answer to this browser's question that was not taken before."""
        now, state = self.sign_in.clock(), answer.get("state", "")
        asked_at = _moment_of(state)
        if not secret or asked_at is None or not now - _LASTS <= asked_at <= now + _AHEAD:
            raise SignOnFailed(SignOnProblem.REFUSED)
        request = _request(secret, asked_at)
        if not hmac.compare_digest(request.state.encode(), state.encode()):
            raise SignOnFailed(SignOnProblem.REFUSED)
        with self.sign_in.accounts.begin() as work:
            is_first = work.take_answer(digest_of(state), asked_at + _LASTS, now)
            work.commit()
        if not is_first:
            raise SignOnFailed(SignOnProblem.REFUSED)
        if "error" in answer:
            raise SignOnFailed(SignOnProblem.CANCELLED)
        return self.provider.identity(answer, request)

    def _signed_in(
        self, identity: SignOnIdentity, former: Session | None, origin: Origin
    ) -> SignedIn:
        link = self._link(identity, origin)
        accounts = self.sign_in.accounts
        with accounts.begin() as work:
            account = work.account(link.person_id)
            if account is None or account.person.disabled_at is not None:
                raise self._refused(work, account, origin, SignOnProblem.NO_ACCOUNT)
            if link.roles_by_claims:
                account = self._with_grants(work, account, identity, origin)
            person = account.person
            if not person.grants:
                raise self._refused(work, account, origin, SignOnProblem.NO_ACCOUNT)
            has_own = account.totp_secret is not None or bool(accounts.passkeys(person.id))
            is_full = identity.has_second_factor or not (has_own or self.requires_factor)
            if not is_full and not has_own:
                raise self._refused(work, account, origin, SignOnProblem.NO_FACTOR)
            if former is not None:
                work.end_session(former.digest)
            signed_in = self.sign_in.sessions.begin(
                work,
                person,
                origin,
                is_full=is_full,
                by_sign_on=True,
                provider_session=provider_session(identity.issuer, identity.session),
            )
            if is_full:
                self._record(work, Act.SIGNED_IN, person, origin, {"factor": BY})
            work.commit()
        return signed_in

    def _link(self, identity: SignOnIdentity, origin: Origin) -> PersonLink:
        """The link of a person; a new one, with a person, where the rules give a role."""
        accounts = self.sign_in.accounts
        known = accounts.linked(identity.issuer, identity.subject)
        if known is not None:
            return known
        grants = granted(self.rules, identity.claims)
        if not grants:
            raise SignOnFailed(SignOnProblem.NO_ACCOUNT)
        now, name = self.sign_in.clock(), sign_on_name(identity.issuer, identity.subject)
        person = Person(self.sign_in.new_id(), name, identity.full_name or name, grants, now)
        link = PersonLink(identity.issuer, identity.subject, person.id, True, now)
        try:
            with accounts.begin() as work:
                work.add(Account(person))
                work.link(link)
                details = {"grants": _words(grants), "subject": identity.subject}
                self._record(work, Act.ADDED, person, origin, details, by=BY)
                work.commit()
        except PersonInvalid:
            # Another request was first; or an administrator has removed the link of this person.
            known = accounts.linked(identity.issuer, identity.subject)
            if known is None:
                raise SignOnFailed(SignOnProblem.NO_ACCOUNT) from None
            return known
        return link

    def _with_grants(
        self, work: AccountsWork, account: Account, identity: SignOnIdentity, origin: Origin
    ) -> Account:
        """The account with the roles that the claims give now; sessions with others end."""
        grants = granted(self.rules, identity.claims)
        if grants == account.person.grants:
            return account
        changed = replace(account, person=replace(account.person, grants=grants))
        work.change(changed)
        work.end_sessions(account.person.id)
        details = {"grants": _words(grants)}
        self._record(work, Act.GRANTS_CHANGED, changed.person, origin, details, by=BY)
        return changed

    def _refused(
        self, work: AccountsWork, account: Account | None, origin: Origin, problem: SignOnProblem
    ) -> SignOnFailed:
        """The error of a person who is known here, after its record."""
        if account is not None:
            details = {"factor": BY, "problem": problem.value}
            self._record(work, Act.SIGN_IN_FAILED, account.person, origin, details)
        work.commit()
        return SignOnFailed(problem)

    def _record(
        self,
        work: AccountsWork,
        act: Act,
        person: Person,
        origin: Origin,
        details: Mapping[str, str],
        *,
        by: str = "",
    ) -> None:
        now = self.sign_in.clock()
        made = PersonAct(act, now, by or person.name, person.name, origin.address, details)
        work.record(made.exchange(self.sign_in.new_id()))


def provider_session(issuer: str, session: str | None) -> str | None:
    """Digest of a session at a provider; None where it is not named."""
    return digest_of(f"{issuer} {session}") if session else None


def _request(secret: str, asked_at: datetime) -> SignOnRequest:
    """The question of a browser at a moment. The moment stands in the state."""
    moment = str(int(asked_at.timestamp()))
    values = (_keyed(secret, f"{purpose} {moment}") for purpose in ("state", "nonce", "verifier"))
    state, nonce, verifier = values
    return SignOnRequest(f"{moment}.{state}", nonce, verifier)


def _keyed(secret: str, purpose: str) -> str:
    key, text = secret.encode(), f"sign-on {purpose}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _moment_of(state: str) -> datetime | None:
    """The moment in a state; None where it holds none."""
    text, found, _ = state.partition(".")
    if not found or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _words(grants: frozenset[Grant]) -> str:
    return ", ".join(str(grant) for grant in sorted(grants))
