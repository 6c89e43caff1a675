"""Token encryption: tokens in the outbox, secrets of authenticators and of webhooks.

The key is not in the database: a reader of the database, or of a backup of it, cannot use them.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.tokens import require_token_key

_NONCE_BYTES = 12
OUTBOX = "a token in the outbox"
AUTHENTICATOR = "a secret of an authenticator"
WEBHOOK = "a secret of a webhook"
_INFO = {
    OUTBOX: b"epix-gateway tokens in the outbox",
    AUTHENTICATOR: b"epix-gateway secrets of authenticators",
    WEBHOOK: b"epix-gateway secrets of webhooks",
}
"""What is encrypted -> `info` of HKDF."""


class TokenCipher:
    """The port `TokenEncryption`: AES-256-GCM, with a key derived by HKDF (RFC 5869).

    secret: content of tokens.key_file.  what: a key of the table above. The `info` of HKDF keeps
    this key apart from other keys that are derived from the same secret.
    Raises KeyUnusable for a secret that is too short.
    """

    def __init__(self, secret: bytes, what: str = OUTBOX) -> None:
        require_token_key(secret)
        key = HKDF(SHA256(), 32, salt=None, info=_INFO[what]).derive(secret)
        self._what = what
        self._cipher = AESGCM(key)

    def encrypt(self, token: str, name: str) -> bytes:
        """See the port. The result: 12 bytes of random nonce, then ciphertext and tag.

        The name is authenticated with it, so that a ciphertext cannot be moved to another row.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, token.encode(), name.encode())

    def decrypt(self, encrypted: bytes, name: str) -> str:
        """See the port."""
        try:
            nonce, ciphertext = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, ciphertext, name.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyUnusable(
                f"{self._what.capitalize()} was encrypted with another token key (tokens.key_file)."
            ) from None
