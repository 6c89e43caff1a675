"""Encryption of tokens in files of refused records, which clerks mend and publish again."""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.tokens import require_token_key

_KEY_BYTES = 64


class RefusedTokenCipher:
    """AES-256-SIV (RFC 5297), with a key derived by HKDF (RFC 5869).

    It is deterministic: the same refused records give the same file, so that no second one is made.
    secret: content of tokens.key_file. The `info` of HKDF keeps this key apart from other keys that
    are derived from the same secret. Raises KeyUnusable for a secret that is too short.
    """

    def __init__(self, secret: bytes) -> None:
        require_token_key(secret)
        key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"epix-gateway tokens of refused records")
        self._cipher = AESSIV(key.derive(secret))

    def encrypt(self, token: str) -> str:
        """Return the encrypted token in base64 (RFC 4648, section 5)."""
        content = token.encode("utf-8", errors="surrogateescape")
        return base64.urlsafe_b64encode(self._cipher.encrypt(content, None)).decode("ascii")

    def decrypt(self, text: str) -> str:
        """Return the token. Raises KeyUnusable for a text that was not encrypted with this key."""
        try:
            content = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
            return self._cipher.decrypt(content, None).decode("utf-8", errors="surrogateescape")
        except (InvalidTag, ValueError):
            raise KeyUnusable(
                "A token of a refused record was encrypted with another token key"
                " (tokens.key_file), or is not whole."
            ) from None
