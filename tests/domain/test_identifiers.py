"""Identifiers: compared exactly; wrong ones are refused, never corrected."""

from functools import cache

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.white_space import removed


@cache
def other_white_space() -> frozenset[str]:
    """What `str.strip` takes away and XML does not, U+00A0 among them."""
    return frozenset(filter(str.isspace, map(chr, range(0x110000)))) - set(" \t\r\n")


@pytest.mark.parametrize(
    "text", ["MZ26EX000001", "08US00001/NO", "a", "1", "IT/EX/2026 MCE.1-2_3", "x" * 70]
)
def test_numbers_are_1_to_70_characters_of_the_documented_set(text: str) -> None:
    assert CertificateNumber.parse(text).text == TokenId.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * 71,
        "MZ  26",
        "MZ\t26",
        "MZ\n26",
        "MZ26%",
        "MZ26*",
        "МZ26",
        "MZ26\u200b",
        "MZ26'",
        "MZ26\x00",
        "é",
    ],
)
def test_other_characters_are_refused_not_dropped(text: str) -> None:
    for kind in (CertificateNumber, TokenId):
        with pytest.raises(InvalidRequest):
            kind.parse(text)


def test_outer_xml_white_space_is_trimmed_and_nothing_else() -> None:
    assert CertificateNumber.parse(" \t\r\nMZ26EX000001 \n") == CertificateNumber("MZ26EX000001")
    with pytest.raises(InvalidRequest):
        CertificateNumber.parse("\u00a0MZ26EX000001")


@pytest.mark.parametrize(
    ("kind", "text"), [(CertificateNumber, "MZ26"), (TokenId, "MZ26"), (IsoCountryCode, "MZ")]
)
def test_other_white_space_is_part_of_the_identifier_and_refused(
    kind: type[CertificateNumber], text: str
) -> None:
    assert kind.parse(f" \t\r\n{text} ").text == text
    letters = other_white_space()
    assert "\u00a0" in letters
    for letter in letters:
        for wrong in (f"{letter}{text}", f"{text}{letter}", f" {text}{letter} "):
            with pytest.raises(InvalidRequest):
                kind.parse(wrong)


def test_numbers_are_compared_exactly() -> None:
    assert CertificateNumber.parse("mz26ex000001") != CertificateNumber.parse("MZ26EX000001")


def test_a_wrong_number_is_a_matter_of_box_1() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        CertificateNumber.parse("?")
    assert refusal.value.box == "1"


def test_a_token_is_never_shown() -> None:
    token = TokenId.parse("SANDBOX-7KQ4-2M9X")
    assert "7KQ4" not in f"{token} {token!r} {[token]}"


@pytest.mark.parametrize("text", ["mz", "MOZ", "M", "", "M2", "МZ", "MZ.", "M Z"])
def test_a_country_is_two_capital_letters(text: str) -> None:
    with pytest.raises(InvalidRequest):
        IsoCountryCode.parse(text)


def test_an_authority_is_its_country_and_its_own_code() -> None:
    anac = Authority(IsoCountryCode.parse(" MZ "), "ANAC")
    assert str(anac) == "MZ/ANAC"
    assert anac != Authority(IsoCountryCode("MZ"), "IIP") and anac != Authority(
        IsoCountryCode("ZA"), "ANAC"
    )


def test_all_white_space_of_xml_is_removed_and_no_other() -> None:
    assert removed(" QU\r\nJD\t\N{NO-BREAK SPACE}\x0b ") == "QUJD\N{NO-BREAK SPACE}\x0b"
