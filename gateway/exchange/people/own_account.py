"""Own account: a person changes their password and second factor, and comes back by a code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.people.passwords import checked_password, normalised
from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.sessions import Origin, Sessions, SignedIn, digest_of
from gateway.exchange.people.sign_in import SignIn
from gateway.exchange.ports.people.accounts import Account, AccountsWork, Passkey, Session

_CODE = Sentence(
    "This code is not right, was used already, or is too old. An administrator can make a new one."
)
_WRONG = Sentence("This is not your present password.")
_UNPROVEN = Sentence(
    "This code does not belong to the secret. Compare the clock of your telephone, and type the"
    " code that it shows now."
)


def code_as_stored(code: str) -> str:
    """A one-time code as people type it: small letters, spaces and hyphens do not matter."""
    return "".join(character for character in code.upper() if character.isalnum())


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Use cases of the person that is signed in, or that holds a one-time code."""

    sign_in: SignIn
    sessions: Sessions

    def recover(self, code: str, password: str, origin: Origin) -> SignedIn:
        """Set a new password by a one-time code, end all sessions, and begin one.

        Raises PersonInvalid, TooManyRequests.
        """
        accounts, now = self.sign_in.accounts, self.sign_in.clock()
        self.sign_in.failures.require_few(origin)
        with accounts.begin() as work:
            found = work.take_code(digest_of(code_as_stored(code)))
            account = work.account(found.person_id) if found and found.expires_at > now else None
            if account is None or account.person.disabled_at is not None:
                self.sign_in.failures.count_in(work, origin)
                work.commit()
                raise PersonInvalid("code", _CODE)
            self._set_password(work, account, password)  # a refused password keeps the code
            person = account.person
            work.end_sessions(person.id)
            is_full = account.totp_secret is None and not accounts.passkeys(person.id)
            signed_in = self.sessions.begin(work, person, origin, is_full=is_full)
            self._record(work, Act.RECOVERED, person, origin)
            work.commit()
        return signed_in

    def change_password(
        self, person: Person, session: Session, present: str, new: str, origin: Origin
    ) -> None:
        """Set a new password, and end the other sessions. Raises PersonInvalid."""
        account = self._proven(person, present, "present_password")
        with self.sign_in.accounts.begin() as work:
            self._set_password(work, work.account(person.id) or account, new)
            work.end_sessions(person.id, but=session.digest)
            self._record(work, Act.PASSWORD_CHANGED, person, origin)
            work.commit()

    def has_authenticator(self, person: Person) -> bool:
        """Whether the person has an authenticator for codes."""
        account = self.sign_in.accounts.get(person.id)
        return account is not None and account.totp_secret is not None

    def passkeys(self, person: Person) -> Sequence[Passkey]:
        """The passkeys of the person."""
        return self.sign_in.accounts.passkeys(person.id)

    def has_second_factor(self, person: Person) -> bool:
        """Whether the person has an authenticator or a passkey."""
        return self.has_authenticator(person) or bool(self.passkeys(person))

    def add_authenticator(
        self,
        person: Person,
        session: Session,
        secret: str,
        shown: tuple[str, str],
        origin: Origin,
    ) -> None:
        """Take a new secret for codes, and end the other sessions.

        shown: a code of the secret, and the password.  Raises PersonInvalid.
        """
        code, password = shown
        self._proven(person, password, "password")
        step = self.sign_in.codes.step(secret, code, self.sign_in.clock())
        if step is None:
            raise PersonInvalid("code", _UNPROVEN)
        encrypted = self.sign_in.cipher.encrypt(secret, person.id)
        with self.sign_in.accounts.begin() as work:
            account = self._account(work, person)
            work.change(replace(account, totp_secret=encrypted, totp_step=step))
            work.end_sessions(person.id, but=session.digest)
            self._record(work, Act.FACTOR_ADDED, person, origin, "authenticator")
            work.commit()

    def remove_authenticator(self, person: Person, password: str, origin: Origin) -> None:
        """Remove the authenticator. Raises PersonInvalid for a wrong password."""
        self._proven(person, password, "password")
        with self.sign_in.accounts.begin() as work:
            account = self._account(work, person)
            work.change(replace(account, totp_secret=None))
            self._record(work, Act.FACTOR_REMOVED, person, origin, "authenticator")
            work.commit()

    def add_passkey(self, person: Person, passkey: Passkey, origin: Origin) -> None:
        """Add a passkey that was verified. Raises PersonInvalid where it is known."""
        with self.sign_in.accounts.begin() as work:
            work.add_passkey(passkey)
            self._record(work, Act.FACTOR_ADDED, person, origin, f"passkey {passkey.label}")
            work.commit()

    def remove_passkey(
        self, person: Person, credential: bytes, password: str, origin: Origin
    ) -> None:
        """Remove a passkey of the person. Raises PersonInvalid for a wrong password."""
        self._proven(person, password, "password")
        with self.sign_in.accounts.begin() as work:
            work.remove_passkeys(person.id, credential)
            self._record(work, Act.FACTOR_REMOVED, person, origin, "passkey")
            work.commit()

    def require_password(self, person: Person, password: str, field: str) -> None:
        """Raise PersonInvalid for a wrong password. field: of the form."""
        self._proven(person, password, field)

    def _proven(self, person: Person, password: str, field: str) -> Account:
        """The account after its password; a wrong one counts as at the sign-in."""
        account = self.sign_in.counted(person.id)
        hashed = account.password_hash if account else None
        if not self.sign_in.hasher.matches(hashed, normalised(password)) or account is None:
            raise PersonInvalid(field, _WRONG)
        with self.sign_in.accounts.begin() as work:
            now = self._account(work, person)
            work.change(replace(now, failures=0, failed_at=None))
            work.commit()
        return account

    def _set_password(self, work: AccountsWork, account: Account, password: str) -> None:
        person = account.person
        text = checked_password(password, person.name, person.full_name)
        hashed = self.sign_in.hasher.hash(text)
        work.change(replace(account, password_hash=hashed, failures=0, failed_at=None))

    def _account(self, work: AccountsWork, person: Person) -> Account:
        account = work.account(person.id)
        if account is None or account.person.disabled_at is not None:
            raise PersonInvalid("password", _WRONG)
        return account

    def _record(
        self, work: AccountsWork, act: Act, person: Person, origin: Origin, factor: str = ""
    ) -> None:
        details = {"factor": factor} if factor else {}
        made = PersonAct(
            act, self.sign_in.clock(), person.name, person.name, origin.address, details
        )
        work.record(made.exchange(self.sign_in.new_id()))
