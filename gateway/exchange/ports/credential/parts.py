"""Ports of verifiable credentials: signing key, encoding, document form, states of permits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.credential.content import Credential, StatusList


class TokenSigner(Protocol):
    """Signs payloads with the paper key, as compact JWS."""

    @property
    def valid_until(self) -> datetime:
        """End of its certificate, aware."""

    def sign(self, payload: bytes, issuer: str, at: datetime) -> str:
        """Return the token. issuer: whose key it is.  at: now, aware.

        Raises KeyUnusable where the certificate is not in date.
        """


class ReceivedToken(Protocol):
    """A token as it came, of the accepted form; its signature is not verified yet."""

    @property
    def key_id(self) -> bytes:
        """Id of the key that it names."""

    @property
    def issuer(self) -> str:
        """Issuer whose key that is, as the token says."""

    def payload(self, public_key: bytes) -> bytes:
        """Return the payload, once its signature is verified.

        public_key: SubjectPublicKeyInfo of the key with this id, DER.  Raises SignatureInvalid.
        """


class TokenCodec(Protocol):
    """Encoding of tokens."""

    def open(self, text: str) -> ReceivedToken:
        """Return the parts of a token.

        Raises AlgorithmRefused for another algorithm than ES256, DocumentInvalid for another form.
        """


class CredentialFormat(Protocol):
    """Documents of credentials. Reading raises DocumentInvalid (path)."""

    def write(self, credential: Credential) -> bytes:
        """Return the document of a permit's credential. Raises DocumentInvalid."""

    def read(self, document: bytes) -> Credential:
        """Read the document of a permit's credential."""

    def write_list(self, status_list: StatusList) -> bytes:
        """Return the document of a status list."""

    def read_list(self, document: bytes) -> StatusList:
        """Read the document of a status list."""


class PermitStates(Protocol):
    """States of permits by their rows."""

    def changes(self, place: int) -> int:
        """Return how often the documents of a permit as issued were replaced.

        place: row id.  Raises ServiceUnavailable.
        """

    def has(self, places: range, changes: int) -> bool:
        """Whether a permit of these rows was changed so often.

        For 0 changes a permit of later rows counts, too.

        Raises ServiceUnavailable.
        """

    def ended(self, places: range, changes: int) -> Sequence[int]:
        """Return the rows of permits that are not in force, or were changed more often.

        Raises ServiceUnavailable.
        """
