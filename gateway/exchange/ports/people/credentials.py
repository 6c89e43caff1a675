"""Ports of what people show to sign in: passwords, codes of an authenticator."""

from datetime import datetime
from typing import Protocol


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
