"""Is this the token of that permit? Tokens are kept only as a keyed hash and compared in constant time."""

import hmac
from dataclasses import dataclass, field

from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId

_NO_TOKEN = b"\0" * 32
"""Stands in for the hash where there is no token."""


@dataclass(frozen=True, slots=True)
class TokenSeal:
    """key: secret of this gateway, at least 32 random bytes; whoever has it and the store can try tokens offline."""

    key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> bytes:
        """32 bytes that tell this key from others, and nothing of it."""
        return hmac.digest(self.key, b"fingerprint of the token key", "sha256")

    def hash(self, country: IsoCountryCode, number: CertificateNumber, token: TokenId) -> bytes:
        """32 bytes, bound to the permit, so that two permits with one token do not show it."""
        message = "\0".join((country.text, number.text, token.text))
        return hmac.digest(self.key, message.encode("ascii"), "sha256")

    def hash_of(self, country: IsoCountryCode, number: CertificateNumber, token: TokenId | None) -> bytes | None:
        """As `hash`; None for a permit that carries no token."""
        return self.hash(country, number, token) if token else None


def opens(kept: bytes | None, given: bytes | None) -> bool:
    """Whether the token given opens the permit: the same hash, or none on both sides."""
    same = hmac.compare_digest(kept or _NO_TOKEN, given or _NO_TOKEN)
    return same and (kept is None) == (given is None)
