"""Daily counts: a background job adds up the exchanges of the journal, so that no chart reads it.

Records are counted in the order of their ids, each once. An exchange is written when it ends and
has the id of its beginning, so the job stays behind the present by more than an exchange takes.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from gateway.exchange.console.durations import class_of
from gateway.exchange.ports import Clock, Direction
from gateway.exchange.ports.console.counts import Counted, CountKey, ExchangeCounts
from gateway.exchange.ports.console.lines import ExchangeLine, ExchangeLines

SETTLING = timedelta(minutes=3)
"""Age at which an exchange is counted: it is over and written by then."""

FIRST_DAYS = timedelta(days=31)
"""Past that the first count of a gateway covers: charts show no more."""

DAYS_KEPT = timedelta(days=400)
"""Counts are kept for this time."""

_PAGE = 1_000
_LONGEST_KEY, _LONGEST_OUTCOME = 35, 70


@dataclass(frozen=True, slots=True)
class CountExchanges:
    """Use case: count the exchanges that are over.

    partners: keys of those that are registered; others are counted together, without name.
    """

    lines: ExchangeLines
    counts: ExchangeCounts
    partners: Collection[str]
    clock: Clock

    def count(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Count all that is due; return the number of exchanges. Raises ServiceUnavailable."""
        until = self.clock() - SETTLING
        counted = 0
        while not stopping():
            position = self.counts.position()
            since = None if position else self.clock() - FIRST_DAYS
            found = self.lines.between(position or "", until, _PAGE, since)
            if not found or not self.counts.add(self._sums(found), position, found[-1].id):
                break
            counted += len(found)
        self.counts.remove(self._today() - DAYS_KEPT)
        return counted

    def _today(self) -> date:
        return self.clock().astimezone(UTC).date()

    def _sums(self, found: Collection[ExchangeLine]) -> dict[CountKey, Counted]:
        sums: dict[CountKey, Counted] = {}
        for line in found:
            if line.direction is Direction.OWN:
                continue
            key = CountKey(
                line.began_at.astimezone(UTC).date(),
                line.direction,
                line.partner[:_LONGEST_KEY] if line.partner in self.partners else "",
                line.outcome[:_LONGEST_OUTCOME],
                class_of(line.milliseconds),
            )
            before = sums.get(key)
            sums[key] = Counted(before.times + 1 if before else 1, line.id)
        return sums
