"""`simulate` stands in until it is stopped; a gateway asks it by the lines that it prints."""

import json
import signal
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.conftest import Call
from tests.forked.commands import heard

NUMBER = "CZ26EX000001"
SECONDS = 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("czeh",), "There is no dialect czeh"),
        (("czech", "--misbehave", "lazy"), "--misbehave lazy is no misbehaviour"),
        (("czech", "--bind", "0.0.0.0:0"), "which needs --with-tls FOLDER"),
        (("czech", "--bind", "nowhere"), "--bind must be HOST:PORT"),
        (("czech", "--bind", "/run/x"), "is a unix socket"),
        (("czech", "--control", "0.0.0.0:0"), "--control 0.0.0.0:0 can be reached"),
        (("czech", "--bind", "192.0.2.1:1", "--with-tls", "keys"), "cannot be listened on"),
    ],
)
def test_a_wrong_option_is_named_with_what_to_write(
    words: tuple[str, ...],
    said: str,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("simulate", *words)
    assert answer.status == 1
    assert said in answer.err.replace("\n", " ")


def test_keys_are_never_overwritten(call: Call, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("mine")
    answer = call("simulate", "czech", "--with-tls", tmp_path, "--bind", "127.0.0.1:0")
    assert answer.status == 1
    assert "ca.pem is there already" in answer.err.replace("\n", " ")
    assert (tmp_path / "ca.pem").read_text() == "mine"


def first_lines(said: IO[str], last: str) -> list[str]:
    lines = []
    for line in said:
        lines.append(line.rstrip("\n"))
        if line.startswith(last):
            return lines
    raise AssertionError("\n".join(lines))


def partner_table(lines: list[str]) -> str:
    """The lines for conf/partners.toml, as they are printed."""
    start = lines.index("  [[partner]]")
    return "\n".join(line.removeprefix("  ") for line in lines[start:] if line.startswith("  "))


@pytest.mark.slow
def test_a_gateway_asks_it_by_what_it_prints_and_sees_it_misbehave(
    call: Call, directory: Path, tmp_path: Path
) -> None:
    words = [sys.executable, "-m", "gateway", "simulate", "czech", "--country", "CZ"]
    keys = tmp_path / "stand-in"
    words += ["--bind", "127.0.0.1:0", "--control", "127.0.0.1:0", "--with-tls", str(keys)]
    with heard(words) as (process, said):
        lines = first_lines(said, "  curl -X DELETE")
        control = lines[-1].split()[-1].removesuffix("misbehaviour")
        printed = partner_table(lines[: lines.index("Switch it while it runs, from this machine:")])
        password = tmp_path / "password"
        password.write_text("stand-in\n")
        password.chmod(0o600)
        with (directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
            file.write(
                f"\n{printed}\n[partner.security]\n"
                f'our_username = "stand-in"\nour_password_file = "{password}"\n'
            )
        (told,) = tomllib.loads(printed)["partner"]
        assert told["dialect"] == "czech"
        asked = call("ask", "CZ", NUMBER, "--json", "--dir", directory)
        assert (asked.json["number"], asked.json["summary"]) == (NUMBER, "may-pass")
        assert misbehaving(control, "PUT", "/wrong-permit") == "wrong-permit"
        wrong = call("ask", "CZ", NUMBER, "--json", "--dir", directory)
        assert wrong.json["error"]["code"] == "PartnerReplyInvalid"
        misbehaving(control, "PUT", "/bad-signature")
        forged = call("ask", "CZ", NUMBER, "--json", "--dir", directory)
        assert (forged.status, forged.json["summary"]) == (59, "do-not-accept")
        assert misbehaving(control, "DELETE", "") is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def misbehaving(control: str, method: str, kind: str) -> Any:
    request = urllib.request.Request(f"{control}misbehaviour{kind}", method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["misbehaviour"]
