"""Names in trade: thousands are resolved with a few look-ups, as one by one."""

from gateway.exchange.listings.look_up import LookUpReferences
from tests.reference_data import CountedReferenceData, put

KNOWN = ["panthera tigris", "FELIS  tigris Linnaeus, 1758", "loxodonta africana", "panthera spp."]
UNKNOWN = [f"animalia nullius{'x' * (number % 7)} {number}" for number in range(2000)]


def test_thousands_of_names_are_looked_up_at_once_and_kept_until_the_next_import() -> None:
    data = CountedReferenceData()
    put(data, "1", "taxa", "synonyms", "listings")
    references = LookUpReferences(data)
    one_by_one = {name: facts.lineage for name in KNOWN if (facts := references.taxon(name))}
    data.asked.clear()
    assert references.lineages([*UNKNOWN, *KNOWN, *KNOWN]) == one_by_one
    assert len(one_by_one) >= 3
    assert data.asked == ["version", "named", "named"]
    assert references.lineages([*UNKNOWN, *KNOWN]) == one_by_one
    assert data.asked[3:] == ["version"], "kept"
    put(data, "2", taxa=())
    assert references.lineages(KNOWN) == {}
