"""`confirm` to a partner that is down, then `outbox`, as people type them."""

import os
import sys
import time
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.demo.two_gateways import TwoGateways, make
from gateway.cli.main import app
from tests.cli.conftest import NUMBER, Call, copied
from tests.forked.commands import running

WHO = ("--person", "T. Nkosi", "--reason", "they called")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> TwoGateways:
    """South Africa knows Mozambique, which has published and does not answer yet; to be copied."""
    made = make(tmp_path_factory.mktemp("two"))
    example = resources.files("adapters.national.examples") / "mozambique.json"
    with resources.as_file(example) as file:
        words = ["publish", str(file), "--dir", str(made.mozambique.directory)]
        assert CliRunner().invoke(app, words).exit_code == 0
    return made


@pytest.fixture
def gateways(tmp_path: Path, made_once: TwoGateways) -> TwoGateways:
    """The same gateways, for one test."""
    return copied(made_once, tmp_path)


@pytest.fixture
def za(gateways: TwoGateways) -> Path:
    return gateways.south_africa.directory


@pytest.fixture
def kept(za: Path, token_file: Path, call: Call) -> str:
    """Id of a confirmation that the partner did not take, because it is down."""
    words = (
        "confirm",
        "MZ",
        NUMBER,
        "A=1200",
        "--person",
        "T. Nkosi",
        "--token-file",
        token_file,
        "--dir",
        za,
    )
    answer = call(*words, "--json")
    assert answer.status == 40
    assert (answer.json["state"], answer.json["outcome"]) == ("waiting", "PartnerUnreachable")
    return answer.json["id"]


def test_what_cannot_be_told_is_kept_and_the_officer_is_told_so(
    za: Path, token_file: Path, call: Call
) -> None:
    answer = call("confirm", "MZ", NUMBER, "A=1200", "--token-file", token_file, "--dir", za)
    assert answer.status == 40
    assert "It is kept and will be sent" in answer.err
    assert "in the outbox" in answer.out
    assert token_file.read_text().strip() not in answer.out + answer.err
    assert "waiting" in call("outbox", "list", "--dir", za).out


@pytest.mark.slow
def test_it_is_delivered_once_the_partner_is_there(
    gateways: TwoGateways, za: Path, kept: str, call: Call
) -> None:
    assert call("outbox", "retry", kept, "--person", "T. Nkosi", "--dir", za).status == 0
    mozambique = gateways.mozambique.directory
    with running([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(mozambique)]):
        answer = call("outbox", "deliver", "--dir", za, "--json")
        assert answer.status == 0, answer.out
        assert [(each["id"], each["state"]) for each in answer.json] == [(kept, "delivered")]
    assert "Nothing waits" in call("outbox", "list", "--dir", za).out
    shown = call("outbox", "show", kept[:18].upper(), "--dir", za, "--json").json
    assert [event["outcome"] for event in shown["events"]] == [
        "booked",
        "PartnerUnreachable",
        "retry",
        "CONFIRMED",
    ]
    ledger = call("ledger", "show", "MZ", NUMBER, "--dir", mozambique, "--json").json
    assert [event["id"] for event in ledger["events"]] == [shown["confirmation_id"]]
    assert "Nothing is due" in call("outbox", "deliver", "--dir", za).out


@pytest.mark.long_haul  # test_commands_by_role.py has a gateway that delivers, too
@pytest.mark.slow
def test_serve_delivers_by_itself(gateways: TwoGateways, za: Path, kept: str, call: Call) -> None:
    call("outbox", "retry", kept, "--person", "T. Nkosi", "--dir", za)
    serve = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir"]
    soon = {"EPIX_OUTBOX__POLL_SECONDS": "0.2"}
    with running([*serve, str(gateways.mozambique.directory)]), running([*serve, str(za)], soon):
        for _ in range(100):
            state = call("outbox", "show", kept, "--dir", za, "--json").json["state"]
            if state == "delivered":
                break
            time.sleep(0.1)
    assert state == "delivered"


@pytest.mark.slow
def test_a_partner_still_down_is_said(za: Path, kept: str, call: Call) -> None:
    call("outbox", "retry", kept, "--person", "T. Nkosi", "--dir", za)
    answer = call("outbox", "deliver", "--dir", za)
    assert answer.status == 1
    assert "PartnerUnreachable" in answer.out


@pytest.mark.slow
def test_a_person_holds_and_drops(za: Path, kept: str, call: Call) -> None:
    assert "held" in call("outbox", "hold", kept[:18], *WHO, "--dir", za).out
    assert "Nothing is due" in call("outbox", "deliver", "--dir", za).out
    assert call("outbox", "drop", kept, *WHO, "--dir", za).status == 0
    again = call("outbox", "retry", kept, *WHO, "--dir", za)
    assert again.status == 28
    assert "dropped already" in again.err
    assert call("outbox", "list", "--dir", za, "--json").json == []
    (told,) = call("outbox", "list", "--all", "--dir", za, "--json").json
    assert (told["id"], told["state"]) == (kept, "dropped")


@pytest.mark.parametrize("words", [("show",), ("retry", *WHO), ("hold", *WHO), ("drop", *WHO)])
def test_an_id_nobody_knows_is_one_sentence(za: Path, call: Call, words: tuple[str, ...]) -> None:
    answer = call("outbox", words[0], "no-such-id", *words[1:], "--dir", za)
    assert answer.status == 28
    assert "Nothing of that id is in the outbox" in answer.err


@pytest.mark.slow
def test_hold_and_drop_want_person_and_reason(za: Path, kept: str, call: Call) -> None:
    for word in ("hold", "drop"):
        assert call("outbox", word, kept, "--dir", za).status == 2


@pytest.mark.slow
def test_who_counted_is_the_login_where_nobody_is_named(
    za: Path, token_file: Path, call: Call, monkeypatch
) -> None:
    words = ("confirm", "MZ", NUMBER, "A=1", "--token-file", token_file, "--dir", za, "--json")
    assert call(*words, LOGNAME="t.nkosi").json["person"] == "t.nkosi"

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert call(*words).json["person"] == f"uid {os.getuid()}"
