"""Limits of the rules that need reference data: what each of them leaves alone."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.references.facts import NameMatch
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import DataKind, Listing, RangeState
from gateway.domain.references.taxa import Synonym, Taxon
from gateway.domain.rules import Severity
from gateway.domain.rules.reference_data import reference_findings
from tests.domain.references.reference_pairs import (
    D_LINE,
    ELEPHANT,
    HISTORY,
    HUNT,
    LEOPARD,
    LINE,
    PRECONV,
    REFERENCES,
    TIGER,
    WALRUS,
    acquired,
    authority,
    named,
    origin,
    party,
    pcs,
    registered,
)
from tests.domain.rules.pair import ANAC, day, of
from tests.reference_data import references, rows_of


def rules(permit: Permit, of_authority: Authority = ANAC) -> set[str]:
    found = reference_findings(permit, of_authority, REFERENCES, HISTORY)
    return {finding.rule for finding in found}


def test_a_plain_permit_passes_without_a_word() -> None:
    assert rules(of()) == set()


@pytest.mark.parametrize("country", ["XX", "ZZ"])
def test_an_origin_that_is_unknown_or_the_sea_is_outside_of_no_range(country: str) -> None:
    assert "C07" not in rules(of(replace(TIGER, origin=origin(country))))


def test_a_reexport_without_an_origin_comes_from_no_known_population() -> None:
    assert not rules(of(replace(TIGER, origin=None), type="REEXPORT")) & {"C07", "C08"}
    assert not rules(of(replace(ELEPHANT, appendix="II"), type="REEXPORT")) & {"C08"}
    assert rules(of(replace(ELEPHANT, appendix="II"))) >= {"C08"}


def test_other_sources_than_the_wild_have_no_range() -> None:
    assert "C07" not in rules(of(replace(TIGER, sources=("C",), origin=origin("ZA"))))


def test_the_day_of_the_first_listing_is_no_day_before_it() -> None:
    (line,) = PRECONV.positions
    on_the_day = replace(line, operation=acquired("1975-07-01"))
    assert "C14" in rules(replace(PRECONV, positions=(on_the_day,)))
    before = replace(line, operation=acquired("1975-06-30"))
    assert "C14" not in rules(replace(PRECONV, positions=(before,)))


def test_a_quota_counts_on_its_days_and_for_its_purposes() -> None:
    blank = of(replace(LEOPARD, quota=None), purpose="H")
    assert "K05" in rules(blank)
    assert "K05" not in rules(replace(blank, issued_at=day("2007-09-12")))
    assert "K05" not in rules(replace(blank, purpose="S"))
    assert "K05" not in rules(replace(blank, positions=(replace(LEOPARD, term="LIV"),)))
    assert "K05" not in rules(blank, authority("ZW"))
    assert not {rule for rule in rules(replace(HUNT, type="REEXPORT")) if rule in {"K03", "K05"}}


def test_lines_under_one_quota_count_together_where_box_11a_is_blank() -> None:
    blank = replace(LEOPARD, quota=None)
    two = of(*(replace(blank, id=letter, quantity=pcs(60)) for letter in "AB"), purpose="H")
    assert "K03" not in rules(two)
    three = replace(two, positions=(*two.positions, replace(blank, id="C", quantity=pcs(1))))
    (found,) = (
        finding
        for finding in reference_findings(three, ANAC, REFERENCES, None)
        if finding.rule == "K03"
    )
    assert (found.position, found.value, found.expected) == ("C", "121 NAR", "120 NAR")


def test_a_stricter_appendix_than_that_of_an_annotated_listing_is_a_question() -> None:
    def severity(country: str, appendix: str) -> Severity | None:
        permit = of(replace(ELEPHANT, appendix=appendix))
        found = reference_findings(permit, authority(country), REFERENCES, None)
        return next((each.severity for each in found if each.rule == "C08"), None)

    assert severity("ZW", "II") is None
    assert severity("ZW", "I") is Severity.RISK
    assert severity("ZW", "III") is Severity.ERROR
    assert severity("MZ", "II") is Severity.ERROR
    assert severity("MZ", "I") is None


def test_a_term_may_be_traded_of_a_higher_taxon_that_is_not_stated() -> None:
    tusks = of(replace(TIGER, term="TUS"))
    assert "C09" in rules(tusks)
    for missing in ("kingdom", "phylum", "class_name", "order", "family"):
        taxa = tuple(replace(taxon, **{missing: ""}) for taxon in rows_of("taxa"))
        known = references(*taxa, without_tables=["taxa"])
        found = reference_findings(tusks, ANAC, known, None)
        assert "C09" not in {finding.rule for finding in found}
    assert Taxon(1, "A b", "SPECIES", kingdom="Plantae", order="C", family="D").has_all_higher_taxa


def test_a_reservation_leaves_the_appendix_to_the_party() -> None:
    whale = of(named("Balaenoptera physalus", appendix="II"))

    def severity(of_country: str, importer: str, issued: str = "2026-03-02") -> Severity | None:
        permit = replace(whale, importer=party(importer), issued_at=day(issued))
        found = reference_findings(permit, authority(of_country), REFERENCES, None)
        return next((each.severity for each in found if each.rule == "C08"), None)

    assert severity("MZ", "ZA") is Severity.ERROR
    assert severity("IS", "ZA") is Severity.RISK
    assert severity("MZ", "IS") is Severity.RISK
    assert severity("IS", "ZA", "2000-04-01") is Severity.ERROR


def test_a_list_without_days_holds_from_the_year_of_its_import_on() -> None:
    def severity(issued: str) -> Severity | None:
        permit = of(named("Chelodina mccordi", appendix="I"), issued_at=day(issued))
        found = reference_findings(permit, ANAC, REFERENCES, None)
        return next((each.severity for each in found if each.rule == "C08"), None)

    assert severity("2026-01-01") is Severity.ERROR
    assert severity("2027-06-01") is Severity.ERROR
    assert severity("2025-12-31") is Severity.RISK


def test_a_document_of_many_journeys_may_be_shown_again() -> None:
    used = of(number="MZ26EX000777")
    assert "S06" in rules(used)
    assert "S06" not in rules(replace(used, type="OWNERSHIP"))


def test_an_operation_is_registered_from_a_day_on() -> None:
    assert "S08" not in rules(of(D_LINE, issued_at=day("2001-05-14")))
    assert "S08" in rules(of(D_LINE, issued_at=day("2001-05-13")))


def test_nurseries_are_in_no_register() -> None:
    orchid = named(
        "Paphiopedilum delenatii",
        appendix="I",
        sources=("D",),
        term="LIV",
        operation=registered("P-MZ-1"),
    )
    assert "S08" not in rules(of(orchid))
    assert "S08" in rules(of(replace(orchid, scientific_name="Panthera tigris")))


def test_where_no_register_was_imported_every_operation_passes() -> None:
    known = references(without=[DataKind.OPERATIONS])
    line = replace(D_LINE, operation=registered("A-MZ-777"))
    found = reference_findings(of(line), ANAC, known, None)
    assert "S08" not in {finding.rule for finding in found}


def test_where_no_taxa_were_imported_no_name_is_unknown() -> None:
    found = reference_findings(of(named("Panthera leo")), ANAC, references(without=DataKind), None)
    assert found == ()


def test_without_a_day_of_issue_nothing_is_judged_by_days() -> None:
    assert not rules(of(replace(TIGER, appendix="II"), issued_at=None)) - {"F12", "C07", "C09"}


def test_imports_are_judged_from_the_other_side() -> None:
    into_haiti = of(LINE, type="IMPORT", exporter=party("MZ"))
    assert "S01" in rules(into_haiti, authority("HT"))
    from_somalia = of(LINE, type="IMPORT", exporter=party("SO"))
    assert "S01" in rules(from_somalia)
    assert "S01" not in rules(of(LINE, type="IMPORT", exporter=party("ZW")))


def test_a_walrus_reexported_needs_no_listing_party() -> None:
    assert "C15" not in rules(of(WALRUS, type="REEXPORT"))
    assert "C15" not in rules(of(replace(WALRUS, origin=origin("XX")), type="REEXPORT"))


def test_an_accepted_name_goes_before_a_synonym() -> None:
    both = references(Synonym("Puma concolor", 900001, "Panthera tigris"))
    found = both.taxon("Puma concolor")
    assert found is not None
    assert (found.taxon.name, found.match) == ("Puma concolor", NameMatch.ACCEPTED)


@pytest.mark.parametrize(
    ("listing", "country", "expected"),
    [
        ({"countries": frozenset({"MZ"})}, "MZ", True),
        ({"countries": frozenset({"MZ"})}, "ZA", False),
        ({"countries": frozenset({"MZ"})}, None, None),
        ({"except_countries": frozenset({"MZ"})}, "MZ", False),
        ({"except_countries": frozenset({"MZ"})}, "ZA", True),
        ({"except_countries": frozenset({"MZ"})}, None, None),
        ({"annotation": "Only the population of Honduras"}, "MZ", None),
        ({}, None, True),
    ],
)
def test_a_listing_covers_a_population(
    listing: dict[str, object], country: str | None, expected: bool | None
) -> None:
    assert Listing(1, "I", Period(), **listing).covers(country) is expected


@pytest.mark.parametrize(
    ("limits", "is_excluded", "are_stated"),
    [
        (Limits(), False, False),
        (Limits(frozenset(), frozenset(), frozenset()), False, True),
        (Limits(frozenset({"SKI"}), frozenset(), None), False, False),
        (Limits(frozenset({"TUS"}), None, None), True, False),
        (Limits(None, frozenset({"C"}), None), True, False),
        (Limits(frozenset({"SKI"}), frozenset({"W"}), frozenset({"H"})), True, True),
        (Limits(frozenset({"SKI"}), frozenset({"W", "R"}), frozenset({"T"})), False, True),
    ],
)
def test_codes_leave_trade_out_and_words_do_not(
    limits: Limits, is_excluded: bool, are_stated: bool
) -> None:
    assert limits.exclude("SKI", ("R",), "T") is is_excluded
    assert limits.are_stated is are_stated
    assert not Limits(frozenset({"TUS"})).exclude(None, (), None)


def test_a_calendar_year_is_one_year_from_january_to_december() -> None:
    assert Period(date(2026, 1, 1), date(2026, 12, 31)).is_calendar_year
    for period in (
        Period(date(2026, 1, 1), date(2027, 12, 31)),
        Period(date(2026, 2, 1), date(2026, 12, 31)),
        Period(date(2026, 1, 1), date(2026, 12, 30)),
        Period(date(2026, 1, 1)),
    ):
        assert not period.is_calendar_year


def test_a_taxon_that_was_brought_back_is_not_extinct() -> None:
    assert RangeState(1, "MZ", ("extinct",)).is_extinct
    assert not RangeState(1, "MZ", ("extinct", "reintroduced")).is_extinct
    assert not RangeState(1, "MZ", ("introduced",)).is_extinct
