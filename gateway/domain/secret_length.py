"""Length of secrets: random keys from files have 256 bits at least, new passphrases 12 characters.

A shorter key can be tried out: an empty or a two-byte key of the token hash protects nothing in a
stolen database, and a short secret of the reverse proxy can be guessed over the network. A
passphrase is stretched (scrypt, PBKDF2) before it encrypts, so that fewer characters do; one that
is in use already is taken as it is, because what it encrypts must open.
Source: NIST SP 800-107, section 5.3.4: a key of HMAC as strong as its hash.
"""

MIN_SECRET_BYTES = 32
MIN_PASSPHRASE_CHARACTERS = 12


def too_short(secret: bytes) -> str | None:
    """What is wrong with a secret, as the predicate of a sentence; None for one long enough."""
    if len(secret) >= MIN_SECRET_BYTES:
        return None
    return f"must hold at least {MIN_SECRET_BYTES} random bytes, and holds {len(secret)}"


def passphrase_too_short(passphrase: bytes) -> str | None:
    """What is wrong with a new passphrase, as the predicate of a sentence; None for a long one."""
    characters = len(passphrase.decode("utf-8", errors="replace").strip())
    if characters >= MIN_PASSPHRASE_CHARACTERS:
        return None
    return f"must have at least {MIN_PASSPHRASE_CHARACTERS} characters, and has {characters}"
