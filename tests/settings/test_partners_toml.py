"""conf/partners.toml written by the gateway: every comment stays, and TOML reads what was meant."""

import tomllib

import pytest

from gateway.cli.workdir import template
from gateway.domain.errors import SettingsInvalid
from gateway.settings.introduction.toml_writing import with_partner

WRITTEN = """\
# Our partners; ask Ana before you change anything.
[[partner]]
key = "za" # since 2019
country = "ZA"
# The old address was epix.example.org.za.
address = "https://old.example.za/"   # until March

[partner.security]
# agreed by phone
incoming = "none"

[[partner.agreement]]
documents = ["EXPORT"]
since = 2026-01-01
reference = "MoU"

# Kenya calls us only.
[[partner]]
key = "ke"
country="KE"
"""
NEW = {
    "country": "MZ",
    "certificate_sha256": ["0a" * 32],
    "contact": {"name": "A. \"B\"", "mail": "a@example.mz"},
    "address": None,
}  # fmt: skip


def partners(text: str) -> dict[str, dict[str, object]]:
    return {each["key"]: each for each in tomllib.loads(text)["partner"]}


@pytest.mark.parametrize("before", [WRITTEN, template("partners.toml"), "", "# only words"])
def test_a_new_partner_comes_at_the_end_and_nothing_else_changes(before: str) -> None:
    after = with_partner(before, "mz", NEW)
    assert after.startswith(before.rstrip())
    added = {key: value for key, value in NEW.items() if value is not None}
    assert partners(after)["mz"] == added | {"key": "mz"}
    assert len(partners(after)) == before.count("\n[[partner]]") + 1


def test_values_change_where_they_stand_and_comments_stay() -> None:
    values = {
        "address": "https://new.example.za/",
        "enabled": False,
        "certificate_sha256": ["0a" * 32, "0b" * 32],
        "contact": {"name": "B", "phone": "+27"},
    }
    after = with_partner(WRITTEN, "za", values)
    found = partners(after)
    assert found["za"] == partners(WRITTEN)["za"] | values
    assert found["ke"] == partners(WRITTEN)["ke"]
    for line in WRITTEN.splitlines():
        assert "old.example.za/" in line or line in after.splitlines()
    assert 'address = "https://new.example.za/"   # until March' in after
    again = with_partner(after, "za", values)
    assert partners(again) == found
    assert len(again.splitlines()) == len(after.splitlines())


def test_a_key_is_taken_out() -> None:
    assert "address" not in partners(with_partner(WRITTEN, "za", {"address": None}))["za"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('partner = [{key = "za", country = "ZA"}]\n', "written in one line"),
        ("[[partner]\n", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_changed_with_care_is_left_alone(text: str, said: str) -> None:
    with pytest.raises(SettingsInvalid, match=said):
        with_partner(text, "za", {"enabled": False})
