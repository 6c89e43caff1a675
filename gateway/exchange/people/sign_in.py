"""Sign-in with name and password, then with a code of an authenticator.

An unknown name, a wrong password, a locked and a disabled account are refused by the same sentence
after the same work, so that names cannot be tried out. A try is counted before the password is
looked at: a thousand tries at the same moment are five tries and no more.
"""

from dataclasses import dataclass, replace

from gateway.domain.people.lockout import locked_until
from gateway.domain.people.passwords import MOST_CHARACTERS, normalised
from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.failure_limit import FailureLimit, SecretKind
from gateway.exchange.people.sessions import Origin, Sessions, SignedIn
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.people.accounts import Account, Accounts, AccountsWork, Passkey, Session
from gateway.exchange.ports.people.credentials import (
    OneTimeCodes,
    PasswordHasher,
    SecretEncryption,
)

REFUSED = Sentence(
    "Name or password is not right. After several wrong passwords an account waits for a while, at"
    " most 15 minutes."
)
_CODE_REFUSED = Sentence(
    "This code is not right, or was used already. Wait for the next one in your authenticator."
)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """Use case. cipher: of the secrets of authenticators."""

    accounts: Accounts
    sessions: Sessions
    hasher: PasswordHasher
    codes: OneTimeCodes
    cipher: SecretEncryption
    clock: Clock
    new_id: NewId

    def with_password(self, name: str, password: str, origin: Origin) -> SignedIn:
        """Begin a session. It is full where the account has no second factor.

        Raises PersonInvalid, TooManyRequests where the address has failed too often.
        """
        self.failures.require_few(origin)
        known = self.accounts.named(name[:_LONGEST_NAME].strip().lower())
        account = self.counted(known.person.id) if known else None
        hashed = account.password_hash if account else None
        matches = len(password) <= MOST_CHARACTERS and self.hasher.matches(
            hashed, normalised(password)
        )
        if account is None or not matches or account.person.disabled_at is not None:
            self._failed(known.person if known else None, account, origin)
            raise PersonInvalid("password", REFUSED)
        return self._succeeded(account, password, origin)

    def with_code(self, person: Person, session: Session, code: str, origin: Origin) -> SignedIn:
        """Begin a full session in the place of one that waits for the second factor.

        Raises PersonInvalid.
        """
        account = self.counted(person.id)
        step = self._step(account, code) if account else None
        if account is None or step is None:
            self._failed(person, account, origin)
            raise PersonInvalid("code", _CODE_REFUSED)
        with self.accounts.begin() as work:
            now = work.account(person.id)
            if now is None or now.totp_step >= step:  # another request took the code first
                raise PersonInvalid("code", _CODE_REFUSED)
            work.change(replace(now, totp_step=step, failures=0, failed_at=None))
            return self._begun(work, now.person, origin, session, factor="code")

    def with_passkey(
        self, person: Person, used: tuple[Passkey, int], session: Session | None, origin: Origin
    ) -> SignedIn:
        """Begin a full session for a passkey that was verified.

        used: the passkey and its count of signatures.  session: one that it takes the place of.
        """
        passkey, sign_count = used
        with self.accounts.begin() as work:
            work.account(person.id)  # locked before its sessions, as everywhere (no deadlock)
            work.used_passkey(passkey.credential, sign_count)
            return self._begun(work, person, origin, session, factor="passkey")

    def _begun(
        self,
        work: AccountsWork,
        person: Person,
        origin: Origin,
        former: Session | None,
        *,
        factor: str,
        is_full: bool = True,
    ) -> SignedIn:
        # A session that another request has ended meanwhile, or of another person, says nothing.
        is_there = former is not None and work.end_session(former.digest)
        own = former if former and is_there and former.person_id == person.id else None
        if own is None and factor == "code":  # a code is no more than the second factor
            raise PersonInvalid("code", _CODE_REFUSED)
        signed_in = self.sessions.begin(
            work,
            person,
            origin,
            is_full=is_full,
            by_sign_on=own is not None and own.by_sign_on,
            provider_session=own.provider_session if own else None,
        )
        self._record(work, Act.SIGNED_IN, person, origin, factor)
        work.commit()
        return signed_in

    @property
    def failures(self) -> FailureLimit:
        """Counts wrong passwords, codes and passkeys by address."""
        return FailureLimit(self.accounts, self.clock, SecretKind.PASSWORD)

    def counted(self, person_id: str) -> Account | None:
        """Count a try at an account and return it; None where it is locked."""
        with self.accounts.begin() as work:
            account = work.account(person_id)
            until = locked_until(account.failures, account.failed_at) if account else None
            if account is None or (until is not None and self.clock() < until):
                return None
            counted = replace(account, failures=account.failures + 1, failed_at=self.clock())
            work.change(counted)
            work.commit()
        return counted

    def _failed(self, person: Person | None, account: Account | None, origin: Origin) -> None:
        with self.accounts.begin() as work:
            self.failures.count_in(work, origin)
            # A locked account has its record already; an unknown name has none in the journal.
            if person is not None and account is not None:
                is_locked = locked_until(account.failures, account.failed_at) is not None
                act = Act.LOCKED if is_locked else Act.SIGN_IN_FAILED
                self._record(work, act, person, origin)
            work.commit()

    def _succeeded(self, account: Account, password: str, origin: Origin) -> SignedIn:
        person = account.person
        is_full = account.totp_secret is None and not self.accounts.passkeys(person.id)
        outdated = account.password_hash and self.hasher.is_outdated(account.password_hash)
        new_hash = self.hasher.hash(normalised(password)) if outdated else account.password_hash
        with self.accounts.begin() as work:
            now = work.account(person.id)
            if now is None or now.password_hash != account.password_hash:
                raise PersonInvalid("password", REFUSED)  # it was changed at this moment
            # The second factor counts on: a known password must not open tries at the code. The
            # code may be tried now, unless another try has failed since.
            failures = 0 if is_full else now.failures - 1
            failed_at = None if now.failed_at == account.failed_at else now.failed_at
            work.change(
                replace(now, password_hash=new_hash, failures=failures, failed_at=failed_at)
            )
            if is_full:
                return self._begun(work, person, origin, None, factor="password")
            signed_in = self.sessions.begin(work, person, origin, is_full=False)
            work.commit()
        return signed_in

    def _step(self, account: Account, code: str) -> int | None:
        """The time step of a right code that was not used; None for any other."""
        if account.totp_secret is None:
            return None
        secret = self.cipher.decrypt(account.totp_secret, account.person.id)
        step = self.codes.step(secret, code, self.clock())
        return step if step is not None and step > account.totp_step else None

    def _record(
        self, work: AccountsWork, act: Act, person: Person, origin: Origin, factor: str = ""
    ) -> None:
        details = {"factor": factor} if factor else {}
        made = PersonAct(act, self.clock(), person.name, person.name, origin.address, details)
        work.record(made.exchange(self.new_id()))
