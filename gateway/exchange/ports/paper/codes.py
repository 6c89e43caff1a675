"""Ports of permit codes: the key that signs them, their encoding, and the key lists held here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class KeptList:
    """A key list as its authority signed it. partner: its key.  received_at: here, aware."""

    partner: str
    content: bytes
    received_at: datetime


class HeldKeyLists(Protocol):
    """Key lists of partners that were imported or fetched."""

    def every(self) -> Iterator[KeptList]:
        """Yield each list, by partner. Raises ServiceUnavailable."""

    def of(self, partner: str) -> KeptList | None:
        """Return the list of a partner. Raises ServiceUnavailable."""

    def received(self) -> Mapping[str, datetime]:
        """Return when each list came, by partner, aware. Raises ServiceUnavailable."""

    def keep(self, new: KeptList, before: bytes | None) -> bool:
        """Keep a list in place of the one that was read; False where another is there by now.

        before: content of that one; None where none was held. Raises ServiceUnavailable.
        """


class ListNotFetched(Exception):
    """A partner gave no key list. reason: a predicate for a person, `refused (HTTP status 404)`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyListSource(Protocol):
    """Address of a partner that gives its key list."""

    def fetch(self) -> bytes:
        """Return the file, not verified yet. Raises ListNotFetched."""
