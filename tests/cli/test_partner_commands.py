"""`ask`, `confirm` and `state` against a real gateway over mutual TLS, from South Africa."""

import json
import os
import pty
import re
import select
import shutil
import sys
import termios
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.demo.two_gateways import TwoGateways, make
from gateway.cli.main import app
from tests.cli.conftest import NUMBER, Call
from tests.forked.commands import running

pytestmark = pytest.mark.slow
EXPIRED, COUNTED = "MZ20EX000901", "MZ26EX000902"
"""As NUMBER, with the same token; the second is the one on which quantities are confirmed."""


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoGateways]:
    """Mozambique serves its example permits; South Africa is a working directory that knows it."""
    made = make(tmp_path_factory.mktemp("partners"))
    mozambique = made.mozambique.directory
    with resources.as_file(
        resources.files("adapters.national.examples") / "mozambique.json"
    ) as file:
        published = CliRunner().invoke(app, ["publish", str(file), "--dir", str(mozambique)])
        first = json.loads(file.read_text(encoding="utf-8"))[0]
    assert published.exit_code == 0, published.stderr
    expired = {"number": EXPIRED, "issued_at": "2020-03-02", "valid_until": "2020-06-30"}
    own = made.mozambique.directory / "own.json"
    own.write_text(json.dumps([first | expired, first | {"number": COUNTED}]), encoding="utf-8")
    published = CliRunner().invoke(app, ["publish", str(own), "--dir", str(mozambique)])
    assert published.exit_code == 0, published.stderr
    with running([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(mozambique)]):
        yield made


@pytest.fixture(scope="module")
def record() -> dict[str, object]:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    records = json.loads(example.read_text(encoding="utf-8"))
    return next(record for record in records if record["number"] == NUMBER)


@pytest.fixture
def za(gateways: TwoGateways) -> Path:
    return gateways.south_africa.directory


def test_a_permit_is_shown_box_by_box_with_the_names_of_its_codes(
    za: Path, token_file: Path, call: Call
) -> None:
    answer = call("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za)
    assert answer.status == 0, answer.err
    for said in (
        NUMBER,
        "Export permit",
        "South Africa (ZA)",
        "T (Commercial)",
        "Crocodylus niloticus",
        "KGM (kilograms)",
    ):
        assert said in answer.out


def test_that_a_permit_has_expired_is_said_before_anything_else(
    za: Path, token_file: Path, call: Call
) -> None:
    answer = call("ask", "MZ", EXPIRED, "--token-file", token_file, "--dir", za)
    assert answer.status == 59
    first, _, rest = answer.out.partition("\n")
    assert first == "✗ DO NOT ACCEPT this document"
    form = rest.index(EXPIRED)
    assert "the last day of its validity was 2020-06-30" in rest[:form]
    assert "EXPIRED: since 2020-07-01; the last day of box 2 was 2020-06-30." in rest[:form]
    answer = call("ask", "MZ", EXPIRED, "--token-file", token_file, "--dir", za, "--json")
    assert json.loads(answer.out)["expired_since"].startswith("2020-07-01T00:00:00")


def test_the_form_is_shown_in_french(za: Path, token_file: Path, call: Call) -> None:
    words = ("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za, "--lang", "fr")
    answer = call(*words)
    assert answer.status == 0, answer.err
    for said in ("SCELLÉ ET VALABLE", "☒ EXPORTATION", "Afrique du Sud (ZA)", "KGM (kilogrammes)"):
        assert said in answer.out


@pytest.mark.parametrize("columns", ["40", "60"])
def test_a_narrow_terminal_loses_no_word(
    za: Path, token_file: Path, call: Call, columns: str
) -> None:
    answer = call("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za, COLUMNS=columns)
    assert max(map(len, answer.out.splitlines())) <= int(columns)
    words = answer.out.replace("│", " ").split()
    for word in ("Crocodylus", "niloticus", "850.5", "1200"):
        assert word in words


def test_the_token_comes_from_standard_input_too(
    za: Path, record: dict[str, object], call: Call
) -> None:
    answer = call(
        "ask",
        "MZ",
        NUMBER,
        "--token-file",
        "-",
        "--dir",
        za,
        "--json",
        typed=f"{record['token']}\n",
    )
    assert answer.status == 0, answer.err
    assert answer.json["number"] == NUMBER
    assert answer.json["schema_version"] == "v2"
    assert [line["line"] for line in answer.json["lines"]] == [
        line["id"] for line in record["positions"]
    ]  # type: ignore[attr-defined]


def test_the_document_is_kept_as_it_came_and_is_valid(
    za: Path, token_file: Path, tmp_path: Path, call: Call
) -> None:
    out = tmp_path / "permit.xml"
    answer = call(
        "ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za, "--out", out, "--json"
    )
    assert out.read_bytes() == answer.json["document"].encode()
    checked = call("validate", out)
    assert checked.status == 0, checked.out
    again = call("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za, "--out", out)
    assert again.status == 1
    assert "exists already" in again.err


@pytest.mark.parametrize("token", ["WRONG-TOKEN", ""])
def test_a_wrong_token_and_none_at_all_are_refused_alike(za: Path, call: Call, token: str) -> None:
    answer = call("ask", "MZ", NUMBER, "--token-file", "-", "--dir", za, "--json", typed=token)
    assert answer.status == 42
    assert answer.json["error"]["code"] == "PartnerFault"
    assert answer.json["error"]["partner_code"] == "CertificateNotFound"
    assert "check both" in answer.err
    assert not token or token not in answer.out + answer.err


def test_quantities_are_confirmed_once_and_the_permit_becomes_final(
    za: Path, token_file: Path, call: Call
) -> None:
    early = call("ask", "MZ", COUNTED, "--final", "--token-file", token_file, "--dir", za, "--json")
    assert early.json["error"]["partner_code"] == "CertificateNotFinal"
    words = ("confirm", "MZ", COUNTED, "A=1200", "B=850.5", "--token-file", token_file, "--dir", za)
    first, again = call(*words, "--json"), call(*words, "--json")
    assert (first.status, again.status) == (0, 0)
    assert (first.json["outcome"], again.json["outcome"]) == ("CONFIRMED", "ALREADY_CONFIRMED")
    assert first.json["confirmation_id"] == again.json["confirmation_id"]
    assert "had these quantities already" in call(*words).out
    other = call("confirm", "MZ", COUNTED, "A=5", "--token-file", token_file, "--dir", za, "--json")
    assert (other.status, other.json["outcome"], other.json["state"]) == (
        34,
        "AlreadyConfirmed",
        "parked",
    )
    final = call("ask", "MZ", COUNTED, "--final", "--token-file", token_file, "--dir", za, "--json")
    examined = [
        box["value"] for line in final.json["lines"] for box in line["boxes"] if box["box"] == "14"
    ]
    assert [value.split(" (")[0] for value in examined] == ["1200 NAR", "850.5 KGM"]
    spent = call("ask", "MZ", COUNTED, "--token-file", token_file, "--dir", za, "--json")
    assert (spent.status, spent.json["summary"]) == (59, "do-not-accept")
    assert {"spent", "used"} == {reason["reason"] for reason in spent.json["reasons"]}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("A",), 1, "is not written as LINE=QUANTITY"),
        (("=5",), 1, "is not written as LINE=QUANTITY"),
        (("A=1e3",), 32, "line A, box 14"),
        (("A=-1",), 32, "line A, box 14"),
        (("A=1,5",), 32, "plain digits"),
    ],
)
def test_what_is_no_quantity_never_leaves_the_house(
    za: Path, call: Call, words: tuple[str, ...], status: int, said: str
) -> None:
    answer = call("confirm", "MZ", NUMBER, *words, "--dir", za)
    assert answer.status == status
    assert said in answer.err


def test_a_country_nobody_configured_is_named(za: Path, call: Call) -> None:
    answer = call("ask", "KE", "KE1", "--dir", za)
    assert answer.status == 22
    assert "conf/partners.toml" in answer.err


def test_the_state_of_a_partner_is_told(za: Path, call: Call) -> None:
    answer = call("state", "MZ", "--dir", za, "--json")
    assert answer.status == 0
    assert (answer.json[0]["partner"], answer.json[0]["up"], answer.json[0]["state"]) == (
        "MZ",
        True,
        "OK",
    )
    assert "✓ OK" in call("state", "--dir", za).out


def test_a_partner_that_is_down_is_an_error_and_no_stack_trace(
    gateways: TwoGateways, call: Call
) -> None:
    answer = call("state", "ZA", "--dir", gateways.mozambique.directory)
    assert answer.status == 40
    assert "PartnerUnreachable" in answer.out
    assert "Traceback" not in answer.out + answer.err


def test_a_permit_of_a_partner_that_is_down_is_shown_as_it_came_before(
    za: Path, token_file: Path, tmp_path: Path, call: Call
) -> None:
    words = ("ask", "MZ", EXPIRED, "--token-file", token_file, "--json", "--dir")
    now = call(*words, za)
    down = Path(shutil.copytree(za, tmp_path / "za", symlinks=True))
    partners = down / "conf/partners.toml"
    text = partners.read_text(encoding="utf-8")
    partners.write_text(re.sub(r'(address = "https://[^:]+:)[0-9]+', r"\g<1>1", text), "utf-8")
    before = call(*words, down)
    reasons = [reason["reason"] for reason in before.json["reasons"]]
    assert (before.status, reasons) == (59, ["expired", "unreachable"])
    assert before.json["document"] == now.json["document"]
    assert before.json["fetched"] < before.json["seal"]["judged_at"]
    assert now.json["fetched"] is None
    never = call("ask", "MZ", "MZ26EX000777", "--token-file", token_file, "--dir", down)
    assert (never.status, never.out) == (40, "")


def test_a_token_is_never_an_argument(call: Call) -> None:
    for command in ("ask", "confirm"):
        assert "--token-file" in call(command, "--help").out
        assert call(command, "MZ", NUMBER, "A=1", "--token", "T").status == 2


@pytest.mark.long_haul  # the short form reads it from a file
def test_on_a_terminal_the_token_is_asked_for_and_not_shown(
    za: Path, record: dict[str, object]
) -> None:
    token = str(record["token"]).encode()
    child, terminal = pty.fork()
    if child == 0:
        words = [sys.executable, "-m", "gateway", "ask", "MZ", NUMBER, "--dir", str(za)]
        os.execve(sys.executable, words, {**os.environ, "COLUMNS": "100"})
    try:
        prompt = read_terminal(terminal, until_hidden=True)
        os.write(terminal, token + b"\n")
        shown = prompt + read_terminal(terminal)
    finally:
        os.close(terminal)  # hangs up on a child that still waits
        _, status = os.waitpid(child, 0)
    assert b"Token" in shown
    assert os.waitstatus_to_exitcode(status) == 0, shown.decode()
    assert b"Crocodylus niloticus" in shown
    assert token not in shown


def read_terminal(terminal: int, *, until_hidden: bool = False) -> bytes:
    """What a program writes until it ends, or until it asks without echo; half a minute at most."""
    shown = b""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if until_hidden and not termios.tcgetattr(terminal)[3] & termios.ECHO:
            return shown
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:  # the program has closed its end
                return shown
    raise AssertionError(f"the program still waits, after {shown.decode()!r}")


def test_exchanges_recorded_by_one_side_are_replayed_against_the_other(
    gateways: TwoGateways, za: Path, token_file: Path, tmp_path: Path, call: Call
) -> None:
    """ServiceState and a refusal are as recorded; a pseudonym is the number of no permit."""
    call("state", "MZ", "--dir", za)
    call("ask", "MZ", NUMBER, "--token-file", "-", "--dir", za, typed="WRONG-TOKEN")
    call("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", za)
    mozambique = gateways.mozambique
    own = za / "keys/client/current"
    keys = ("--ca", za / "keys/dev-ca.pem", "--certificate", own / "certificate.pem")
    keys = (*keys, "--key", own / "key.pem")
    for side, directory in (("za", mozambique.directory), ("mz", za)):
        folder = tmp_path / side
        words = ("--partner", side, "--limit", "3", "--out", folder, "--dir", directory)
        recorded = call("record", *words, "--json")
        assert recorded.status == 0, recorded.err
        names = [each["operation"] for each in recorded.json["recordings"]]
        assert names == ["ServiceState", *["GetNonFinalCitesCertificate"] * 2]
        address = f"{mozambique.plan.public_address}/epix/v2"
        replayed = call("replay", folder, "--against", address, *keys, "--json")
        assert [each["same"] for each in replayed.json] == [True, True, False], replayed.out
        files = b"".join(each.read_bytes() for each in folder.rglob("*.xml"))
        assert NUMBER.encode() not in files
        assert token_file.read_bytes().strip() not in files
