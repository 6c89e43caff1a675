"""Settings of partners: who is disabled, whom to call, and which agreements hold."""

from datetime import date
from pathlib import Path

import pytest

from gateway.domain.partner import Agreement
from gateway.settings import load_settings, settings_problems
from tests.settings.conftest import spoil

P = "conf/partners.toml"
LAST = 'address = "https://epix.example.ke/epix/v2"'


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ("[partner.contact]\nname = 'Ana'\n", "contact.phone", "must be given, or mail"),
        ("[partner.contact]\nphone = '+2'\n", "contact.name", "is missing"),
        (
            "[[partner.agreement]]\nsince = 2026-01-01\nreference = 'x'\ndocuments = ['EXPORTS']\n",
            "agreement[1].documents[1]",
            "must hold codes of document types: EXPORT, REEXPORT",
        ),
        (
            "[[partner.agreement]]\nsince = 2026-01-01\nreference = 'x'\ndocuments = []\n",
            "agreement[1].documents",
            "must hold at least one code",
        ),
        (
            "[[partner.agreement]]\nsince = 2026-01-02\nuntil = 2026-01-01\nreference = 'x'\n"
            "documents = ['EXPORT']\n",
            "agreement[1].until",
            "must not be before since",
        ),
        ("enabled = 'no'\n", "enabled", "must be true or false"),
        ("client_ca_file = 'keys/none.pem'\n", "client_ca_file", "must name a file that exists"),
    ],
)
def test_a_wrong_value_is_named(directory: Path, more: str, key: str, said: str) -> None:
    (problem,) = settings_problems(spoil(directory, LAST, f"{LAST}\n{more}", P), {})
    assert problem.key == f"partner[2].{key}"
    assert said in problem.text


@pytest.mark.parametrize(
    "address", ["https://me:pw@epix.example.ke/", "https://epix.example.ke/ x", "https://:443/"]
)
def test_an_address_that_is_none_is_named_without_its_secret(directory: Path, address: str) -> None:
    (problem,) = settings_problems(spoil(directory, LAST, f'address = "{address}"', P), {})
    assert problem.key == "partner[2].address"
    assert "pw" not in problem.text


def test_a_disabled_partner_counts_as_none_and_leaves_its_country_free(directory: Path) -> None:
    other = f'{LAST}\nenabled = false\n[[partner]]\nkey = "ke-2"\ncountry = "KE"\n{LAST}\n'
    settings = load_settings(spoil(directory, LAST, other, P), {})
    assert [each.key for each in settings.partners] == ["za", "ke-2"]
    assert [each.key for each in settings.partner] == ["za", "ke", "ke-2"]


def test_an_agreement_is_read_with_its_days(directory: Path) -> None:
    more = (
        "\n[[partner.agreement]]\nsince = 2026-01-01\nuntil = 2026-12-31\nreference = 'MoU'\n"
        "documents = ['EXPORT', 'REEXPORT']\n"
    )
    settings = load_settings(spoil(directory, LAST, LAST + more, P), {})
    found = settings.partners[1].agreement[0].agreement
    assert found == Agreement(
        frozenset({"EXPORT", "REEXPORT"}), date(2026, 1, 1), date(2026, 12, 31), "MoU"
    )
    assert found.covers("EXPORT", date(2026, 12, 31))
    assert not found.covers("EXPORT", date(2027, 1, 1))
    assert not found.covers("OTHER", date(2026, 6, 1))
