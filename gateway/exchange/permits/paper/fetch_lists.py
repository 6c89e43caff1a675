"""Fetching of key lists: partners give theirs at an address, and each is taken as if imported.

The signature in a list says whose it is; the address and its TLS say nothing. A list that was
refused, or did not come, leaves the one that is held, which goes out of date by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.errors import InvalidRequest, KeyUnusable, TrustRefused
from gateway.exchange.permits.paper.key_list_file import SignedList
from gateway.exchange.permits.paper.key_lists import PartnerKeyLists
from gateway.exchange.ports import Clock
from gateway.exchange.ports.paper.codes import KeyListSource, ListNotFetched

FETCH_AGE = timedelta(hours=6)
"""Age of a held list from which it is fetched again: withdrawn permits are known that late."""


@dataclass(frozen=True, slots=True)
class FetchedList:
    """Outcome for a partner. signed: None where the list that is held stays.

    problem: why; a sentence, empty for a list that was taken.
    """

    partner: str
    signed: SignedList | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FetchKeyLists:
    """Use case: fetch the key lists of partners. sources: by key of the partner."""

    sources: Mapping[str, KeyListSource]
    lists: PartnerKeyLists
    clock: Clock

    def one(self, partner: str) -> FetchedList:
        """Fetch the list of a partner with an address. Raises ServiceUnavailable."""
        try:
            content = self.sources[partner].fetch()
            return FetchedList(partner, self.lists.take(content, partner)[1])
        except ListNotFetched as failed:
            return FetchedList(partner, None, f"The address of its key list {failed.reason}.")
        except (TrustRefused, InvalidRequest, KeyUnusable) as refused:
            return FetchedList(partner, None, refused.text)

    def due(self, stopping: Callable[[], bool]) -> Iterator[FetchedList]:
        """Fetch each list that is none, or of FETCH_AGE. Raises ServiceUnavailable."""
        held = self.lists.held.received()
        due_before = self.clock() - FETCH_AGE
        for partner in self.sources:
            if stopping():
                return
            received_at = held.get(partner)
            if received_at is None or received_at <= due_before:
                yield self.one(partner)
