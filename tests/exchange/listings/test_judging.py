"""Judging by reference data: the version is asked once a permit, and an import counts at once."""

from dataclasses import replace

from gateway.domain.rules.reference_data import reference_findings
from gateway.exchange.listings.look_up import LookUpReferences
from tests.builders import a_permit, a_position
from tests.reference_data import TABLES, CountedReferenceData, put
from tests.store.store_acts import ANAC


def test_the_version_is_asked_once_for_a_permit_and_an_import_is_seen_by_the_next() -> None:
    data = CountedReferenceData()
    put(data, "1", *(table.stem for table in TABLES.glob("*.csv")))
    references = LookUpReferences(data)
    tiger = replace(a_position(), scientific_name="Panthera tigris", appendix="II")
    permit = a_permit("MZ26EX000001", positions=(tiger, replace(tiger, id="B")))
    data.asked.clear()
    first = reference_findings(permit, ANAC, references)
    assert data.asked.count("version") == 1
    assert [finding.rule for finding in first] == ["C08", "C08"]
    data.asked.clear()
    assert reference_findings(permit, ANAC, references) == first
    assert data.asked == ["version"], "what was looked up is kept"
    put(data, "2", "listings", taxa=())
    assert reference_findings(permit, ANAC, references) != first
