"""Formats are declared: what fits one is read, anything else is refused."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from adapters.national.sources.formats import date_text, number_text, plain_text
from adapters.national.sources.mapping import letters
from adapters.national.sources.words import word_table
from adapters.national.values import UnexpectedValue
from gateway.exchange.ports import Cell
from gateway.settings.national import NumberFormat
from gateway.settings.national.date_pattern import pattern_problem

MIDNIGHT = datetime.fromisoformat("2026-11-02")
MORNING = datetime.fromisoformat("2026-11-02T09:00")


@pytest.mark.parametrize(
    ("cell", "pattern", "zone", "expected"),
    [
        ("02/11/2026", "dd/mm/yyyy", None, "2026-11-02"),
        ("02/11/2026", "mm/dd/yyyy", None, "2026-02-11"),
        ("2.11.2026", "d.m.yyyy", None, "2026-11-02"),
        ("20261102", "yyyymmdd", None, "2026-11-02"),
        ("02/11/2026 14:05", "dd/mm/yyyy hh:MM", "Africa/Maputo", "2026-11-02T14:05:00+02:00"),
        ("02/07/2026", "dd/mm/yyyy", "Europe/Zurich", "2026-07-02T00:00:00+02:00"),
        (date(2026, 11, 2), "dd/mm/yyyy", None, "2026-11-02"),
        (MIDNIGHT, "dd/mm/yyyy", None, "2026-11-02"),
    ],
)
def test_dates(cell: Cell, pattern: str, zone: str | None, expected: str) -> None:
    assert date_text(cell, pattern, zone) == expected


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ("31/11/2026", "dd/mm/yyyy"),
        ("2/11/2026", "dd/mm/yyyy"),
        ("02/11/26", "dd/mm/yyyy"),
        ("02-11-2026", "dd/mm/yyyy"),
        ("٠٢/١١/٢٠٢٦", "dd/mm/yyyy"),
        (Decimal(46328), "dd/mm/yyyy"),
        (True, "dd/mm/yyyy"),
        (MORNING, "dd/mm/yyyy"),
    ],
)
def test_dates_that_do_not_fit(cell: Cell, pattern: str) -> None:
    with pytest.raises(UnexpectedValue):
        date_text(cell, pattern, None)


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "expected"),
    [
        ("1,200", ".", ",", "1200"),
        ("1,200", ",", None, "1.200"),
        ("1.234.567,50", ",", ".", "1234567.50"),
        ("1200,5", ",", ".", "1200.5"),
        ("12 000", ".", " ", "12000"),
        ("250", ".", None, "250"),
        (Decimal("18.25"), ",", None, "18.25"),
    ],
)
def test_numbers(cell: Cell, decimal: str, thousands: str | None, expected: str) -> None:
    assert number_text(cell, NumberFormat(decimal, thousands)) == expected


@pytest.mark.parametrize(
    "cell", ["12,5", "1,2000", "1,,200", ",200", "1e3", "-5", "½", "12 kg", ""]
)
def test_numbers_that_do_not_fit(cell: str) -> None:
    with pytest.raises(UnexpectedValue):
        number_text(cell, NumberFormat(".", ","))


def test_a_date_is_no_text() -> None:
    assert plain_text(Decimal("2601")) == "2601"
    with pytest.raises(UnexpectedValue):
        plain_text(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("table", "word", "code"),
    [
        ("countries", "Moçambique", None),
        ("countries", "MOZAMBIQUE", "MZ"),
        ("countries", "émirats  arabes unis", "AE"),
        ("countries", "Suiza", "CH"),
        ("countries", "MZ", "MZ"),
        ("purposes", "Transaction commerciale", "T"),
        ("units", "kg", "KGM"),
        ("units", "PCS", "PCS"),
        ("units", "pcs", None),
        ("terms", "ramets", None),
        ("terms", "fleurs", "FLO"),
        ("appendices", "Annexe II", "II"),
    ],
)
def test_words_of_the_code_lists(table: str, word: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(UnexpectedValue):
            word_table(table, {}).code(word)
    else:
        assert word_table(table, {}).code(word) == code


def test_words_of_a_description_go_before_those_that_are_there() -> None:
    table = word_table("units", {"units": {"Pcs": "NAR", "kg": "GRM"}})
    assert (table.code("pcs"), table.code("KG"), table.code("litres")) == ("NAR", "GRM", "LTR")


def test_an_unknown_word_is_named_with_a_near_one() -> None:
    with pytest.raises(UnexpectedValue, match="MZ"):
        word_table("countries", {}).code("Mozambik")


@pytest.mark.parametrize(
    "pattern", ["dd/mm/yy", "dd/mm", "dd/mm/yyyy mm", "DD/MM/YYYY", "", "dd/mm/yyyy hh"]
)
def test_patterns_that_are_none(pattern: str) -> None:
    assert pattern_problem(pattern)


def test_letters_go_on_after_z() -> None:
    assert [letters(number) for number in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
