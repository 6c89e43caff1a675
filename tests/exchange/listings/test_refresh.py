"""Refresh in the background: when it is due, with back-off after a failure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.listings.files import ListingFiles
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.references.rows import DataKind
from gateway.exchange.listings.fetch import FetchListings
from gateway.exchange.listings.import_files import ImportListings
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.listings.refresh import RefreshListings
from gateway.exchange.ports.listings.source import SourceAnswer, SourceFailed
from tests.builders import ISSUED
from tests.reference_data import TABLES, MemoryReferenceData


class Source:
    """The port `ReferenceSource`: a table as bulk file, or a failure. asked: number of times."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.content = (TABLES / "taxa.csv").read_bytes()

    def everything(self) -> SourceAnswer:
        self.asked += 1
        if self.failure:
            raise self.failure
        return SourceAnswer("taxa.csv", self.content)

    def taxa(self, name: str) -> Sequence[SourceAnswer]:
        raise SourceFailed("is not asked here")

    of_taxon: Callable[[int], Sequence[SourceAnswer]] = taxa  # type: ignore[assignment]


class Office:
    """A refresh with a clock that is moved."""

    def __init__(self) -> None:
        self.now: datetime = ISSUED
        self.source, self.data, ids = Source(), MemoryReferenceData(), iter(range(9))
        imports = ImportListings(
            ListingFiles(), self.data, lambda: self.now, lambda: str(next(ids))
        )
        fetch = FetchListings(self.source, imports, LookUpReferences(self.data), lambda: self.now)
        self.refresh = RefreshListings(fetch, timedelta(hours=24))

    def after(self, **time: float) -> str | None:
        self.now += timedelta(**time)
        return self.refresh.round()


def test_it_fetches_when_it_is_due_and_says_who_did_it() -> None:
    office = Office()
    assert office.after() is None
    assert (office.source.asked, office.data.imports[0].person) == (1, "this gateway")
    office.after(hours=23)
    assert office.source.asked == 1
    office.after(hours=1)
    assert office.source.asked == 2


def test_after_failures_it_waits_longer_and_longer_and_keeps_what_is_there() -> None:
    office = Office()
    office.after()
    before = office.data.rows(DataKind.TAXA)
    office.source.failure = SourceFailed("gave no complete answer")
    assert office.after(hours=24) == "gave no complete answer"
    for minutes, asked in ((14, 2), (1, 3), (29, 3), (1, 4)):
        office.after(minutes=minutes)
        assert office.source.asked == asked
    for _ in range(9):
        office.after(hours=24)
    assert office.source.asked == 13
    office.source.failure = None
    office.source.content = b"no table"
    reason = office.after(hours=24)
    assert reason and "data that cannot be used" in reason
    assert office.data.rows(DataKind.TAXA) == before


def test_a_store_that_refuses_is_not_tried_each_minute(tmp_path: Path) -> None:
    office = Office()
    office.source.failure = ServiceUnavailable("The database refuses it.")
    with pytest.raises(ServiceUnavailable):
        office.after()
    office.after(minutes=1)
    assert office.source.asked == 1
