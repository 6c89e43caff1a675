"""Secret of an API key: its form `epix_ID_SECRET`, made at random, kept as a digest."""

import re
import secrets
from hashlib import sha256

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_FORM = re.compile(r"epix_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")


def new_key() -> tuple[str, str]:
    """Make the prefix of a key and its secret, which has 256 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12)), secrets.token_urlsafe(32)


def as_shown(key_id: str, secret: str) -> str:
    """The key as its system keeps it."""
    return f"epix_{key_id}_{secret}"


def parse(shown: str) -> tuple[str, str] | None:
    """Prefix and secret of a key; None for any other text."""
    found = _FORM.fullmatch(shown)
    return (found[1], found[2]) if found else None


def digest_of(secret: str) -> str:
    """SHA-256, hex. One pass is enough: a random secret of 256 bits cannot be guessed."""
    return sha256(secret.encode()).hexdigest()
