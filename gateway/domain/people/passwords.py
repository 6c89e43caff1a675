"""Rule for new passwords: long, not the person's name, not among those that are tried first.

No capital letter, digit or sign is demanded, and no password expires: such rules make people choose
alike. Source: NIST SP 800-63B, section 5.1.1.2.
"""

import unicodedata

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.secret_length import MIN_PASSPHRASE_CHARACTERS

MOST_CHARACTERS = 200
"""Bounds the work of the hash."""

_TRIED_FIRST = (
    *("password", "passwort", "motdepasse", "contrasena", "contraseña", "senha", "qwerty"),
    *("azerty", "letmein", "welcome", "bienvenue", "bienvenido", "admin", "epix", "gateway"),
    *("cites", "permit", "customs", "douane", "aduana", "changeme", "secret"),
)
_ROWS = ("0123456789012", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEAST_OF_ITS_OWN = 6
"""Characters that are left when what is tried first is taken away."""


def normalised(password: str) -> str:
    """A password as it is hashed: the same, whatever keyboard it was typed on.

    Source: RFC 8265, section 4.2 (OpaqueString): NFC.
    """
    return unicodedata.normalize("NFC", password)


def checked_password(password: str, name: str, full_name: str) -> str:
    """A new password, normalised. Raises PersonInvalid that says what to do."""
    text = normalised(password)
    if len(text) < MIN_PASSPHRASE_CHARACTERS:
        raise _refused(
            Sentence(
                "A password has at least {least} characters. A few words that do not belong"
                " together are good.",
                {"least": MIN_PASSPHRASE_CHARACTERS},
            )
        )
    if len(text) > MOST_CHARACTERS:
        raise _refused(
            Sentence("A password has at most {most} characters.", {"most": MOST_CHARACTERS})
        )
    if _own_characters(text.casefold(), (name, *full_name.casefold().split())) < _LEAST_OF_ITS_OWN:
        raise _refused(
            Sentence(
                "This password is easily guessed: it is a name, a row of keys, or a word that is"
                " tried first. Take other words."
            )
        )
    return text


def _own_characters(text: str, names: tuple[str, ...]) -> int:
    """Different characters that are left without names, rows of keys and words tried first."""
    for word in sorted((*_TRIED_FIRST, *names), key=len, reverse=True):
        if len(word) > 2:
            text = text.replace(word, "")
    for row in _ROWS:
        for length in range(len(row), 3, -1):
            for start in range(len(row) - length + 1):
                part = row[start : start + length]
                text = text.replace(part, "").replace(part[::-1], "")
    return len(set(text))


def _refused(sentence: Sentence) -> PersonInvalid:
    return PersonInvalid("new_password", sentence)
