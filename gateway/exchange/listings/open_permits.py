"""Open permits: permits of ours that are issued and have not expired, and their taxa."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.exchange.ports import Clock, ListedPermit, PermitList

_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class OpenPermits:
    """Use case: go through the permits that are in force."""

    permits: PermitList
    clock: Clock

    def on(self, day: date | None = None) -> Iterator[ListedPermit]:
        """Yield the permits that are in force on a day, in the order of their publication.

        day: None for now. Reads all permits, a page of them in memory.
        Raises ServiceUnavailable.
        """
        last, now = 0, self.clock()
        while page := self.permits.details_after(last, _PAGE_SIZE):
            last = page[-1].place
            yield from (
                each
                for each in page
                if each.status is Status.ISSUED and not _is_over(each.permit, day, now)
            )

    def names(self) -> list[str]:
        """Names of box 7 on permits that are open now, the most frequent first.

        Raises ServiceUnavailable.
        """
        found = Counter(
            line.scientific_name
            for each in self.on()
            for line in each.permit.positions
            if line.scientific_name
        )
        return [name for name, _ in found.most_common()]


def _is_over(permit: Permit, day: date | None, now: datetime) -> bool:
    if day is None:
        return permit.expired_since(now) is not None
    return permit.valid_until is not None and permit.valid_until.date() < day
