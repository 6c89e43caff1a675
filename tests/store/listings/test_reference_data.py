"""Reference data in the database, and in memory: replaced whole, looked up by indexed keys."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.references.facts import NameMatch
from gateway.domain.references.rows import DataKind, taxon_subject
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.ports.listings.store import ReferenceStore
from gateway.store import Store, open_store
from gateway.store.database.prepared import PreparedStatement
from gateway.store.listings.reference_data import _NAMED
from gateway.store.tables import reference_name
from tests.databases import BOTH, migrated_database
from tests.reference_data import TABLES, MemoryReferenceData, put, rows_of
from tests.store.store_acts import clock


@pytest.fixture(params=[*BOTH, "memory"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReferenceStore]:
    if request.param == "memory":
        yield MemoryReferenceData()
        return
    with migrated_database(tmp_path, request.param) as url:
        opened = open_store(url, clock)
        yield opened.reference_data
        opened.close()


def test_every_row_comes_back_as_it_was_written(data: ReferenceStore) -> None:
    tables = [table.stem for table in TABLES.glob("*.csv")]
    put(data, "1", *tables)
    facts = LookUpReferences(data).taxon("Panthera pardus")
    assert facts is not None
    assert facts.taxon == rows_of("taxa")[1]
    assert set(facts.quotas()) == {row for row in rows_of("quotas") if row.taxon_id == 900002}
    elephant = LookUpReferences(data).taxon("Loxodonta africana")
    assert elephant is not None
    for kind, table in (("listings", "listings"), ("eu_decisions", "eu_decisions")):
        written = [row for row in rows_of(table) if row.taxon_id == 900004]
        assert list(getattr(elephant, kind)()) == written
    assert LookUpReferences(data).suspensions("SO") == [rows_of("suspensions")[0]]
    assert LookUpReferences(data).operation("a-mz-501") == list(rows_of("operations"))


def test_a_name_leads_to_its_taxon_with_what_it_inherits(data: ReferenceStore) -> None:
    put(data, "1", "taxa", "synonyms", "listings", "taxon_terms")
    references = LookUpReferences(data)
    by_synonym = references.taxon("FELIS  tigris Linnaeus, 1758")
    assert by_synonym is not None
    assert (by_synonym.taxon.name, by_synonym.match) == ("Panthera tigris", NameMatch.SYNONYM)
    assert by_synonym.lineage == (900001, 900101)
    assert {listing.taxon_id for listing in by_synonym.listings()} == {900001, 900101}
    assert "SKI" in by_synonym.terms()
    assert references.taxon("Panthera leo") is None


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [3, 16, 17, 1200])
def test_many_names_are_found_with_few_statements(
    data: ReferenceStore, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(data, "1", "taxa", "synonyms")
    ran: list[int] = []
    rows = PreparedStatement.rows

    def counted(*words: Any, **named: Any) -> Any:
        ran.append(1)
        return rows(*words, **named)

    monkeypatch.setattr(PreparedStatement, "rows", counted)
    names = ["panthera tigris", "felis tigris", *(f"nullius {each}" for each in range(count - 2))]
    found = sorted((each.key, each.is_synonym, each.taxon.id) for each in data.named(names))
    assert found == [("felis tigris", True, 900001), ("panthera tigris", False, 900001)]
    assert len(ran) <= 3


@pytest.mark.both_databases
def test_an_import_replaces_its_kinds_alone_and_is_seen_at_once(data: ReferenceStore) -> None:
    put(data, "1", "taxa", "synonyms", "listings")
    references = LookUpReferences(data)
    assert references.taxon("Panthera tigris") is not None
    assert references.has(DataKind.LISTINGS) and not references.has(DataKind.QUOTAS)
    put(data, "2", taxa=rows_of("taxa")[:2])
    assert references.taxon("Puma concolor") is None
    tiger = references.taxon("Felis tigris")
    assert tiger is not None and tiger.listings()
    put(data, "3", listings=rows_of("listings")[-1:])
    again = references.taxon("Felis tigris")
    assert again is not None and not again.listings()
    found = {each.kind: each.id for each in data.current()}
    assert found == {DataKind.TAXA: "2", DataKind.SYNONYMS: "1", DataKind.LISTINGS: "3"}
    assert data.version() == "3"


def test_a_synonym_of_two_taxa_is_no_name(data: ReferenceStore) -> None:
    synonyms = rows_of("synonyms")
    both = (*synonyms, replace(synonyms[0], accepted_id=900002, accepted_name="Panthera pardus"))
    put(data, "1", "taxa", synonyms=both)
    assert LookUpReferences(data).taxon("Felis tigris") is None


def test_an_import_that_fails_changes_nothing(store: Store) -> None:
    put(store.reference_data, "1", "taxa")
    with pytest.raises(ServiceUnavailable):
        put(store.reference_data, "1", "synonyms", taxa=rows_of("taxa")[:1])
    assert store.reference_data.named({"puma concolor"})
    assert not store.reference_data.named({"felis tigris"})
    assert [each.rows for each in store.reference_data.current()] == [len(rows_of("taxa"))]


def test_a_record_of_the_journal_stands_with_the_import(store: Store) -> None:
    put(store.reference_data, "1", "taxa")
    (record,) = store.journal.latest(1)
    assert (record.id, record.operation) == ("1", "ListingsImported")


@pytest.mark.both_databases
def test_imports_are_never_changed(url: str) -> None:
    opened = open_store(url, clock)
    put(opened.reference_data, "1", "taxa")
    opened.close()
    engine = create_engine(url)
    for change in ("UPDATE reference_import SET person = 'x'", "DELETE FROM reference_import"):
        with pytest.raises(Exception, match=r"append-only|refused"), engine.begin() as connection:
            connection.execute(text(change))
    engine.dispose()


def test_look_ups_are_index_hits(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    by_name = _NAMED.where(reference_name.c.key.in_(["panthera tigris"]))
    asked = (
        "SELECT outcome FROM exchange WHERE exchange.direction = 'out' AND permit_number = 'N'"
        " AND callee = 'ZA' ORDER BY id DESC"
    )
    by_subject = f"SELECT body FROM reference_fact WHERE subject IN ('{taxon_subject(1)}', 'x')"
    compiled = by_name.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        for query in (str(compiled), by_subject, asked):
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
            steps = [row[3] for row in plan]
            assert not [step for step in steps if step.startswith("SCAN")], steps
            assert any("INDEX" in step for step in steps), steps
    engine.dispose()
