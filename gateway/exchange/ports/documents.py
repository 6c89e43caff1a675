"""How is a permit written, sealed and judged?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.permit import Permit
from gateway.domain.verdict import Verdict


class PermitFormat(Protocol):
    """One schema version of the permit document."""

    @property
    def version(self) -> str:
        """`v1` or `v2`."""

    def write(self, permit: Permit) -> bytes:
        """The document in UTF-8 without XML declaration, root element unqualified, valid against the XSD.

        Raises DocumentInvalid naming box and reason where the permit cannot be written in this version.
        """

    def read(self, document: bytes) -> Permit:
        """Read somebody's document, leniently (wire contract, section 11.2). Raises DocumentInvalid."""


SEAL_NAME = "CITES-permit-seal.xml"
"""Name of the attachment that carries the seal."""


class Sealer(Protocol):
    """Seals what we issue."""

    def seal(self, document: bytes) -> bytes:
        """The seal of a permit document, a file of its own: an XML signature that stands beside the permit.

        Raises KeyUnusable where the sealing certificate is not in date.
        """


@dataclass(frozen=True, slots=True)
class Judged:
    """What a seal is worth. document: the verified bytes, None where nothing is vouched for."""

    verdict: Verdict
    document: bytes | None


class SealVerifier(Protocol):
    """Judges the seals of one country."""

    def judge(self, document: bytes, seals: Sequence[bytes]) -> Judged:
        """The verdict on a permit document and the seals that came with it: usually one or none. Raises nothing."""
