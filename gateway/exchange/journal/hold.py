"""Legal hold: journal records that a court or an investigation needs are kept, however old.

A hold names a permit or single records. Its release is a second entry beside it; nothing is
deleted, and both have an audit record in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber, whole_identity
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.white_space import trimmed
from gateway.exchange.journal.records.hold import record_of_hold, record_of_release
from gateway.exchange.ports import Clock, LegalHold, LegalHolds, NewId, Release


@dataclass(frozen=True, slots=True)
class ManageLegalHolds:
    """Use case: place and release legal holds."""

    holds: LegalHolds
    clock: Clock
    new_id: NewId

    def hold(
        self, permits: Sequence[str], records: Sequence[str], by: ResponsiblePerson
    ) -> tuple[Sequence[LegalHold], int]:
        """Place a legal hold on each permit and each record.

        permits: numbers; a hold covers every record that names the number, of any country, now or
        later.  records: ids.
        Returns the holds, and the number of records that they cover now.
        Raises InvalidRequest where a record does not exist or person or reason is missing;
        ServiceUnavailable.
        """
        by = by.validated()
        numbers = [CertificateNumber.of_partner(number).text for number in permits]
        identities = [trimmed(identity).lower() for identity in records]
        if not numbers and not identities:
            raise InvalidRequest("Name a permit or an exchange that is to be held.")
        for identity in identities:
            if not self.holds.records(identity):
                raise InvalidRequest(f"No exchange {identity} is in the journal.")
        now = self.clock()
        placed = [
            LegalHold(self.new_id(), name, now, by.person, by.reason)
            for name in (*numbers, *identities)
        ]
        return placed, self.holds.add(placed, [record_of_hold(hold) for hold in placed])

    def release(self, hold_id: str, by: ResponsiblePerson) -> None:
        """Release a legal hold.

        Raises InvalidRequest where it is not in force, ServiceUnavailable.
        """
        by = by.validated()
        release = Release(self.clock(), by.person, by.reason)
        holds = {hold.id: hold for hold in self.holds.all()}
        hold = holds.get(whole_identity(hold_id, holds))
        if not hold or not self.holds.release(
            hold.id, release, record_of_release(self.new_id(), hold, release)
        ):
            raise InvalidRequest(
                "There is no such hold, or it is released already: `journal holds` lists them."
            )

    def all(self) -> Sequence[LegalHold]:
        """Every hold, also released ones, newest first. Raises ServiceUnavailable."""
        return self.holds.all()
