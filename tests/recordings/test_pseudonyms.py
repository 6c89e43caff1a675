"""Pseudonyms: stable within a set, in the form of the value, and never another value of the set."""

import re
from base64 import b64decode, b64encode

import pytest

from gateway.recordings.redaction.pseudonyms import Pseudonyms


@pytest.fixture
def pseudonyms() -> Pseudonyms:
    return Pseudonyms(b"a" * 32)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("MZ26EX000101", "[A-Z]{2}[0-9]{2}[A-Z]{2}[0-9]{6}"),
        ("ch-2026/00417.b", "[a-z]{2}-[0-9]{4}/[0-9]{5}\\.[a-z]"),
        ("CN2026#EX 1", "[A-Z]{2}[0-9]{4}#[A-Z]{2} [0-9]"),
        ("400123456", "[1-9][0-9]{8}"),
        ("0193b2c4-1111-7abc-8def-0123456789ab", "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{7}[0-9a-f-]+"),
        ("AB:CD:EF:01:23:45:67:89", "([0-9A-F]{2}:){7}[0-9A-F]{2}"),
    ],
)
def test_an_identifier_keeps_its_form(value: str, form: str, pseudonyms: Pseudonyms) -> None:
    pseudonym = pseudonyms.identifier(value)
    assert re.fullmatch(form, pseudonym)
    assert pseudonym != value
    assert pseudonyms.identifier(f"  {value}\n") == f"  {pseudonym}\n"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("Zambezi Crocodile Farms Lda", "[A-Z][a-z]{7} [A-Z][a-z]{7}"),
        ("Li", "[A-Z][a-z]{7}"),
        ("joana@example.co.mz", r"[a-z]{8}@[a-z]{8}\.example"),
        ("https://permits.example.mz/epix?n=1", r"https://[a-z]{8}\.example/"),
        ("+258 (84) 311-2277", r"\+[0-9]{3} \([0-9]{2}\) [0-9]{3}-[0-9]{4}"),
    ],
)
def test_a_name_keeps_its_kind_and_not_its_length(
    value: str, form: str, pseudonyms: Pseudonyms
) -> None:
    assert re.fullmatch(form, pseudonyms.name(value))


def test_base64_stays_base64_of_the_same_length(pseudonyms: Pseudonyms) -> None:
    value = b64encode(bytes(range(100))).decode()
    pseudonym = pseudonyms.name(value)
    assert len(b64decode(pseudonym, validate=True)) == 100
    assert pseudonym != value


def test_the_key_decides(pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.name("Joana") == Pseudonyms(b"a" * 32).name("Joana")
    assert pseudonyms.name("Joana") != Pseudonyms(b"b" * 32).name("Joana")


def test_many_values_have_as_many_pseudonyms_and_none_is_a_value(pseudonyms: Pseudonyms) -> None:
    values = [f"{letter}{digit}" for letter in "ABCD" for digit in range(10)]
    for value in values:
        pseudonyms.identifier(value)
    pseudonyms.renew()
    found = {pseudonyms.identifier(value) for value in values}
    assert len(found) == len(values)
    assert not found & set(values)


def test_absent_values_stay_absent(pseudonyms: Pseudonyms) -> None:
    assert [pseudonyms.name(text) for text in ("", " ", "?")] == ["", " ", "?"]
    assert pseudonyms.attachment(b"") == b""
    assert pseudonyms.strong == {}
