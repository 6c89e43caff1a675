"""Hostile reference data: text of others stays on its line; odd files are refused at once."""

import io
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.listings.files import ListingFiles
from gateway.cli.console import Output
from gateway.cli.views import listings as view
from gateway.domain.errors import ReferenceDataInvalid
from gateway.domain.foreign_text import one_line
from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import (
    EuDecision,
    ExportQuota,
    Listing,
    RangeState,
    TradeSuspension,
)
from gateway.domain.references.taxa import Taxon, keys_of
from gateway.domain.rules.reference_data.case import in_words
from tests.hostile.test_hostile_foreign_text import EACH, FORGED, require_harmless

SOON = 5.0
"""Seconds; each of these files takes some hundredths."""
ALWAYS = Period(date(2000, 1, 1))
TERMS = "rank,taxon,term\n"


@EACH
def test_no_note_of_a_list_begins_a_line(letter: str) -> None:
    forged = f"x{letter}{FORGED}"
    facts = TaxonFacts(
        Taxon(1, forged, "SPECIES", forged, "Animalia", family=forged),
        NameMatch.SYNONYM,
        (1,),
        (
            Listing(1, "I", ALWAYS, annotation=forged),
            ExportQuota(1, "MZ", Decimal(1), None, Limits(), ALWAYS, forged),
            TradeSuspension(1, "MZ", False, ALWAYS, Limits(), forged, forged),
            EuDecision(1, "MZ", "SUSPENSION", ALWAYS, Limits(), forged),
            RangeState(1, "MZ", (forged,)),
        ),
    )
    output, out = Output(), io.StringIO()
    output.out.file = out
    output.out.width = 400
    output.print_lines(view.taxon(forged, facts, date(2026, 7, 1)))
    for table in view.tables(facts):
        output.render(table)
    require_harmless(out.getvalue(), letter)
    assert out.getvalue().count(one_line(forged)) >= 8 or letter in "\t\r\n"


def test_notes_in_a_sentence_are_short() -> None:
    assert len(in_words("x" * 20_000)) < 350


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("digits.json", '{"taxon_concepts": [{"id": ' + "9" * 100_000 + "}]}"),
        ("deep.json", '{"taxon_concepts": ' + "[" * 200_000),
        ("keys.json", '{"taxon_concepts": [' + "{}," * 200_000 + "{}]}"),
        ("not-a-number.json", '{"cites_quotas": [{"quota": NaN}], "cites_listings": []}'),
        ("long-cell.csv", TERMS + f"FAMILY,{'x' * 1_000_000},SKI\n"),
        ("nul.csv", TERMS + "FAMILY,Fel\0idae,SKI\n"),
        ("wrong-rows.csv", TERMS + "FAMILY,Felidae,QQQ\n" * 200_000),
        ("open-quote.csv", TERMS + '"FAMILY,Felidae,SKI\n' * 50_000),
        ("many-columns.csv", ",".join(map(str, range(500_000))) + "\n"),
        ("long-tag.csv", "species_plus_id,country,tags\n1,MZ," + "x;" * 50_000 + "\n"),
    ],
)
def test_an_odd_file_is_refused_at_once(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    began = time.monotonic()
    with pytest.raises(ReferenceDataInvalid) as caught:
        ListingFiles().read(file, lambda _: None)
    assert time.monotonic() - began < SOON
    assert len(caught.value.problems) <= 20
    assert all(len(problem.text) < 300 for problem in caught.value.problems)


@pytest.mark.slow
def test_a_long_name_of_box_7_costs_little() -> None:
    began = time.monotonic()
    keys_of("Panthera " + "tigris " * 200_000)
    keys_of("a\u0301" * 500_000)
    assert time.monotonic() - began < SOON
