"""Box 11: which texts are quantities, and which never become another number in silence?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import QuantityInvalid
from gateway.domain.quantity import Quantity, amount, plain


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
        "", " ", ".", "+", "-1", "-0", "1e3", "1E3", "0x10", "1_000", "1,000", "12,5", "1 000", "NaN", "Infinity",
        "٣", "５", "½", "1.2.3", "--1", "+-1", "5 KGM", "five", "1\x00", "\u00a05", "1" * 41,
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(QuantityInvalid, match="plain digits"):
        amount(text)


@pytest.mark.parametrize("text", ["1234567890123456", "0.0000001", "1234567890.123456", "1.1234567"])
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
    ("value", "text"), [("5", "5"), ("5.0", "5"), ("12.50", "12.5"), ("100", "100"), ("1E+2", "100"), ("0.10", "0.1")]
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
