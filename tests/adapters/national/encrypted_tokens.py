"""Tokens of refused records under a cipher that tests can read: hexadecimal digits."""

from adapters.national.context import RecordContext


def encrypted(token: str) -> str:
    """The token as the file of refused records holds it, after its beginning."""
    return token.encode("utf-8", errors="surrogateescape").hex()


def decrypted(text: str) -> str:
    """The token again."""
    return bytes.fromhex(text).decode("utf-8", errors="surrogateescape")


CONTEXT = RecordContext(decrypt=decrypted)
"""Context of a gateway that has the key."""
