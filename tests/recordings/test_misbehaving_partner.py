"""A session with a misbehaving partner: asked by a real gateway, recorded, replayed elsewhere."""

import json
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli.main import app
from tests.partners.partner_cases import envelope
from tests.partners.partner_server import Answer, running, says, writes
from tests.recordings.exchanges import FINGERPRINT, NUMBER, SECRETS, TOKEN, an_answer, every_byte

pytestmark = pytest.mark.slow

PARTNER = f"""
[[partner]]
key = "za-dffe"
country = "MZ"
address = "ADDRESS"
certificate_sha256 = ["{FINGERPRINT}"]
read_timeout_seconds = 1
total_timeout_seconds = 1
"""
GONE = threading.Event()
MISBEHAVIOUR: dict[str, tuple[Answer, str]] = {
    "right": (says(an_answer()), "ok"),
    "broken seal": (says(an_answer(break_seal=True)), "ok"),
    "another permit": (says(an_answer("MZ26EX000077")), "ok"),
    "fault with 200": (says(envelope("partner_fault_hub.xml")), "PartnerFault"),
    "fault": (says(envelope("partner_fault_detail.xml"), 500), "PartnerFault"),
    "web page": (says(b"<html>No MZ26EX000001<br>", 404, "text/html"), "PartnerReplyInvalid"),
    "cut": (
        writes(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + an_answer()[:1000]),
        "PartnerReplyInvalid",
    ),
    "status without fault": (says(an_answer(), 500), "PartnerReplyInvalid"),
    "not available": (says(b"<html>proxy of ANAC</html>", 503), "PartnerUnreachable"),
    "closed": (writes(), "PartnerUnreachable"),
    "silent": (writes(b"", then=lambda: GONE.wait(3)), "PartnerTimeout"),
    "cut and silent": (
        writes(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<a>", then=lambda: GONE.wait(3)),
        "PartnerTimeout",
    ),
}


@dataclass(frozen=True)
class Session:
    """A session as it was recorded. folder: of the files.  said: what `record --json` printed."""

    folder: Path
    said: Any


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, made_directory: Path) -> Session:
    """A gateway that asks a partner, which misbehaves in each way once; then `record`."""
    base = tmp_path_factory.mktemp("session")
    directory = Path(shutil.copytree(made_directory, base / "mz", symlinks=True))
    answers = iter([answer for answer, _ in MISBEHAVIOUR.values()])
    (base / "token").write_text(TOKEN)
    GONE.clear()
    with running(lambda handler: next(answers)(handler)) as partner:
        with (directory / "conf/partners.toml").open("a") as configuration:
            configuration.write(PARTNER.replace("ADDRESS", partner.address))
        for _ in MISBEHAVIOUR:
            run("ask", "MZ", NUMBER, "--token-file", base / "token", "--dir", directory)
        GONE.set()
    words = ("--partner", "za-dffe", "--since", "2020-01-01", "--out", base / "shared")
    done = run("record", *words, "--dir", directory, "--json")
    assert done.exit_code == 0, done.stderr
    return Session(base / "shared", json.loads(done.stdout))


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def outcomes(session: Session) -> list[str]:
    return [each["outcome"] for each in session.said["recordings"]]


def test_the_journal_s_outcomes_are_recorded(session: Session) -> None:
    assert outcomes(session) == [outcome for _, outcome in MISBEHAVIOUR.values()]
    ends = [each["end"] for each in session.said["recordings"]]
    assert ends[-3:] == ["closed", "timeout", "timeout"]


def test_none_of_the_values_is_left(session: Session) -> None:
    content = every_byte(session.folder)
    assert not [secret for secret in (*SECRETS, "MZ26EX000077") if secret.encode() in content]
    assert not re.search(rb"mz-anac|zambezi|crocodile|127\.0\.0\.1", content, re.IGNORECASE)


@pytest.mark.long_haul  # the package is built and installed first
def test_it_replays_to_the_same_outcomes_on_a_fresh_machine(
    session: Session, tmp_path: Path, fresh_python: Path
) -> None:
    copied = shutil.copytree(session.folder, tmp_path / "copied")
    replayed = subprocess.run(
        [fresh_python, "-m", "gateway", "replay", copied, "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    results = json.loads(replayed.stdout)
    assert [each["outcome"] for each in results] == outcomes(session)
    assert all(each["same"] for each in results)


OUTSIDE = """
import urllib.error, urllib.request

FOLDER = {folder!r}


def post(address, body):
    request = urllib.request.Request(address, body, {{"Content-Type": "text/xml"}})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_client_asks_the_partner(epix_replay):
    partner = epix_replay.partner(FOLDER)
    first = epix_replay.recordings(FOLDER)[0]
    status, answer = post(partner.address, first.request.body)
    assert (status, answer) == (200, first.answer.body)
    assert first.asked["CertificateNumber"].encode() in answer


def test_requests_go_to_a_server(epix_replay):
    parts = [f"{{FOLDER}}/{{each.name}}" for each in epix_replay.recordings(FOLDER)[:5]]
    partner = epix_replay.partner(*parts)
    results = epix_replay.requests(*parts, against=partner.address)
    assert [each.differences for each in results] == [()] * 5


def test_a_request_that_was_not_recorded_gets_a_fault(epix_replay):
    partner = epix_replay.partner(FOLDER)
    status, answer = post(partner.address, b"<a/>")
    assert status == 500 and b"NotRecorded" in answer
"""


@pytest.mark.long_haul  # the package is built and installed first
def test_a_project_outside_uses_the_plug_in(
    session: Session, tmp_path: Path, fresh_python: Path
) -> None:
    (tmp_path / "test_client.py").write_text(OUTSIDE.format(folder=str(session.folder)))
    tested = subprocess.run(
        [fresh_python, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 1, tested.stdout + tested.stderr
    assert "3 passed, 1 error" in tested.stdout
    assert "No recording answers this request" in tested.stdout
