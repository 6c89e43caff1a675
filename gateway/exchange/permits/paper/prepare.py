"""Permit to print: a permit of ours with its sealed document, as the form and its files need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFound
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status, require_in_force
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import SEAL_NAME, BeginWork, DocumentForm


@dataclass(frozen=True, slots=True)
class PermitToPrint:
    """A permit with its files. permit: with box 14, where it is final.

    files: name and content of the newest schema version's document, and its seal where it has one.
    """

    permit: Permit
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class PreparePrint:
    """Use case: give what is printed. versions: newest last.  rules: of each authority."""

    own: OwnPermits
    begin_work: BeginWork
    versions: Sequence[str]
    rules: Mapping[Authority, EndorsementRule]

    def prepare(self, name: PermitName) -> PermitToPrint:
        """Return a permit that is in force.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, CertificateCancelled,
        CertificateReplaced, PermitAltered, ServiceUnavailable.
        """
        with self.begin_work() as work:
            stored = self.own.stored(work, name)
            documents = work.permits.documents(stored)
        published = stored.published
        successor = published.successor
        require_in_force(published.status, successor.text if successor else None)
        is_final = published.status is Status.FINAL
        form = DocumentForm.FINAL if is_final else DocumentForm.NON_FINAL
        version = next(
            (each for each in reversed(self.versions) if (each, form) in documents), None
        )
        if version is None:
            raise CertificateNotFound
        document = documents[version, form]
        files = [(f"permit-{version}.xml", bytes(document.content))]
        if document.seal is not None:
            files.append((SEAL_NAME, bytes(document.seal)))
        rule = self.rules[published.authority]
        permit = published.final_permit(rule) if is_final else published.permit
        return PermitToPrint(permit, tuple(files))
