"""Status of a published permit, and whether the permit is in force.

Expired is not a status, as it follows from the date.
Source: Res. Conf. 12.3; 50 CFR 23.26, 23.52; Reg. (EC) 865/2006, Article 12.
"""

from enum import StrEnum

from gateway.domain.errors import CertificateCancelled, CertificateReplaced
from gateway.domain.people.sentence import Sentence


class Status(StrEnum):
    """Status of a published permit."""

    ISSUED = "issued"
    FINAL = "final"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    LOST = "lost"
    """The holder has lost the document, or it was stolen."""
    RETURNED = "returned"
    """The holder has given the document back unused."""

    @property
    def in_force(self) -> bool:
        """Whether the document may still be used, as far as its status says."""
        return self in (Status.ISSUED, Status.FINAL)

    def may_become(self, later: "Status") -> bool:
        """Whether a permit may change to a later status. An end is not taken back.

        A lost document may still be cancelled, or replaced by a new one.
        Source: 50 CFR 23.52; Reg. (EC) 865/2006, Article 12.
        """
        ends = (Status.CANCELLED, Status.REPLACED)
        return self is later or self.in_force or (self is Status.LOST and later in ends)


_REFUSALS = {
    Status.CANCELLED: Sentence("The issuing authority has cancelled this document."),
    Status.LOST: Sentence("The issuing authority has declared this document lost or stolen."),
    Status.RETURNED: Sentence("This document was returned to the issuing authority unused."),
}


def require_in_force(status: Status, successor: str | None) -> None:
    """Raise CertificateCancelled or CertificateReplaced unless the permit is in force.

    A document does not show this status, so it must not be given out. The wire has no code for a
    lost or returned document: it is refused for good as a cancelled one is, with its own sentence.
    """
    if status is Status.REPLACED:
        raise CertificateReplaced(
            Sentence("This document has been replaced by {successor}.", {"successor": successor})
        )
    if not status.in_force:
        raise CertificateCancelled(_REFUSALS[status])
