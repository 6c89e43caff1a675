"""Where do permits come from?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.permit import Permit
from gateway.domain.published import Status
from gateway.exchange.ports.common import Attachment


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """A permit as a national system hands it over, with what stands beside the form.

    file, row: where it came from, 1-based.  authority_code: None where the gateway's own single authority is meant.
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
        """How many records the file holds, for a progress bar. Raises RecordInvalid for an unreadable file."""

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Yield each record, or why it is refused, in the order of the file.

        Raises RecordInvalid for an unreadable file.
        """
