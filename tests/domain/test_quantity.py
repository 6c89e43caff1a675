"""Quantities of box 11: accepted texts, and texts that are refused instead of being changed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import QuantityInvalid
from gateway.domain.permit.quantity import Quantity, amount, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", "5"),
        ("12.5", "12.5"),
        ("0", "0"),
        ("0.000001", "0.000001"),
        ("007", "7"),
        ("12.500000000000", "12.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        (" 5\n", "5"),
        ("999999999999999", "999999999999999"),
        ("999999999.999999", "999999999.999999"),
    ],
)
def test_plain_digits_are_a_quantity(text: str, value: str) -> None:
    assert amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "+",
        "-1",
        "-0",
        "1e3",
        "1E3",
        "0x10",
        "1_000",
        "1,000",
        "12,5",
        "1 000",
        "NaN",
        "Infinity",
        "٣",
        "５",
        "½",
        "1.2.3",
        "--1",
        "+-1",
        "5 KGM",
        "five",
        "1\x00",
        "\u00a05",
        "1" * 41,
    ],
)
def test_anything_else_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(QuantityInvalid, match="plain digits"):
        amount(text)


@pytest.mark.parametrize(
    "text", ["1234567890123456", "0.0000001", "1234567890.123456", "1.1234567"]
)
def test_more_than_15_digits_or_6_decimals_are_refused_not_rounded(text: str) -> None:
    with pytest.raises(QuantityInvalid, match="at most 15 digits, 6 of them after the point"):
        amount(text)


def test_the_refusal_names_line_and_box() -> None:
    with pytest.raises(QuantityInvalid) as refusal:
        amount("many", position="B", box="14")
    assert (refusal.value.position, refusal.value.box) == ("B", "14")


@given(st.decimals(min_value=0, max_value=10**9 - 1, places=6))
def test_what_is_written_is_read_as_the_same_amount(value: Decimal) -> None:
    assert amount(plain(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("5", "5"), ("5.0", "5"), ("12.50", "12.5"), ("100", "100"), ("1E+2", "100"), ("0.10", "0.1")],
)
def test_amounts_are_written_plainly(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_only_like_is_compared_with_like() -> None:
    assert Quantity(Decimal(1), "KIL").like(Quantity(Decimal(2), "KGM"))
    assert Quantity(Decimal(1)).like(Quantity(Decimal(2), "NAR"))
    assert not Quantity(Decimal(1), "KGM").like(Quantity(Decimal(1), "NAR"))


def test_the_unit_is_kept_as_written_and_known_by_its_current_code() -> None:
    quantity = Quantity(Decimal("12.5"), "KIL")
    assert (quantity.unit, quantity.current_unit, str(quantity)) == ("KIL", "KGM", "12.5 KIL")
    assert str(Quantity(Decimal(3))) == "3 NAR"


def of(text: str) -> Quantity:
    number, _, unit = text.partition(" ")
    return Quantity(Decimal(number), unit or None)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("1 TNE", "1000 KGM"),
        ("1 TON", "1000000 GRM"),
        ("1 KIL", "1 KGM"),
        ("0.001 KGM", "1 GRM"),
        ("1 MGM", "1000 MC"),
        ("1 MTQ", "1000 LTR"),
        ("1 LTR", "1000 CMQ"),
        ("1 MLT", "1 CCM"),
        ("1 MTR", "100 CTM"),
        ("2.5 CTM", "2.5 CMT"),
        ("1 MTK", "10000 SQC"),
        ("1 SQD", "100 CMK"),
        ("3", "3 NAR"),
        ("3 PCS", "3 H87"),
        ("2 PAI", "2 PR"),
        ("0.000000001 TON", "1 MGM"),
        (f"{10**39} TON", f"{10**42} KGM"),
    ],
)
def test_metric_units_and_their_twins_are_compared_exactly(one: str, same: str) -> None:
    left, right = of(one), of(same)
    assert left.like(right)
    assert not left.is_less_than(right)
    assert not right.is_less_than(left)
    bit_more = Quantity(right.amount * (1 + Decimal("1e-12")), right.unit)
    assert left.is_less_than(bit_more)


@pytest.mark.parametrize(
    ("one", "other", "total"),
    [
        ("1 TNE", "1 GRM", "1.000001 TNE"),
        ("1 GRM", "1 TNE", "1000001 GRM"),
        ("999999999999999 KGM", "0.000001 KGM", "999999999999999.000001 KGM"),
        ("2 BOX", "3 BOX", "5 BOX"),
    ],
)
def test_a_sum_is_exact_and_in_the_first_unit(one: str, other: str, total: str) -> None:
    assert str(of(one).plus(of(other))) == total


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 BOX", "10 NAR"),
        ("1 PAI", "2 NAR"),
        ("1 SET", "1 NAR"),
        ("2 SID", "1 SKI"),
        ("1 ITE", "1 NAR"),
        ("1 PCS", "1 NAR"),
        ("1 PND", "0.45359237 KGM"),
        ("1 CUF", "1 FEE"),
        ("1 MTQ", "1 MTK"),
        ("1 MTR", "1 MTK"),
        ("5 CTM", "1 GRM"),
        ("1 XYZ", "1 NAR"),
    ],
)
def test_what_is_no_power_of_ten_apart_is_a_dimension_of_its_own(one: str, other: str) -> None:
    assert not of(one).like(of(other))


def test_a_unit_is_kept_as_written() -> None:
    assert str(of("12.5 CMT")) == "12.5 CMT"
    assert of("1 TNE").unit == "TNE"
