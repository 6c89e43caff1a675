"""Verification of reference data against the records of their imports."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from adapters.listings.files import ListingFiles
from gateway.domain.references.rows import DataKind
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.listings.import_files import ImportListings
from gateway.exchange.listings.verify_data import VerifyListings
from gateway.exchange.ports import Exchange, JournalFilter
from tests.builders import ISSUED
from tests.reference_data import TABLES, MemoryReferenceData


@dataclass
class Records:
    """A journal of one record."""

    record: Exchange

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        return [self.record][:count]

    def find(self, identity: str) -> Exchange | None:
        return self.record if identity == self.record.id else None


@pytest.fixture
def data() -> MemoryReferenceData:
    data = MemoryReferenceData()
    imports = ImportListings(ListingFiles(), data, lambda: ISSUED, lambda: "01")
    checked = imports.check([TABLES / "taxa.csv", TABLES / "quotas.csv"], lambda _: None)
    imports.store_checked(checked, ResponsiblePerson("Ana Langa", "tests"))
    return data


def problems(data: MemoryReferenceData, record: Exchange | None = None) -> dict[DataKind, str]:
    verify = VerifyListings(data, Records(record or data.journal[0]))
    return {each.imported.kind: each.problem for each in verify.verify() if each.problem}


def test_what_is_there_is_what_was_imported(data: MemoryReferenceData) -> None:
    assert problems(data) == {}


def test_a_row_more_fewer_or_other_is_found(data: MemoryReferenceData) -> None:
    taxa, quotas = data.stored[DataKind.TAXA], data.stored[DataKind.QUOTAS]
    for rows in (taxa[1:], (*taxa, replace(taxa[0], id=7)), (replace(taxa[0], name="A b"),)):
        data.stored[DataKind.TAXA] = rows
        assert set(problems(data)) == {DataKind.TAXA}
    data.stored = {DataKind.TAXA: tuple(reversed(taxa)), DataKind.QUOTAS: quotas}
    assert problems(data) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "02"},
        {"operation": "JournalHeld"},
        {"request": b"no JSON"},
        {"request": b"[]"},
        {"request": json.dumps({"digests": {"taxa": 7, "quotas": None}}).encode()},
    ],
)
def test_only_a_record_of_an_import_tells_of_it(
    data: MemoryReferenceData, change: dict[str, object]
) -> None:
    found = problems(data, replace(data.journal[0], **change))
    assert set(found) == {DataKind.TAXA, DataKind.QUOTAS}
    assert all("No record" in problem for problem in found.values())
