"""`ledger`, `reverse` and `correct`, as an officer of the issuing authority types them."""

from importlib import resources
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.domain.endorsement import SeenQuantity
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import Partner
from gateway.settings import load_settings
from tests.cli.conftest import Call

NUMBER = "MZ26EX000101"


@pytest.fixture
def house(directory: Path, call: Call) -> Path:
    """The example permits of Mozambique, one of them confirmed by South Africa."""
    with resources.as_file(resources.files("adapters.national.examples") / "mozambique.json") as file:
        assert call("publish", file, "--dir", directory).status == 0
    confirm(directory, "za", "2")
    return directory


def confirm(directory: Path, by: str, amount: str, country: str = "ZA") -> None:
    with build(load_settings(directory)) as gateway, gateway.store.begin_work() as work:
        (authority,) = gateway.served.authorities
        stored = work.permits.get(authority, CertificateNumber(NUMBER))
        partner = Partner(by, IsoCountryCode(country))
        later, _, _ = stored.published.confirm(
            [SeenQuantity("A", amount)], partner, gateway.clock(), "ab" * 32, f"id-{by}"
        )
        work.permits.change(stored, later, {})
        work.commit()


def test_the_ledger_shows_lines_and_events(house: Path, call: Call) -> None:
    answer = call("ledger", "MZ", NUMBER, "--dir", house)
    assert answer.status == 0, answer.err
    for said in (NUMBER, "MZ/ANAC", "confirmed at import", "id-za", "A: 2"):
        assert said in answer.out


def test_a_program_reads_the_same_as_json(house: Path, call: Call) -> None:
    confirm(house, "mz-customs", "3", "MZ")
    told = call("ledger", "MZ", NUMBER, "--dir", house, "--json").json
    line = told["lines"][0]
    assert (line["confirmed_at_export"], line["confirmed_at_import"]) == ("3", "2")
    assert line["finding"] == "export and import counted differently"
    assert [event["by"] for event in told["events"]] == ["za", "mz-customs"]


def test_a_confirmation_is_taken_back_with_name_and_reason(house: Path, call: Call) -> None:
    answer = call(
        "reverse", "MZ", NUMBER, "id-za", "--person", "J. Macuácua", "--reason", "wrong crate", "--dir", house
    )
    assert answer.status == 0, answer.err
    assert "taken back" in answer.out
    told = call("ledger", "MZ", NUMBER, "--dir", house, "--json").json
    assert told["lines"][0]["confirmed_at_import"] == "0"
    assert (told["events"][1]["person"], told["events"][1]["reason"]) == ("J. Macuácua", "wrong crate")


def test_a_confirmation_is_corrected(house: Path, call: Call) -> None:
    who = ("--person", "J. Macuácua", "--reason", "counted again")
    answer = call("correct", "MZ", NUMBER, "id-za", "A=1", *who, "--dir", house, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["lines"][0]["confirmed_at_import"] == "1"
    assert [event["event"] for event in answer.json["events"]] == ["confirmed", "taken back", "confirmed"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ledger", "MZ", "MZ26EX999999"), "No permit of this number is published here"),
        (("ledger", "ZA", NUMBER), "No authority of this country"),
        (("ledger", "MZ", "MZ<1>"), "CertificateNumber"),
        (("reverse", "MZ", NUMBER, "never", "--person", "A", "--reason", "B"), "No confirmation of that id"),
        (("reverse", "MZ", NUMBER, "id-za", "--person", " ", "--reason", "B"), "named person"),
        (("correct", "MZ", NUMBER, "id-za", "A", "--person", "A", "--reason", "B"), "LINE=QUANTITY"),
        (("correct", "MZ", NUMBER, "id-za", "A=999999", "--person", "A", "--reason", "B"), "box 11"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(house: Path, call: Call, words: tuple[str, ...], said: str) -> None:
    answer = call(*words, "--dir", house)
    assert answer.status != 0
    assert said in answer.err
    assert call("ledger", "MZ", NUMBER, "--dir", house, "--json").json["lines"][0]["confirmed_at_import"] == "2"


def test_person_and_reason_are_asked_for(house: Path, call: Call) -> None:
    answer = call("reverse", "MZ", NUMBER, "id-za", "--dir", house)
    assert answer.status == 2
    assert "--person" in answer.err
