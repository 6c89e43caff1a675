"""Sign-on claims: what a national provider says of a person, and the roles that follow from it.

A rule names a claim, a value and a grant. A value is compared exactly; a claim is one text or a
list of texts, and its name may be a path through inner tables, such as `realm_access.roles`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.foreign_text import one_line
from gateway.domain.people.person import MOST_LETTERS
from gateway.domain.people.roles import Grant


class SignOnProblem(StrEnum):
    """Why a sign-on gave no session, as the page says it."""

    AWAY = "away"
    """The provider does not answer."""
    REFUSED = "refused"
    """Its answer is not one to a question of this browser, or does not verify."""
    CANCELLED = "cancelled"
    """The person, or the provider, ended the sign-on."""
    NO_ACCOUNT = "no-account"
    """The person has no open account here, and no rule gives a role."""
    NO_FACTOR = "no-factor"
    """No second factor was shown, and the account has none."""
    SIGNED_OUT = "signed-out"
    """No problem: the session here has ended, the one at the provider has not."""


@dataclass(frozen=True, slots=True)
class SignOnIdentity:
    """A person, as the provider's verified ID token says. claims: of the token.

    issuer, subject: together they never name another person; a mail address may.
    has_second_factor: the provider says that one was shown.
    session: the provider's id of its session (`sid`); None where it names none.
    """

    issuer: str
    subject: str
    claims: Mapping[str, object]
    has_second_factor: bool
    session: str | None = None

    @property
    def full_name(self) -> str:
        """The name that the provider gives, as one line that is safe to show; may be empty."""
        name = self.claims.get("name")
        if not isinstance(name, str):
            return ""
        return one_line(" ".join(name[: 4 * MOST_LETTERS].split()))[:MOST_LETTERS]


@dataclass(frozen=True, slots=True)
class SignOnLogout:
    """The end of a session at the provider, as its verified logout token says.

    subject, session: whose session, and which; one of the two is always given.
    token_id: of the token (`jti`).  counts_until: after this moment it verifies on no node.
    """

    issuer: str
    subject: str | None
    session: str | None
    token_id: str
    counts_until: datetime


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """A grant for people with a value in a claim."""

    claim: str
    value: str
    grant: Grant


def granted(rules: Iterable[ClaimRule], claims: Mapping[str, object]) -> frozenset[Grant]:
    """The grants that the rules give for the claims."""
    return frozenset(rule.grant for rule in rules if rule.value in _texts(claims, rule.claim))


def _texts(claims: Mapping[str, object], name: str) -> list[str]:
    """The texts of a claim. A claim of this very name goes before a path."""
    value = claims.get(name)
    if name not in claims:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
