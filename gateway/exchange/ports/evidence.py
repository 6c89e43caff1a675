"""Evidence that leaves the house: what a bundle is made of, and who signs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What a bundle says of itself.

    kind: some records, or all of a period among which something is absent.  journal: its id.  made_at, since, until:
    ISO 8601 in UTC.  newest: number of the journal's newest head.  bodies: whether requests and answers are in it.
    permit_number, partner: what the records are about, or what is absent.  in_words: the same for a person.
    """

    kind: Literal["records", "absence"]
    journal: str
    made_at: str
    newest: int
    bodies: bool
    since: str | None
    until: str | None
    permit_number: str | None
    partner: str | None
    in_words: str


class BundleSigner(Protocol):
    """The key that heads of the journal are signed with."""

    @property
    def certificate(self) -> bytes:
        """Our certificate with its chain, PEM."""

    def sign(self, data: bytes) -> bytes:
        """Signature over these bytes. Raises KeyUnusable."""


class Evidence(Protocol):
    """A bundle that is being written. Raises OSError where the disk is full."""

    def add(self, name: str, content: bytes) -> None:
        """Add a file."""

    def add_lines(self, name: str, lines: Iterable[Mapping[str, object]]) -> None:
        """Add a file of JSON lines, however long."""

    def add_certificate(self, pem: bytes) -> str | None:
        """Add a certificate with its chain, once, and give the name others call it by; None for no certificate."""

    def seal(self, facts: EvidenceFacts, signer: BundleSigner | None) -> None:
        """Add what explains it, and sign the whole. signer: None where the gateway has no key for that."""
