"""Documents as issued: whether they, and our seals on them, say what the database says.

This vouches for permits that were published before their changes were recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.permit import Permit
from gateway.exchange.ports import PermitFormat, SealVerifier

AsIssued = Mapping[str, tuple[bytes, bytes | None]]
"""Document and seal by schema version."""


@dataclass(frozen=True, slots=True)
class DocumentsAsIssued:
    """Verifies documents as issued.

    verifier: trusts our sealing certificates alone.
    formats: gives every schema version by name; called only where there is no record.
    """

    verifier: SealVerifier
    formats: Callable[[], Mapping[str, PermitFormat]]

    def unsealed(self, documents: AsIssued) -> bool:
        """Whether one of them has no seal, or there is none at all."""
        return not documents or any(seal is None for _, seal in documents.values())

    def problem(self, permit: Permit, documents: AsIssued) -> str | None:
        """Return why the documents contradict the permit, as a sentence; None where they do not.

        A document without seal is compared like the others.
        """
        formats = self.formats()
        for version, (document, seal) in documents.items():
            where = f"table document, row {version} non-final"
            if seal is not None:
                verdict = self.verifier.judge(document, [seal]).verdict
                if not verdict.is_trusted:
                    return f"{where}: {verdict.reason}"
            if version in formats and not _says(formats[version], document, permit):
                return f"{where}: the document says something else than table permit"
        return None


def _says(permit_format: PermitFormat, document: bytes, permit: Permit) -> bool:
    """Whether a document says what this gateway would write of a permit today."""
    try:
        written = permit_format.write(permit.as_issued())
        return written == document or permit_format.read(written) == permit_format.read(document)
    except DocumentInvalid:
        return False
