"""Refresh of reference data in the background: the bulk file of Species+, when it is due."""

from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.errors import InvalidRequest, ReferenceDataInvalid
from gateway.domain.references.rows import DataKind
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.listings.fetch import FetchListings
from gateway.exchange.ports.listings.source import SourceFailed

_LONGEST_PAUSE = timedelta(hours=24)
_FIRST_PAUSE = timedelta(minutes=15)


@dataclass(slots=True)
class RefreshListings:
    """Use case: fetch the bulk file again after some hours; after a failure with back-off.

    every: from one whole import of taxa to the next.
    """

    fetch: FetchListings
    every: timedelta
    _failures: int = 0
    _not_before: float = 0.0

    def round(self) -> str | None:
        """Fetch it if it is due. Returns why it could not be imported, None otherwise.

        The reason is a predicate whose subject is Species+.  Raises ServiceUnavailable.
        """
        now = self.fetch.clock()
        if now.timestamp() < self._not_before or not self._is_due():
            return None
        by = ResponsiblePerson("this gateway", "refresh_hours of [species_plus] are over")
        try:
            self.fetch.everything(by, lambda _: None)
        except SourceFailed as failure:
            reason = failure.reason
        except (ReferenceDataInvalid, InvalidRequest) as problem:
            reason = f"gave data that cannot be used: {problem.text}"
        else:
            self._failures = 0
            return None
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures, 7), _LONGEST_PAUSE)
        self._failures += 1
        self._not_before = (now + pause).timestamp()
        return reason

    def _is_due(self) -> bool:
        """Whether the taxa were last replaced whole longer ago than that, by any node."""
        whole = [
            each.whole_since
            for each in self.fetch.imports.store.current()
            if each.kind is DataKind.TAXA and each.whole_since
        ]
        return not whole or self.fetch.clock() - max(whole) >= self.every
