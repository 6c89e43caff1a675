"""Port of the trail of a permit of ours: exchanges of partners about it, and acts of our people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import IsoCountryCode


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """A record of the journal about a permit.

    id: of the record.  at: aware.  caller: key of the partner, None for an act of ours.
    message: JSON of an act of ours; empty for an exchange with a partner.
    """

    id: str
    at: datetime
    operation: str
    caller: str | None
    outcome: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Inquirer:
    """A partner that was given a permit, or confirmed quantities on it. last_at: aware."""

    partner: str
    last_at: datetime


class PermitTrail(Protocol):
    """Every method raises ServiceUnavailable."""

    def newest(
        self, country: IsoCountryCode, number: str, before: str | None, most: int
    ) -> Sequence[TrailRecord]:
        """Return the records about a permit number of a country, the newest first.

        Signed records of its rows, and questions of ours about permits of others, are left out.
        before: id of a record; None for the first.  most: of them.
        """

    def inquirers(self, country: IsoCountryCode, number: str) -> Sequence[Inquirer]:
        """Return the partners that were answered about it, the latest first."""
