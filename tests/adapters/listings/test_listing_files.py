"""Files of reference data: read whole, or refused with file, line and column."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.listings.files import ListingFiles
from gateway.domain.errors import ReferenceDataInvalid
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import (
    EuDecision,
    ExportQuota,
    Listing,
    RangeState,
    Reservation,
    TradeSuspension,
)
from gateway.domain.references.taxa import Synonym, Taxon
from gateway.exchange.ports.listings.files import ReadFile
from tests.programs import unavailable
from tests.reference_data import LEGISLATION, TABLES

SAMPLES = Path(__file__).parents[4] / "shared" / "domain" / "samples"
QUOTAS = (TABLES / "quotas.csv").read_text(encoding="utf-8")
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


def read(file: Path) -> ReadFile:
    return ListingFiles().read(file, lambda _: None)


def refusal(file: Path) -> ReferenceDataInvalid:
    with pytest.raises(ReferenceDataInvalid) as caught:
        read(file)
    return caught.value


def test_a_quota_says_what_it_is_limited_to() -> None:
    first, second = (placed.row for placed in read(TABLES / "quotas.csv").rows)
    assert isinstance(first, ExportQuota) and isinstance(second, ExportQuota)
    limits = Limits(frozenset({"SKI", "TRO"}), frozenset(), frozenset({"H", "P"}))
    assert (first.exporter, first.amount, first.unit, first.limits) == ("MZ", 120, "", limits)
    assert first.period == Period(date(2007, 9, 13), None)
    assert (second.exporter, second.limits.terms) == ("", frozenset())


def test_cells_in_words_or_empty_are_no_codes(write: Write) -> None:
    text = QUOTAS.replace(",All,SKI;TRO,All,H;P,", ",,(tusks as trophies),,,")
    (quota, _) = (placed.row for placed in read(write("quotas.csv", text)).rows)
    assert isinstance(quota, ExportQuota)
    assert (quota.unit, quota.limits) == (None, Limits())
    no_notes = text.replace("Res. Conf. 10.14", "")
    (quota, _) = (placed.row for placed in read(write("quotas.csv", no_notes)).rows)
    assert isinstance(quota, ExportQuota) and quota.notes == "tusks as trophies"


def test_days_are_iso_or_day_first_and_an_end_may_be_open() -> None:
    listings = [placed.row for placed in read(TABLES / "listings.csv").rows]
    periods = [row.period for row in listings if isinstance(row, Listing)]
    assert Period(date(1997, 9, 18), date(2000, 7, 18)) in periods
    assert Period(date(2019, 11, 26), None) in periods


def test_a_file_has_the_digest_of_its_bytes_and_lines_of_its_rows() -> None:
    file = TABLES / "taxa.csv"
    found = read(file)
    assert found.sha256 == sha256(file.read_bytes()).hexdigest()
    assert found.name == "taxa.csv"
    assert [placed.line for placed in found.rows] == list(range(2, len(found.rows) + 2))


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "expected"),
    [
        ("900002,Panthera", "x,Panthera", 2, "species_plus_id", "6047"),
        (",MZ,120,", ",QQ,120,", 2, "exporter", "code of a country"),
        (",MZ,120,", ",MZ,-2,", 2, "quota", "-1"),
        (",MZ,120,", ",MZ,1e3,", 2, "quota", "500"),
        (",All,SKI;TRO,", ",dozens,SKI;TRO,", 2, "unit", "KGM"),
        ("SKI;TRO", "SKI;QQQ", 2, "terms", "All"),
        (",All,H;P,", ",Q,H;P,", 2, "sources", "sources"),
        (",H;P,", ",H;Ü,", 2, "purposes", "purposes"),
        ("12/06/2013", "31/06/2013", 3, "valid_from", "26/11/2019"),
        ("12/06/2013", "6/12/13", 3, "valid_from", "2019-11-26"),
        ("12/06/2013", "12/06/1213", 3, "valid_from", "1800"),
        ("SPECIES,MZ", "KIND,MZ", 2, "rank", "SUBSPECIES"),
        ("Panthera pardus", "Panthera\u200b pardus", 2, "scientific_name", "seen"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(
    write: Write, before: str, after: str, line: int, column: str, expected: str
) -> None:
    problem = refusal(write("quotas.csv", QUOTAS.replace(before, after)))
    assert (problem.file, problem.row, problem.field) == ("quotas.csv", line, column)
    assert expected in problem.expected
    assert not problem.also


def test_everything_wrong_with_a_file_is_said_up_to_a_number(write: Write) -> None:
    two = QUOTAS.replace("900002", "x").replace(",0,", ",y,")
    problem = refusal(write("quotas.csv", two))
    assert [(each.row, each.field) for each in problem.problems] == [
        (2, "species_plus_id"),
        (3, "quota"),
    ]
    many = write("quotas.csv", QUOTAS + "x\n" * 5000)
    assert len(refusal(many).problems) == 20


def test_a_file_with_many_problems_is_not_read_to_its_end(write: Write) -> None:
    advanced: list[int] = []
    many = write("quotas.csv", QUOTAS + "x\n" * 5000)
    with pytest.raises(ReferenceDataInvalid):
        ListingFiles().read(many, advanced.append)
    assert not advanced
    entries = write("law.json", json.dumps({"cites_quotas": [{}] * 5000, "cites_listings": []}))
    assert len(refusal(entries).problems) == 20


@pytest.mark.parametrize(
    ("name", "content", "row", "field", "said"),
    [
        ("quotas.csv", QUOTAS.replace("exporter", "land"), 1, "land", "no column"),
        ("quotas.csv", QUOTAS.replace(",quota,", ",quotum,"), 1, "quotum", "no column"),
        ("taxa.csv", "species_plus_id,scientific_name,rank\n", 1, "kingdom", "missing"),
        ("two.csv", "non_party,valid_from,valid_to,valid_to\n", 1, "valid_to", "twice"),
        ("cells.csv", "non_party,valid_from,valid_to\nHT,1975-07-01\n", 2, None, "2 cells"),
        ("open.csv", 'non_party,valid_from,valid_to\n"HT,1975-07-01,\n', 2, None, "no CSV"),
        ("empty.csv", "", 1, None, "missing"),
        ("latin.csv", "non_party,valid_from,valid_to\n\xe9".encode("latin-1"), 2, None, "UTF-8"),
        ("table.xlsx", "PK", 1, None, "ending"),
        ("broken.json", "{", 1, None, "no JSON"),
        ("deep.json", "[" * 100_000, 1, None, "no JSON"),
        ("error.json", '{"error": {"message": "We are sorry"}}', 1, None, "no answer"),
        ("range.json", "[]", 1, None, "of which taxon"),
        ("laws.json", '{"cites_listings": {}}', 1, "cites_listings", "no list"),
    ],
)
def test_a_file_of_no_kind_is_refused(
    write: Write, name: str, content: str | bytes, row: int, field: str | None, said: str
) -> None:
    problem = refusal(write(name, content))
    assert (problem.file, problem.row) == (name, row)
    assert said in problem.text
    assert field is None or problem.field == field
    assert problem.expected


def test_a_file_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.csv").text


def test_legislation_of_a_taxon_is_read(write: Write) -> None:
    found = read(write("law.json", json.dumps(LEGISLATION)))
    current, deleted, former, reservation, quota, suspension = (placed.row for placed in found.rows)
    assert current == Listing(1, "I", Period(date(2000, 7, 19)))
    assert deleted == Listing(1, "II", Period(date(1977, 2, 4), date(1990, 1, 17)))
    assert former == Listing(1, "III", Period(date(1976, 2, 26)), superseded=True, party="GH")
    assert reservation == Reservation(1, "ZW", Period(date(2000, 7, 19)))
    year = Period(date(2022, 1, 1), date(2022, 12, 31))
    assert quota == ExportQuota(1, "MZ", Decimal("12.5"), "KGM", Limits(), year, "Skins")
    assert suspension == TradeSuspension(
        None, "DJ", False, Period(date(2018, 1, 30)), Limits(), "Notif. 2018/015", "All trade"
    )
    assert found.left_out == 2


def test_taxa_bring_their_synonyms_and_current_listings(write: Write) -> None:
    taxon = {
        "id": 7, "full_name": "Nasua narica", "author_year": "(Linnaeus, 1766)", "rank": "SPECIES",
        "name_status": "A", "active": True, "cites_listing": "III",
        "higher_taxa": {"kingdom": "Animalia", "phylum": None, "family": "Procyonidae"},
        "synonyms": [{"id": 8, "full_name": "Nasua nelsoni", "author_year": "Merriam, 1901"}],
        "cites_listings": [{"appendix": "III", "effective_at": "1987-04-13", "annotation": None,
                            "party": {"iso_code2": "HN"}}],
    }  # fmt: skip
    of_synonym = {
        "id": 9, "full_name": "Nasua x", "name_status": "S",
        "accepted_names": [{"id": 7, "full_name": "Nasua narica"}],
    }  # fmt: skip
    gone = {"id": 10, "full_name": "Nasua y", "name_status": "A", "active": False}
    answer = {"pagination": {}, "taxon_concepts": [taxon, of_synonym, gone]}
    found = read(write("taxa.json", json.dumps(answer)))
    assert [placed.row for placed in found.rows] == [
        Taxon(7, "Nasua narica", "SPECIES", "(Linnaeus, 1766)", "Animalia", family="Procyonidae",
              listing="III"),
        Synonym("Nasua nelsoni", 7, "Nasua narica", "Merriam, 1901"),
        Listing(7, "III", Period(date(1987, 4, 13)), party="HN"),
        Synonym("Nasua x", 7, "Nasua narica"),
    ]  # fmt: skip
    assert found.left_out == 1


def test_a_range_has_its_taxon_in_the_name_of_the_file(write: Write) -> None:
    states = [{"iso_code2": "LK", "tags": []}, {"iso_code2": "IN", "tags": ["Extinct"]}]
    found = read(write("distributions_10000_en.json", json.dumps(states)))
    assert [placed.row for placed in found.rows] == [
        RangeState(10000, "LK"),
        RangeState(10000, "IN", ("extinct",)),
    ]


@pytest.mark.parametrize(
    ("section", "change", "place"),
    [
        ("cites_listings", {"appendix": "IV"}, "cites_listings.appendix"),
        ("cites_listings", {"effective_at": "soon"}, "cites_listings.effective_at"),
        ("cites_listings", {"party": {"iso_code2": "QQ"}}, "cites_listings.party.iso_code2"),
        ("cites_listings", {"party": "GH"}, "cites_listings.party.iso_code2"),
        ("cites_quotas", {"quota": None}, "cites_quotas.quota"),
        ("cites_quotas", {"quota": [1]}, "cites_quotas.quota"),
        ("cites_quotas", {"unit": {"code": "dozen"}}, "cites_quotas.unit.code"),
        ("cites_suspensions", {"applies_to_import": "perhaps"},
         "cites_suspensions.applies_to_import"),
        ("cites_suspensions", {"geo_entity": "DJ"}, "cites_suspensions.geo_entity.iso_code2"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_named(
    write: Write, section: str, change: dict[str, object], place: str
) -> None:
    entries = list(LEGISLATION[section])
    entries[0] = {**entries[0], **change}
    problem = refusal(write("law.json", json.dumps({**LEGISLATION, section: entries})))
    assert (problem.row, problem.field) == (1, place)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effective_at": "soon"}, "effective_at"),
        ({"appendix": "IV"}, "appendix"),
        ({"taxon_concept_id": 0}, "taxon_concept_id"),
        ({"party": {"iso_code2": "QQ"}}, "party.iso_code2"),
    ],
)
def test_a_deletion_that_cannot_be_used_is_named(
    write: Write, change: dict[str, object], field: str
) -> None:
    entries = list(LEGISLATION["cites_listings"])
    entries[2] = {**entries[2], **change}
    problem = refusal(write("law.json", json.dumps({"cites_listings": entries})))
    assert (problem.row, problem.field) == (3, f"cites_listings.{field}")
    assert not problem.also


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1e9999999999999999999"])
def test_a_number_that_would_fill_the_memory_is_refused(write: Write, number: str) -> None:
    file = write("law.json", f'{{"cites_listings": [], "cites_quotas": [{{"quota": {number}}}]}}')
    assert "no JSON that can be read" in refusal(file).text


def test_a_list_of_anything_else_is_refused(write: Write) -> None:
    problem = refusal(write("law.json", json.dumps({**LEGISLATION, "cites_quotas": [7]})))
    assert problem.field and problem.field.startswith("cites_quotas")


def test_the_tables_that_unep_wcmc_publishes_are_read() -> None:
    if not SAMPLES.is_dir():
        unavailable("the samples are not beside this checkout")
    tables = {
        "quotas": 110, "reservations": 388, "suspensions": 17, "taxa_60": 62,
        "taxa_mammals_speciesplus_2022": 366, "synonyms_mammals_speciesplus_2022": 447,
    }  # fmt: skip
    for name, rows in tables.items():
        assert len(read(SAMPLES / f"{name}.csv").rows) == rows
    read(SAMPLES.parent / "codelists" / "taxon_term_pairs.csv")
    report = SAMPLES / "annual_report_export_fictional.csv"
    assert "no column" in refusal(report).text


def test_the_answers_of_species_plus_are_read() -> None:
    if not SAMPLES.is_dir():
        unavailable("the samples are not beside this checkout")
    answers = {
        "cites_legislation_4521_current_en": {
            Listing: 2, Reservation: 8, ExportQuota: 38, TradeSuspension: 13,
        },
        "cites_legislation_8094_no_listing": {TradeSuspension: 3},
        "eu_legislation_4521_current_en": {EuDecision: 9},
        "distributions_4521_fr": {RangeState: 42},
        "taxon_concepts_page44_per10": {Taxon: 10, Synonym: 7, Listing: 9},
        "taxon_concepts_empty": {},
    }  # fmt: skip
    for name, rows in answers.items():
        found = read(SAMPLES / "speciesplus" / f"{name}.json")
        assert Counter(type(placed.row) for placed in found.rows) == rows
    for name in ("references_3210", "error_500_unknown_id", "index"):
        refusal(SAMPLES / "speciesplus" / f"{name}.json")
