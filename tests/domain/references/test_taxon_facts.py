"""Taxon facts: Appendix by day and population, inheritance, names of box 7."""

from datetime import date

import pytest

from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.periods import Period
from gateway.domain.references.rows import DataKind, Listing, RangeState
from gateway.domain.references.taxa import Taxon, keys_of
from tests.reference_data import references

ALL = references()


def facts(name: str) -> TaxonFacts:
    found = ALL.taxon(name)
    assert found is not None
    return found


def appendices(name: str, day: str, country: str | None) -> str:
    allowed = facts(name).appendices(date.fromisoformat(day), country)
    return "-" if allowed is None else " ".join(sorted(allowed.appendices))


@pytest.mark.parametrize(
    ("name", "day", "country", "expected"),
    [
        ("Panthera tigris", "1975-06-30", "IN", "-"),
        ("Panthera tigris", "1980-01-01", "IN", "I II"),
        ("Panthera tigris", "1987-10-22", "IN", "I"),
        ("Puma concolor", "2026-03-02", "CR", "I"),
        ("Puma concolor", "2026-03-02", "CA", "II"),
        ("Puma concolor", "2026-03-02", None, "I II"),
        ("Puma concolor", "2018-03-02", "CR", "II"),
        ("Loxodonta africana", "1976-03-01", "GH", "III"),
        ("Loxodonta africana", "1990-01-17", "MZ", "II"),
        ("Loxodonta africana", "1990-01-18", "ZW", "I"),
        ("Loxodonta africana", "1997-09-18", "ZW", "II"),
        ("Loxodonta africana", "1997-09-18", "ZA", "I"),
        ("Loxodonta africana", "2000-07-19", "ZA", "II"),
        ("Loxodonta africana", "2026-03-02", "MZ", "I"),
        ("Loxodonta africana", "2026-03-02", None, "I II"),
        ("Crocodylus niloticus", "2000-01-01", "MZ", "II"),
        ("Crocodylus niloticus", "2026-03-02", "CM", "I"),
        ("Odobenus rosmarus", "2026-03-02", "RU", "III"),
        ("Chelodina mccordi", "2026-03-02", "TL", "II"),
        ("Cervus elaphus", "2026-03-02", "DE", ""),
    ],
)
def test_the_appendix_depends_on_day_and_population(
    name: str, day: str, country: str | None, expected: str
) -> None:
    assert appendices(name, day, country) == expected


def test_a_former_listing_that_ended_on_an_unknown_day_may_still_have_held() -> None:
    taxon = Taxon(1, "Genus species", "SPECIES")
    listings = (
        Listing(1, "I", Period(date(1979, 1, 1)), superseded=True),
        Listing(1, "II", Period(date(2000, 1, 1))),
    )
    found = TaxonFacts(taxon, NameMatch.ACCEPTED, (1,), listings)
    between = found.appendices(date(1990, 1, 1), "MZ")
    later = found.appendices(date(2010, 1, 1), "MZ")
    assert between is not None and between.appendices == {"I"}
    assert later is not None and later.appendices >= {"II"}


def test_listing_parties_are_known_where_each_listing_names_its_own() -> None:
    assert facts("Odobenus rosmarus").listing_parties(date(2026, 3, 2)) == {"CA"}
    assert facts("Odobenus rosmarus").listing_parties(date(1975, 1, 1)) == frozenset()
    taxon = Taxon(1, "Genus species", "SPECIES")
    unnamed = Listing(1, "III", Period(date(1979, 1, 1)))
    named = Listing(1, "III", Period(date(1979, 1, 1)), party="CA")
    found = TaxonFacts(taxon, NameMatch.ACCEPTED, (1,), (unnamed, named))
    assert found.listing_parties(date(2026, 3, 2)) == frozenset()


def test_the_first_listing_is_the_oldest_one_inherited_ones_included() -> None:
    assert facts("Puma concolor").first_listed() == date(1977, 2, 4)
    assert facts("Panthera tigris").first_listed() == date(1975, 7, 1)
    assert facts("Chelodina mccordi").first_listed() is None


def test_a_range_is_of_a_species_and_of_its_lower_taxa() -> None:
    lower = Taxon(2, "Panthera tigris altaica", "SUBSPECIES", kingdom="Animalia")
    found = references(lower).taxon("Panthera tigris altaica")
    assert found is not None and found.match is NameMatch.ACCEPTED
    assert {state.country for state in found.range()} >= {"IN", "RU"}
    family = TaxonFacts(
        Taxon(3, "Felidae", "FAMILY"), NameMatch.ACCEPTED, (3,), (RangeState(3, "IN"),)
    )
    assert family.range() == ()


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("Panthera tigris", NameMatch.ACCEPTED),
        ("  panthera   TIGRIS ", NameMatch.ACCEPTED),
        ("PANTHERA TIGRIS", NameMatch.ACCEPTED),
        ("Panthera tigris (Linnaeus, 1758)", NameMatch.ACCEPTED),
        ("Panthera tigris Linnaeus", NameMatch.ACCEPTED),
        ("Felis tigris Linnaeus, 1758", NameMatch.SYNONYM),
        ("Panthera tigris sumatrae", NameMatch.SPECIES),
        ("Panthera tigris sumatrae Pocock, 1929", NameMatch.SPECIES),
        ("Panthera tigris ssp. sumatrae", NameMatch.SPECIES),
        ("PANTHERA TIGRIS LINNAEUS", NameMatch.SPECIES),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, match: NameMatch) -> None:
    found = facts(name)
    assert (found.taxon.name, found.match) == ("Panthera tigris", match)


@pytest.mark.parametrize("name", ["Felidae", "Felidae spp.", "FELIDAE spp", "Felidae sp."])
def test_a_higher_taxon_is_found_with_and_without_spp(name: str) -> None:
    assert facts(name).taxon.rank == "FAMILY"


@pytest.mark.parametrize("name", ["Panthera", "Panthera leo", "x", "tigris", "Panthera × tigris"])
def test_another_name_is_not_known(name: str) -> None:
    assert ALL.taxon(name) is None


def test_keys_of_a_name_are_few_however_long_it_is() -> None:
    assert len(set(keys_of("panthera " + "tigris " * 10_000))) <= 3
    assert keys_of("") == ("", "", "")


def test_a_name_of_two_kingdoms_inherits_from_its_own() -> None:
    plant = Taxon(5, "Felidae", "FAMILY", kingdom="Plantae")
    found = references(plant, without=[DataKind.SYNONYMS]).taxon("Puma concolor")
    assert found is not None and found.lineage == (900003, 900101)
