"""Passkeys of people: added to an account, and signed in with, without name and password."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.own_account import OwnAccount
from gateway.exchange.people.sessions import Origin, SignedIn
from gateway.exchange.ports.people.accounts import Passkey, Session
from gateway.exchange.ports.people.credentials import PasskeyCeremonies, PasskeyRefused

_STEP_SECONDS = 300
_MOST_PASSKEYS = 10
_LONGEST_LABEL = 70
_REFUSED = Sentence("This passkey was not taken. Try again, or sign in with name and password.")
_MANY = Sentence("You have {most} passkeys already. Remove one first.", {"most": _MOST_PASSKEYS})
_NO_LABEL = Sentence("Give the passkey a name, such as “my telephone”, of at most 70 letters.")


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser sent. secret: of its cookie, from which the challenge was derived."""

    credential: str
    secret: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Use cases.

    A challenge is derived from the secret of the browser's cookie and counts for five to ten
    minutes: nothing has to be stored for a visitor who may never come back.
    """

    own_account: OwnAccount
    ceremonies: PasskeyCeremonies

    def of(self, person: Person) -> Sequence[Passkey]:
        """The passkeys of a person, oldest first."""
        return self.own_account.passkeys(person)

    def creation_options(self, person: Person, secret: str) -> str:
        """Options for a new passkey, JSON for the browser. secret: of its cookie."""
        known = self.of(person)
        return self.ceremonies.creation_options(person, self._challenge(secret), known)

    def request_options(self, secret: str) -> str:
        """Options for a sign-in, JSON for the browser. secret: of its cookie."""
        return self.ceremonies.request_options(self._challenge(secret))

    def add(self, person: Person, label: str, password: str, answer: PasskeyAnswer) -> None:
        """Add the passkey that was made. Raises PersonInvalid."""
        name = " ".join(label.split())
        if not 0 < len(name) <= _LONGEST_LABEL:
            raise PersonInvalid("label", _NO_LABEL)
        if len(self.of(person)) >= _MOST_PASSKEYS:
            raise PersonInvalid("label", _MANY)
        self.own_account.require_password(person, password, "password")
        for challenge in self._challenges(answer.secret):
            try:
                made = self.ceremonies.created(answer.credential, challenge)
            except PasskeyRefused:
                continue
            passkey = Passkey(
                made.credential,
                person.id,
                made.public_key,
                made.sign_count,
                name,
                self.own_account.sign_in.clock(),
            )
            self.own_account.add_passkey(person, passkey, answer.origin)
            return
        raise PersonInvalid("passkey", _REFUSED)

    def sign_in(self, answer: PasskeyAnswer, former: Session | None) -> SignedIn:
        """Begin a full session. former: one that waits for its second factor.

        Raises PersonInvalid, TooManyRequests.
        """
        sign_in = self.own_account.sign_in
        sign_in.failures.require_few(answer.origin)
        found = self._verified(answer)
        account = sign_in.accounts.get(found[0].person_id) if found else None
        if found is None or account is None or account.person.disabled_at is not None:
            sign_in.failures.count(answer.origin)
            raise PersonInvalid("passkey", _REFUSED)
        passkey, count = found
        return sign_in.with_passkey(account.person, (passkey, count), former, answer.origin)

    def _verified(self, answer: PasskeyAnswer) -> tuple[Passkey, int] | None:
        """The passkey that signed, and its count; None where none did."""
        try:
            credential = self.ceremonies.credential_of(answer.credential)
        except PasskeyRefused:
            return None
        passkey = self.own_account.sign_in.accounts.passkey(credential)
        if passkey is None:
            return None
        for challenge in self._challenges(answer.secret):
            try:
                return passkey, self.ceremonies.signed(answer.credential, challenge, passkey)
            except PasskeyRefused:
                continue
        return None

    def _challenges(self, secret: str) -> tuple[bytes, bytes]:
        return self._challenge(secret), self._challenge(secret, 1)

    def _challenge(self, secret: str, steps_ago: int = 0) -> bytes:
        step = int(self.own_account.sign_in.clock().timestamp()) // _STEP_SECONDS - steps_ago
        return hmac.new(secret.encode(), f"passkey {step}".encode(), hashlib.sha256).digest()
