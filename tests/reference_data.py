"""Reference data in memory, with the promises of the store, and the tables of the tests in it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from adapters.listings.files import ListingFiles
from gateway.domain.references.rows import KINDS, DataKind, Fact, Row, subject_of
from gateway.domain.references.taxa import Synonym, Taxon, name_key
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.ports import ConcurrentChange, Exchange
from gateway.exchange.ports.listings.store import ImportedData, NamedTaxon, ReferenceStore
from gateway.store.listings.row_json import to_json
from tests.builders import ISSUED

TABLES = Path(__file__).parent / "documents" / "listings"

LEGISLATION = {
    "cites_listings": [
        {"taxon_concept_id": 1, "is_current": True, "appendix": "I", "change_type": "+",
         "effective_at": "2000-07-19", "annotation": None},
        {"taxon_concept_id": 1, "is_current": False, "appendix": "II", "change_type": "+",
         "effective_at": "1977-02-04"},
        {"taxon_concept_id": 1, "is_current": False, "appendix": "II", "change_type": "-",
         "effective_at": "1990-01-18"},
        {"taxon_concept_id": 1, "is_current": False, "appendix": "III", "change_type": "+",
         "effective_at": "1976-02-26", "party": {"iso_code2": "GH"}},
        {"taxon_concept_id": 1, "is_current": True, "appendix": "I", "change_type": "R+",
         "effective_at": "2000-07-19", "party": {"iso_code2": "ZW"}},
    ],
    "cites_quotas": [
        {"taxon_concept_id": 1, "quota": 12.5, "publication_date": "2022-01-27", "notes": "Skins",
         "unit": {"code": "KGM"}, "geo_entity": {"iso_code2": "MZ"}},
    ],
    "cites_suspensions": [
        {"taxon_concept_id": None, "notes": "All<br/> <i>trade</i>\r\n", "start_date": "2018-01-30",
         "is_current": True, "applies_to_import": False, "geo_entity": {"iso_code2": "DJ"},
         "start_notification": {"name": "Notif. 2018/015"}},
        {"taxon_concept_id": 1, "notes": "", "start_date": "2001-01-01", "is_current": False,
         "applies_to_import": True, "geo_entity": {"iso_code2": "US"}},
    ],
}  # fmt: skip
"""An answer of Species+ on the legislation of a taxon."""


@dataclass
class MemoryReferenceData:
    """A ReferenceStore without a database."""

    stored: dict[DataKind, tuple[Row, ...]] = field(default_factory=dict)
    imports: list[ImportedData] = field(default_factory=list)
    journal: list[Exchange] = field(default_factory=list)

    def version(self) -> str:
        return self.imports[-1].id if self.imports else ""

    def current(self) -> Sequence[ImportedData]:
        return list({each.kind: each for each in self.imports}.values())

    def named(self, keys: Collection[str]) -> Sequence[NamedTaxon]:
        taxa = {row.id: row for row in self._all(DataKind.TAXA) if isinstance(row, Taxon)}
        names = [(name_key(taxon.name), False, taxon.id) for taxon in taxa.values()]
        names += [
            (name_key(row.name), True, row.accepted_id)
            for row in self._all(DataKind.SYNONYMS)
            if isinstance(row, Synonym)
        ]
        return [
            NamedTaxon(key, is_synonym, taxa[taxon_id])
            for key, is_synonym, taxon_id in names
            if key in keys and taxon_id in taxa
        ]

    def facts(self, subjects: Collection[str]) -> Sequence[Fact]:
        return [
            row
            for rows in self.stored.values()
            for row in rows
            if not isinstance(row, Taxon | Synonym) and subject_of(row) in subjects
        ]

    def rows(self, kind: DataKind, containing: str = "") -> Sequence[Row]:
        return [row for row in self.stored.get(kind, ()) if containing in to_json(row)]

    def digest_of(self, kind: DataKind, rows: Sequence[Row]) -> str:
        return sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()

    def stored_digest(self, kind: DataKind) -> str:
        return self.digest_of(kind, self.stored.get(kind, ()))

    def replace(
        self,
        imported: Sequence[ImportedData],
        rows: Mapping[DataKind, Sequence[Row]],
        record: Exchange,
        based_on: str | None = None,
    ) -> None:
        if based_on is not None and based_on != self.version():
            raise ConcurrentChange
        self.stored.update({kind: tuple(of_kind) for kind, of_kind in rows.items()})
        self.imports += imported
        self.journal.append(record)

    def _all(self, kind: DataKind) -> Iterable[Row]:
        return self.stored.get(kind, ())


@dataclass
class CountedReferenceData(MemoryReferenceData):
    """asked: look-ups, by their method."""

    asked: list[str] = field(default_factory=list)

    def version(self) -> str:
        self.asked.append("version")
        return super().version()

    def named(self, keys: Collection[str]) -> Sequence[NamedTaxon]:
        self.asked.append("named")
        return super().named(keys)


@cache
def rows_of(table: str) -> tuple[Row, ...]:
    """The rows of a table of tests/documents/listings."""
    read = ListingFiles().read(TABLES / f"{table}.csv", lambda _: None)
    return tuple(placed.row for placed in read.rows)


def references(
    *rows: Row, without: Collection[DataKind] = (), without_tables: Collection[str] = ()
) -> LookUpReferences:
    """The look-ups of the tables of the tests.

    rows: further ones.  without: kinds left out, of both.  without_tables: tables left out.
    """
    memory = MemoryReferenceData()
    tables = [table.stem for table in TABLES.glob("*.csv") if table.stem not in without_tables]
    every = [row for table in tables for row in rows_of(table)]
    for row in (*every, *rows):
        kind = KINDS[type(row)]
        if kind not in without:
            memory.stored[kind] = (*memory.stored.get(kind, ()), row)
    memory.imports = [imported(kind, len(found)) for kind, found in memory.stored.items()]
    return LookUpReferences(memory)


def imported(kind: DataKind, rows: int) -> ImportedData:
    return ImportedData("1", kind, ISSUED, "Ana", "of the tests", rows, ())


def put(data: ReferenceStore, identity: str, *tables: str, **rows: tuple[Row, ...]) -> None:
    """Import tables of the tests. identity: of the import.  rows: of further kinds, in full."""
    by_kind: dict[DataKind, tuple[Row, ...]] = {}
    for table in tables:
        for row in rows_of(table):
            by_kind[KINDS[type(row)]] = (*by_kind.get(KINDS[type(row)], ()), row)
    by_kind |= {DataKind(kind): of_kind for kind, of_kind in rows.items()}
    imports = [replace(imported(kind, len(of)), id=identity) for kind, of in by_kind.items()]
    record = Exchange.own(identity, "ListingsImported", ISSUED, b"{}")
    data.replace(imports, by_kind, record)
