"""Digits of a permit code: each bytes have one text, and no other text reads as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import InvalidRequest
from gateway.domain.paper.digits import address_of, code_in, from_digits, to_digits


@given(st.binary(min_size=1, max_size=100))
def test_bytes_come_back(data: bytes) -> None:
    assert from_digits(to_digits(data)) == data


@given(st.text("0123456789", min_size=3, max_size=60))
def test_digits_have_one_reading_at_the_most(digits: str) -> None:
    try:
        data = from_digits(digits)
    except ValueError:
        return
    assert to_digits(data) == digits


def test_seven_bytes_are_seventeen_digits() -> None:
    assert to_digits(bytes(7)) == "0" * 17
    assert to_digits(b"\xff" * 7) == "72057594037927935"
    assert to_digits(b"\x01\x02\xff") == "00066303"


@pytest.mark.parametrize("digits", ["99999999999999999", "256", "1234", "0" * 18])
def test_digits_that_no_bytes_give_are_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="no bytes"):
        from_digits(digits)


def test_host_and_path_do_not_matter() -> None:
    data = b"any bytes"
    assert code_in(address_of("https://a.example/check", data)) == data
    assert code_in(f"  {to_digits(data)}\n") == data
    with pytest.raises(InvalidRequest):
        code_in("https://a.example/check")
    with pytest.raises(InvalidRequest, match="not whole"):
        code_in("#9999")
    with pytest.raises(InvalidRequest):
        code_in("#١٢٣")
