"""`ledger` and its decisions, as an officer of the issuing authority types them."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build, now
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import Partner
from gateway.settings import load_settings
from tests.cli.conftest import Call

NUMBER = "MZ26EX000101"


@pytest.fixture
def house(tmp_path: Path, published_directory: Path) -> Path:
    """The example permits of Mozambique, one of them confirmed by South Africa."""
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    confirm(directory, "za", "2")
    return directory


def confirm(directory: Path, by: str, amount: str, country: str = "ZA") -> None:
    with build(load_settings(directory)) as gateway, gateway.store.begin_work() as work:
        (authority,) = gateway.permits.served.authorities
        stored = work.permits.get(authority, CertificateNumber(NUMBER))
        partner = Partner(by, IsoCountryCode(country))
        later, _, _ = stored.published.confirm(
            [SeenQuantity("A", amount)], partner, gateway.clock(), "ab" * 32, f"id-{by}"
        )
        work.permits.change(stored, later, {})
        keep = gateway.integrity.keep
        keep.record(work.integrity, authority, CertificateNumber(NUMBER), "confirmed")
        work.commit()


@pytest.mark.slow
def test_the_ledger_shows_lines_and_events(house: Path, call: Call) -> None:
    answer = call("ledger", "show", "MZ", NUMBER, "--dir", house)
    assert answer.status == 0, answer.err
    for said in (NUMBER, "MZ/ANAC", "confirmed at import", "id-za", "A: 2"):
        assert said in answer.out


@pytest.mark.slow
def test_a_program_reads_the_same_as_json(house: Path, call: Call) -> None:
    confirm(house, "mz-customs", "3", "MZ")
    told = call("ledger", "show", "MZ", NUMBER, "--dir", house, "--json").json
    line = told["lines"][0]
    assert (line["confirmed_at_export"], line["confirmed_at_import"]) == ("3", "2")
    assert line["finding"] == "export and import counted differently"
    assert [event["by"] for event in told["events"]] == ["za", "mz-customs"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "2 NAR counted at import, but customs of the exporting country endorsed nothing."),
        ("fr", "2 NAR comptés à l'importation, mais la douane du pays exportateur n'a rien visé."),
        (
            "es",
            "2 NAR contados en la importación, pero la aduana del país exportador no visó nada.",
        ),
    ],
)
def test_what_a_person_should_look_at_is_said_in_each_language(
    house: Path, call: Call, language: str, said: str
) -> None:
    arguments = ("ledger", "show", "MZ", NUMBER, "--lang", language, "--dir", house)
    (finding,) = call(*arguments, "--json").json["findings"]
    assert (finding["rule"], finding["severity"], finding["line"]) == ("Q08", "risk", "A")
    assert (finding["value"], finding["text"]) == ("2 NAR", said)
    assert said in " ".join(call(*arguments).out.split())


@pytest.mark.slow
def test_a_confirmation_is_taken_back_with_name_and_reason(house: Path, call: Call) -> None:
    answer = call(
        "ledger",
        "reverse",
        "MZ",
        NUMBER,
        "id-za",
        "--person",
        "J. Macuácua",
        "--reason",
        "wrong crate",
        "--dir",
        house,
    )
    assert answer.status == 0, answer.err
    assert "taken back" in answer.out
    told = call("ledger", "show", "MZ", NUMBER, "--dir", house, "--json").json
    assert told["lines"][0]["confirmed_at_import"] == "0"
    assert (told["events"][1]["person"], told["events"][1]["reason"]) == (
        "J. Macuácua",
        "wrong crate",
    )


@pytest.mark.slow
def test_a_confirmation_is_corrected(house: Path, call: Call) -> None:
    who = ("--person", "J. Macuácua", "--reason", "counted again")
    answer = call("ledger", "correct", "MZ", NUMBER, "id-za", "A=1", *who, "--dir", house, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["lines"][0]["confirmed_at_import"] == "1"
    assert [event["event"] for event in answer.json["events"]] == [
        "confirmed",
        "taken back",
        "confirmed",
    ]


WHO = ("--person", "J. Macuácua", "--reason", "told on paper")


@pytest.fixture
def in_parts(house: Path) -> Path:
    """Its law allows partial shipments, and South Africa is a registered partner."""
    settings = house / "conf/gateway.toml"
    settings.write_text(
        settings.read_text().replace("# partial_shipments = []", 'partial_shipments = ["EXPORT"]')
    )
    (house / "conf/partners.toml").write_text(
        f'[[partner]]\nkey = "za"\ncountry = "ZA"\ncertificate_sha256 = ["{"0a" * 32}"]\n'
    )
    return house


@pytest.mark.slow
def test_a_shipment_of_the_same_quantities_is_recorded_by_a_person(
    in_parts: Path, call: Call
) -> None:
    answer = call("ledger", "record", "MZ", NUMBER, "za", "A=2", *WHO, "--dir", in_parts, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["lines"][0]["confirmed_at_import"] == "4"
    by_wire, by_person = answer.json["events"]
    assert (by_wire["person"], by_person["person"], by_person["reason"]) == (
        None,
        "J. Macuácua",
        "told on paper",
    )
    assert "J. Macuácua" in call("ledger", "show", "MZ", NUMBER, "--dir", in_parts).out
    (record,) = call(
        "journal", "search", "--operation", "ledger record", "--dir", in_parts, "--json"
    ).json
    assert (record["id"], record["caller"]) == (by_person["id"], "MZ/ANAC")
    shown = call("journal", "show", record["id"], "--dir", in_parts)
    assert "told on paper" in shown.out


@pytest.mark.slow
def test_the_journal_with_it_is_sealed_and_verified_and_becomes_evidence(
    in_parts: Path, call: Call, tmp_path: Path
) -> None:
    recorded = call(
        "ledger", "record", "MZ", NUMBER, "za", "A=2", *WHO, "--dir", in_parts, "--json"
    ).json["events"][1]
    with build(load_settings(in_parts), lambda: now() + timedelta(minutes=1)) as gateway:
        # The decision, a record of its permit after each change (16 publications, two bookings),
        # and one of the file that was published.
        assert gateway.journal.seal.seal() == 20
    verified = call("journal", "verify", "--reconcile", "--dir", in_parts, "--json").json
    assert (verified["holds"], verified["reconciled"], verified["records"]) == (True, True, 20)
    exported = call(
        "journal", "export", recorded["id"], "--out", tmp_path / "evidence.zip", "--dir", in_parts
    )
    assert exported.status == 0, exported.err


@pytest.mark.slow
def test_a_shipment_of_nobody_we_know_is_not_recorded(in_parts: Path, call: Call) -> None:
    answer = call("ledger", "record", "MZ", NUMBER, "zz", "A=2", *WHO, "--dir", in_parts)
    assert answer.status != 0
    assert "No partner is registered here as zz" in answer.err


@pytest.mark.slow
def test_a_permit_is_closed_and_opened_again(house: Path, call: Call) -> None:
    closed = call("ledger", "close", "MZ", NUMBER, *WHO, "--dir", house)
    assert closed.status == 0, closed.err
    assert "final, declared used up" in closed.out
    assert call("ledger", "close", "MZ", NUMBER, *WHO, "--dir", house).status != 0
    opened = call("ledger", "reopen", "MZ", NUMBER, *WHO, "--dir", house, "--json").json
    assert (opened["status"], opened["used_up"]) == ("issued", False)
    assert [event["event"] for event in opened["events"]] == [
        "confirmed",
        "declared used up",
        "opened again",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ledger", "show", "MZ", "MZ26EX999999"), "No permit of this number is published here"),
        (("ledger", "show", "ZA", NUMBER), "No authority of this country"),
        (("ledger", "show", "MZ", "MZ<1>"), "CertificateNumber"),
        (
            ("ledger", "reverse", "MZ", NUMBER, "never", "--person", "A", "--reason", "B"),
            "No confirmation of that id",
        ),
        (
            ("ledger", "reverse", "MZ", NUMBER, "id-za", "--person", " ", "--reason", "B"),
            "named person",
        ),
        (
            ("ledger", "correct", "MZ", NUMBER, "id-za", "A", "--person", "A", "--reason", "B"),
            "LINE=QUANTITY",
        ),
        (
            (
                "ledger",
                "correct",
                "MZ",
                NUMBER,
                "id-za",
                "A=999999",
                "--person",
                "A",
                "--reason",
                "B",
            ),
            "box 11",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    house: Path, call: Call, words: tuple[str, ...], said: str
) -> None:
    answer = call(*words, "--dir", house)
    assert answer.status != 0
    assert said in answer.err
    assert (
        call("ledger", "show", "MZ", NUMBER, "--dir", house, "--json").json["lines"][0][
            "confirmed_at_import"
        ]
        == "2"
    )


def test_person_and_reason_are_asked_for(house: Path, call: Call) -> None:
    answer = call("ledger", "reverse", "MZ", NUMBER, "id-za", "--dir", house)
    assert answer.status == 2
    assert "--person" in answer.err
