"""Secret keys of this gateway: the permit seal, and the key for permit tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import now
from gateway.crypto.encryption.refused_tokens import RefusedTokenCipher
from gateway.crypto.encryption.token_encryption import AUTHENTICATOR, WEBHOOK, TokenCipher
from gateway.crypto.journal_seal.heads import JournalSigner, JournalVerifier
from gateway.crypto.keys import configured
from gateway.crypto.keys.checks import require_country
from gateway.crypto.keys.pkcs11 import is_in_token
from gateway.crypto.permit_seal.sign import PermitSealer, open_sealer
from gateway.domain.errors import KeyUnusable
from gateway.domain.key_revocation import KeyRevocation
from gateway.exchange.permits.tokens import TokenHasher, require_token_key
from gateway.exchange.ports import Clock
from gateway.settings import SealSettings, Settings, TokenSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class OwnKeys:
    """Keys of this gateway, each read when it is first used.

    database: knows the token key.  countries: of the authorities that the seal is for.
    """

    seal: SealSettings | None
    tokens: TokenSettings
    database: "Database"
    clock: Clock
    countries: frozenset[str]

    @cached_property
    def sealer(self) -> PermitSealer | None:
        """Seals permits; None where [seal] names no key.

        Raises KeyUnusable, also for a certificate of another country than our authorities'.
        """
        sealer = open_permit_sealer(self.seal, self.clock)
        if sealer and self.seal:
            require_country(sealer.chain[0], self.countries, self.seal.certificate_file)
        return sealer

    @property
    def in_token(self) -> bool:
        """Whether the key of the seal is in a hardware token, which one process uses.

        Raises KeyUnusable.
        """
        return self.sealer is not None and is_in_token(self.sealer.key)

    @cached_property
    def head_signer(self) -> JournalSigner | None:
        """Signs heads of the journal and records, with the key of the seal; None without one.

        Raises KeyUnusable.
        """
        return JournalSigner(self.sealer.key, self.sealer.chain) if self.sealer else None

    @cached_property
    def token_hasher(self) -> TokenHasher:
        """Hashes permit tokens.

        Raises KeyUnusable for a key that is too short or cannot be read, and where the database
        holds hashes under another key.
        """
        hasher = TokenHasher(self._token_key)
        if not self.database.store.shared_keys.is_ours("token key", hasher.fingerprint):
            raise KeyUnusable(
                "The token key is not the one that this database's tokens were hashed with: take"
                " tokens.key_file from the machine that the database was first used on."
            )
        return hasher

    @cached_property
    def token_cipher(self) -> TokenCipher:
        """Encrypts tokens in the outbox. Raises KeyUnusable, as `token_hasher`."""
        _ = self.token_hasher  # compares the key with the one of this database
        return TokenCipher(self._token_key)

    @cached_property
    def authenticator_cipher(self) -> TokenCipher:
        """Encrypts secrets of people's authenticators. Raises KeyUnusable, as `token_hasher`."""
        _ = self.token_hasher
        return TokenCipher(self._token_key, AUTHENTICATOR)

    @cached_property
    def webhook_cipher(self) -> TokenCipher:
        """Encrypts secrets of webhooks. Raises KeyUnusable, as `token_hasher`."""
        _ = self.token_hasher
        return TokenCipher(self._token_key, WEBHOOK)

    @cached_property
    def refused_token_cipher(self) -> RefusedTokenCipher:
        """Encrypts tokens in files of refused records. Raises KeyUnusable, as `token_hasher`."""
        _ = self.token_hasher
        return RefusedTokenCipher(self._token_key)

    @cached_property
    def _token_key(self) -> bytes:
        """One content for hash and cipher, even where the file changes between the two."""
        file = self.tokens.key_file
        try:
            key = file.read_bytes()
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise KeyUnusable(f"{file} (tokens.key_file) cannot be read: {reason}.") from None
        require_token_key(key, f"{file} (tokens.key_file)")
        return key


def open_permit_sealer(seal: SealSettings | None, clock: Clock) -> PermitSealer | None:
    """The sealer of permits; None where [seal] names no key. Raises KeyUnusable."""
    if seal is None:
        return None
    return open_sealer(seal.certificate_file, seal.key_file, seal.passphrase_file, clock)


def seals_as(settings: Settings) -> str | None:
    """Subject of the certificate that permits are sealed with (RFC 4514); None without a key.

    Raises KeyUnusable.
    """
    sealer = open_permit_sealer(settings.seal, now)
    return sealer.signer if sealer else None


def seal_certificates(settings: Settings) -> frozenset[bytes]:
    """DER of every certificate that seals for us, or has. Raises KeyUnusable."""
    return configured.our_seals(settings)


def journal_verifier(settings: Settings) -> JournalVerifier:
    """Verifier of our own signatures, knowing what was revoked. Raises KeyUnusable."""
    revoked = {der: revocation.at for der, revocation in revoked_seals(settings).items()}
    return JournalVerifier(seal_certificates(settings), revoked)


def revoked_seals(settings: Settings) -> Mapping[bytes, KeyRevocation]:
    """Revocations of our sealing certificates, by their DER. Raises KeyUnusable."""
    return configured.revoked_seals(settings)
