"""Port of national data: permits as a national system exports them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.exchange.ports.common import Attachment


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """A permit of a national system, with the data that the form has no box for.

    file, row: origin of the record; row is 1-based.
    authority_code: None means the only authority that this gateway serves.
    transit_countries: codes of the countries the consignment passes through.
    """

    file: str
    row: int
    permit: Permit
    token: TokenId | None = None
    status: Status = Status.ISSUED
    successor: CertificateNumber | None = None
    authority_code: str | None = None
    transit_countries: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class NationalSource(Protocol):
    """Reads one record format of a national system."""

    def count(self, file: Path) -> int:
        """Return the number of records in the file, for a progress bar.

        Raises RecordInvalid for an unreadable file.
        """

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Yield each record, or the error that refuses it, in the order of the file.

        Raises RecordInvalid for an unreadable file.
        """
