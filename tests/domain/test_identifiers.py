"""Numbers, tokens and countries: compared exactly, refused rather than mended."""

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId


@pytest.mark.parametrize("text", ["MZ26EX000001", "08US00001/NO", "a", "1", "IT/EX/2026 MCE.1-2_3", "x" * 70])
def test_numbers_are_1_to_70_characters_of_the_documented_set(text: str) -> None:
    assert CertificateNumber.parse(text).text == TokenId.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "x" * 71, "MZ  26", "MZ\t26", "MZ\n26", "MZ26%", "MZ26*", "МZ26", "MZ26\u200b", "MZ26'", "MZ26\x00", "é"],
)
def test_other_characters_are_refused_not_dropped(text: str) -> None:
    for kind in (CertificateNumber, TokenId):
        with pytest.raises(InvalidRequest):
            kind.parse(text)


def test_outer_xml_white_space_is_trimmed_and_nothing_else() -> None:
    assert CertificateNumber.parse(" \t\r\nMZ26EX000001 \n") == CertificateNumber("MZ26EX000001")
    with pytest.raises(InvalidRequest):
        CertificateNumber.parse("\u00a0MZ26EX000001")


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
    assert anac != Authority(IsoCountryCode("MZ"), "IIP") and anac != Authority(IsoCountryCode("ZA"), "ANAC")
