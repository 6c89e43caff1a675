"""What must not be removed from the journal, however old: a court or an investigation wants it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.answerable import Answerable
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.exchange.hold_deeds import record_of_hold, record_of_release
from gateway.exchange.ports import Clock, Hold, Holds, NewId, Release


@dataclass(frozen=True, slots=True)
class HoldRecords:
    """Legal hold. Nothing of it is forgotten: a release stands beside the hold, and both in the journal itself."""

    holds: Holds
    clock: Clock
    new_id: NewId

    def hold(self, permits: Sequence[str], records: Sequence[str], by: Answerable) -> tuple[Sequence[Hold], int]:
        """Hold whatever names one of those permits, of whichever country, now or later, and single records.

        Gives the holds, and how many records they keep now. Raises InvalidRequest where a record is not there or nobody
        answers for it, ServiceUnavailable.
        """
        by = by.named()
        numbers = [CertificateNumber.parse(number).text for number in permits]
        identities = [identity.strip().lower() for identity in records]
        if not numbers and not identities:
            raise InvalidRequest("Name a permit or an exchange that is to be held.")
        for identity in identities:
            if not self.holds.records(identity):
                raise InvalidRequest(f"No exchange {identity} is in the journal.")
        now = self.clock()
        made = [Hold(self.new_id(), name, now, by.person, by.reason) for name in (*numbers, *identities)]
        return made, self.holds.add(made, [record_of_hold(hold) for hold in made])

    def release(self, hold_id: str, by: Answerable) -> None:
        """Let go of what one hold names. Raises InvalidRequest where it does not hold; ServiceUnavailable."""
        by = by.named()
        release = Release(self.clock(), by.person, by.reason)
        hold = next((hold for hold in self.holds.all() if hold.id == hold_id.strip().lower()), None)
        if not hold or not self.holds.release(hold.id, release, record_of_release(self.new_id(), hold, release)):
            raise InvalidRequest("There is no such hold, or it is released already: `journal holds` lists them.")
