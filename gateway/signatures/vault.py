"""How are tokens kept that we still have to show to partners? Encrypted; the key is not in the database."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.errors import KeyUnusable

_NONCE_BYTES = 12


class TokenVault:
    """The port `Vault`: AES-256-GCM, under a key derived from the token key by HKDF (RFC 5869).

    secret: bytes of tokens.key_file.
    """

    def __init__(self, secret: bytes) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=b"epix-gateway tokens in the outbox").derive(secret)
        self._cipher = AESGCM(key)

    def shut(self, token: str, name: str) -> bytes:
        """See the port."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, token.encode(), name.encode())

    def open(self, kept: bytes, name: str) -> str:
        """See the port."""
        try:
            return self._cipher.decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], name.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyUnusable("A token in the outbox was encrypted with another token key (tokens.key_file).") from None
