"""Document of an own permit as XML, as stored: one schema version, as issued or final."""

from dataclasses import dataclass

from gateway.domain.errors import CertificateNotFinal, OperationNotAvailable
from gateway.domain.permit.status import Status, require_in_force
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.ports import BeginWork, DocumentForm


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """Use case: the document of a permit for a system of its own country."""

    own: OwnPermits
    begin_work: BeginWork

    def document(self, name: PermitName, version: str, *, final: bool) -> bytes:
        """Return the stored bytes. version: `v1` or `v2`.  final: with box 14.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, CertificateCancelled,
        CertificateReplaced, CertificateNotFinal, OperationNotAvailable where this version cannot
        hold the permit, PermitAltered, ServiceUnavailable.
        """
        with self.begin_work() as work:
            stored = self.own.stored(work, name)
            documents = work.permits.documents(stored)
        published = stored.published
        successor = published.successor.text if published.successor else None
        require_in_force(published.status, successor)
        if final and published.status is not Status.FINAL:
            raise CertificateNotFinal("Box 14 is not filled for every line yet.")
        found = documents.get((version, DocumentForm.FINAL if final else DocumentForm.NON_FINAL))
        if found is None:
            raise OperationNotAvailable(f"Schema version {version} cannot hold this permit.")
        return bytes(found.content)
