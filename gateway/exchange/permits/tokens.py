"""Token hashing: security codes of permits as HMAC-SHA-256, compared in constant time.

The hash is keyed, so that a stolen database alone does not allow tokens to be tried offline. The
comparison takes equally long whatever differs, so that it is no timing side channel.
"""

import hmac
from dataclasses import dataclass, field

from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.secret_length import too_short

_NO_TOKEN = b"\0" * 32
"""Is compared in place of a hash where there is no token, at the same cost."""


def require_token_key(key: bytes, name: str = "tokens.key_file") -> None:
    """Raises KeyUnusable for a key that is too short. name: of the key, for the sentence."""
    if problem := too_short(key):
        raise KeyUnusable(
            f"{name} {problem}. For a new gateway make one: `openssl rand -out FILE 32`. A gateway"
            " that holds permits needs the key that their tokens were hashed with, from its backup."
        )


@dataclass(frozen=True, slots=True)
class TokenHasher:
    """HMAC-SHA-256 over country, number and token.

    key: secret of this gateway, at least 32 random bytes. With it and the database tokens can be
    tried offline. Raises KeyUnusable for a shorter one.
    """

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_token_key(self.key)

    @property
    def fingerprint(self) -> bytes:
        """32 bytes that identify the key and reveal nothing of it."""
        return hmac.digest(self.key, b"fingerprint of the token key", "sha256")

    def keyed(self, data: bytes) -> bytes:
        """Return 32 bytes by which data that hold secrets are recognised, and not tried offline."""
        return hmac.digest(self.key, b"national record\0" + data, "sha256")

    def hash(self, country: IsoCountryCode, number: CertificateNumber, token: TokenId) -> bytes:
        """Return 32 bytes bound to the permit: equal tokens of two permits hash differently."""
        message = "\0".join((country.text, number.text, token.text))
        return hmac.digest(self.key, message.encode("ascii"), "sha256")

    def hash_of(
        self, country: IsoCountryCode, number: CertificateNumber, token: TokenId | None
    ) -> bytes | None:
        """Like `hash`; None for a permit that carries no token."""
        return self.hash(country, number, token) if token else None


def token_matches(stored: bytes | None, presented: bytes | None) -> bool:
    """Whether two token hashes are equal, or there is no token on both sides. Constant time."""
    same = hmac.compare_digest(stored or _NO_TOKEN, presented or _NO_TOKEN)
    return same and (stored is None) == (presented is None)
