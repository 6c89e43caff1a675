"""Pseudonym of a person who has left: it takes the place of the name where that is not needed.

The journal is not rewritten, because its seals prove every record. It keeps the digest by which a
person who holds an old record and the account can show that both are of one person.
"""

import hashlib

from gateway.domain.people.person import Person

PSEUDONYM_PREFIX = "left-"
SIGN_ON_PREFIX = "sso."
"""Beginning of the name of an account that a national sign-on made."""
ERASED_ISSUER = "erased"
"""Stands for the provider in the link of an erased person; its subject is the `sign_on_name`."""
_LETTERS = 12


def pseudonym_of(person: Person) -> str:
    """Return the pseudonym: made of the id of the account, which has random bits, and no name."""
    return PSEUDONYM_PREFIX + _digest("pseudonym", person)[:_LETTERS]


def sign_on_name(issuer: str, subject: str) -> str:
    """Return the name of a person of a national sign-on: a digest, so that nobody can choose it.

    After an erasure it keeps out a person who has left, whatever the claims of the provider say.
    """
    whole = f"{issuer} {subject}".encode()
    return SIGN_ON_PREFIX + hashlib.sha256(whole).hexdigest()[:16]


def name_digest(person: Person) -> str:
    """Return the digest of the names, hex. Without the id of the account no name can be tried."""
    return _digest("name", person, person.name, person.full_name)


def _digest(purpose: str, person: Person, *texts: str) -> str:
    return hashlib.sha256("\n".join((purpose, person.id, *texts)).encode()).hexdigest()
