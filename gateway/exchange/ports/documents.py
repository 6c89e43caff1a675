"""Port of permit documents: reading and writing one schema version, sealing, verifying seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.verdict import Verdict


class PermitFormat(Protocol):
    """A schema version of the permit document."""

    @property
    def version(self) -> str:
        """`v1` or `v2`."""

    def write(self, permit: Permit) -> bytes:
        """Return the document in UTF-8, without XML declaration, root element unqualified.

        The document is valid against the XSD. A value without an element is written as near as
        this version allows; `losses` names it.
        Raises DocumentInvalid naming box and reason where the document would be untrue.
        """

    def losses(self, permit: Permit) -> tuple[LossNote, ...]:
        """Return a loss note for each value that this version has no element for.

        Raises DocumentInvalid as `write`.
        """

    def read(self, document: bytes) -> Permit:
        """Read a document of our own: every leaf must be as this gateway writes or once wrote it.

        Raises DocumentInvalid.
        """

    def read_foreign(self, document: bytes) -> Permit:
        """Read a document of a partner, leniently leaf by leaf (wire contract, section 4.2).

        A leaf that is not readable is kept in `Permit.unreadable`; its box has no value.
        Raises DocumentInvalid for a document that is not well-formed or not of the schema's form,
        and for one without a readable number or kind.
        """


SEAL_NAME = "CITES-permit-seal.xml"
"""Name of the attachment that carries the seal."""


class Sealer(Protocol):
    """Seals permits that this gateway issues."""

    def seal(self, document: bytes) -> bytes:
        """Return the seal of a permit document: a detached XML signature, a file beside the permit.

        Raises KeyUnusable where the sealing certificate is not in date.
        """


class OwnSeals(Protocol):
    """Recognises and verifies the seals that this gateway has made."""

    def signer(self, seal: bytes) -> str | None:
        """Return the SHA-256 of the certificate that a seal names, hex; None where it is no seal.

        Nothing is verified.
        """

    def sealed_at(self, document: bytes, seal: bytes) -> datetime:
        """Verify that a certificate of ours sealed a document; return when, as the seal says.

        A certificate that has ended or was revoked since is one of ours all the same.
        Raises SignatureInvalid, SignerNotTrusted.
        """


@dataclass(frozen=True, slots=True)
class SealJudgement:
    """Verdict on a seal. document: the verified bytes; None where the verdict is not trusted."""

    verdict: Verdict
    document: bytes | None


class SealVerifier(Protocol):
    """Verifies the seals of one country."""

    def judge(self, document: bytes, seals: Sequence[bytes]) -> SealJudgement:
        """Verify a permit document with the seals that came with it, usually one or none.

        Raises nothing.
        """
