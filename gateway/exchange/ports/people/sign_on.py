"""Port of the national sign-on: an OpenID provider, asked by authorization code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.people.sign_on import SignOnIdentity, SignOnLogout


class SignOnRefused(Exception):
    """The answer of the provider does not verify. The text says why, without any value of it."""


class SignOnUnavailable(Exception):
    """The provider gives no usable answer at the moment. The text says why, for our log."""


@dataclass(frozen=True, slots=True)
class SignOnRequest:
    """Secrets that bind an answer to one browser and one question.

    state: comes back with the answer.  nonce: stands in the ID token.  verifier: of PKCE (RFC
    7636), 43 to 128 characters.
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class ProviderState:
    """Description of a provider by itself. keys: number of its signing keys that are usable.

    ends_sessions: it has an address where a person signs out.  tells_logout: it tells this
    gateway when a person has signed out there.
    """

    keys: int
    ends_sessions: bool
    tells_logout: bool


class SignOnProvider(Protocol):
    """A provider."""

    @property
    def issuer(self) -> str:
        """Its identifier, an address."""

    def address(self, request: SignOnRequest) -> str:
        """Return the address that a browser is sent to. Raises SignOnUnavailable."""

    def identity(self, answer: Mapping[str, str], request: SignOnRequest) -> SignOnIdentity:
        """Return the verified person of an answer. answer: the query that the browser brought.

        Raises SignOnRefused, SignOnUnavailable.
        """

    def sign_out_address(self) -> str | None:
        """Return the address that ends the session at the provider; None where it offers none."""

    def logout(self, token: str) -> SignOnLogout:
        """Return the verified end of a session. Raises SignOnRefused, SignOnUnavailable."""

    def state(self) -> ProviderState:
        """Return what the provider says of itself. Raises SignOnUnavailable."""
