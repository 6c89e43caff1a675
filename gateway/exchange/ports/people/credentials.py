"""Ports of what people show to sign in: passwords, codes of an authenticator, passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.people.person import Person
from gateway.exchange.ports.people.accounts import Passkey


class PasswordHasher(Protocol):
    """Slow hash of passwords."""

    def hash(self, password: str) -> str:
        """Return the hash, with salt and parameters."""

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether a password is the one of a hash. None: no, after the same work as for a hash.

        Raises TooManyRequests where too many passwords are being hashed already.
        """

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than hashes are made with now."""


class OneTimeCodes(Protocol):
    """Codes of an authenticator that change every 30 seconds (TOTP, RFC 6238)."""

    def new_secret(self) -> str:
        """Return a random secret, base32."""

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """Return the time step of a code that is right at a moment; None for a wrong one."""

    def address(self, secret: str, name: str) -> str:
        """Return the `otpauth:` address that an authenticator reads."""

    def picture(self, address: str) -> bytes:
        """Return a QR code of an address, as SVG."""


class SecretEncryption(Protocol):
    """Encryption of secrets at rest. name: of the row, authenticated with the secret."""

    def encrypt(self, token: str, name: str) -> bytes:
        """Return the ciphertext."""

    def decrypt(self, encrypted: bytes, name: str) -> str:
        """Return the secret. Raises KeyUnusable where another key encrypted it."""


class PasskeyRefused(Exception):
    """The answer of a browser is no answer of the expected passkey to the expected challenge."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was made. credential: its id.  public_key: COSE."""

    credential: bytes
    public_key: bytes
    sign_count: int


class PasskeyCeremonies(Protocol):
    """Ceremonies of WebAuthn. Options are JSON for the browser, answers JSON of the browser."""

    def creation_options(self, person: Person, challenge: bytes, known: Sequence[Passkey]) -> str:
        """Return options for a new passkey. known: those the person has, on other devices."""

    def created(self, answer: str, challenge: bytes) -> NewPasskey:
        """Return the passkey that was made. Raises PasskeyRefused."""

    def request_options(self, challenge: bytes) -> str:
        """Return options for a signature of any passkey of this address."""

    def credential_of(self, answer: str) -> bytes:
        """Return the id of the passkey that an answer names. Raises PasskeyRefused."""

    def signed(self, answer: str, challenge: bytes, passkey: Passkey) -> int:
        """Return the count of signatures, where the passkey signed. Raises PasskeyRefused."""
