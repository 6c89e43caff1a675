"""Ports of permit codes: the key that signs them, their encoding, and the key lists held here."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from gateway.domain.paper.statement import PaperStatement


class PaperSigner(Protocol):
    """Signs permit codes with the paper key."""

    @property
    def valid_until(self) -> datetime:
        """End of its certificate, aware: then its codes have to be asked about."""

    def sign(self, statement: PaperStatement) -> bytes:
        """Return the code. Raises KeyUnusable where the certificate is not in date."""


class ReceivedCode(Protocol):
    """A code as it came, of the accepted form; its signature is not verified yet."""

    @property
    def key_id(self) -> bytes:
        """Id of the key that it names."""

    def statement(self, public_key: bytes) -> PaperStatement:
        """Return what the code says, once its signature is verified.

        public_key: SubjectPublicKeyInfo of the key with this id, DER.
        Raises SignatureInvalid, LaterVersion.
        """


class PaperCodec(Protocol):
    """Encoding of permit codes."""

    def open(self, code: bytes) -> ReceivedCode:
        """Return the parts of a code. Raises SignatureInvalid for another form."""

    def lines_digest(self, statement: PaperStatement) -> bytes:
        """Return the SHA-256 of all lines of a statement, as an array in CBOR."""


class HeldKeyLists(Protocol):
    """Key lists of partners that were imported, as their authorities signed them."""

    def every(self) -> Iterator[tuple[str, bytes]]:
        """Yield each list: key of the partner, and the file. Raises KeyUnusable."""

    def keep(self, partner: str, file: bytes) -> None:
        """Keep a list in place of the one before. Raises OSError."""
