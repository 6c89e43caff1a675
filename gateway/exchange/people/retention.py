"""Retention of rows with data of persons: removed in bounded batches when their days are over.

A background job runs it, on one node at a time. The journal has its own rule
(gateway/exchange/journal/prune.py), and permits stay as long as the law of their authority says.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.exchange.people.erase import ErasePerson
from gateway.exchange.ports import Clock
from gateway.exchange.ports.people.personal_data import PersonalRows, RowKind

BATCH = 500
"""Rows of one transaction."""
_RULE = "retention"
"""Who erases by rule, and why."""


@dataclass(frozen=True, slots=True)
class RemoveOld:
    """Use case: remove rows that are old, and erase persons whose account is closed for long.

    kept: time of each kind.  closed: time of a closed account.
    """

    rows: PersonalRows
    erase: ErasePerson
    kept: Mapping[RowKind, timedelta]
    closed: timedelta
    clock: Clock

    def round(self, stopping: Callable[[], bool] = lambda: False) -> Mapping[str, int]:
        """Remove what is old, batch by batch; return how many rows, by kind.

        Raises ServiceUnavailable.
        """
        now, removed = self.clock(), Counter[str]()
        for kind, kept in self.kept.items():
            while not stopping():
                count = self.rows.remove(kind, now - kept, BATCH)
                removed[kind.value] += count
                if count < BATCH:
                    break
        for person in self.rows.closed_before(now - self.closed, BATCH):
            if stopping():
                break
            removed["person"] += self.erase.by_rule(person, _RULE)
        return removed
