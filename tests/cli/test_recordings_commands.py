"""`record` and `replay`: what they write, say and end with."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from gateway.cli.exits import CANNOT_DO, DIFFERENT, EXITS
from gateway.domain.errors import RecordingInvalid
from gateway.recordings.recording import End, Message
from tests.cli.conftest import Call
from tests.recordings.exchanges import an_exchange, later, recorded

INVALID = EXITS[RecordingInvalid].status
ONE = "0001-GetNonFinalCitesCertificate"
SOAP = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"%b><s:Body>%b</s:Body>'
    b"</s:Envelope>"
)
FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>'
    b"s:Server</faultcode><faultstring>CertificateNotFinal</faultstring></s:Fault></s:Body>"
    b"</s:Envelope>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fault = later(an_exchange(FAULT, outcome="PartnerFault", status=500), 7.5, id="0193-fault")
    closed = later(
        an_exchange(b"", outcome="PartnerUnreachable", status=None, end=End.CLOSED),
        9,
        id="0193-end",
    )
    recorded(tmp_path, an_exchange(), fault, closed)
    return tmp_path / "set"


def test_the_time_line_says_when_and_what(folder: Path, call: Call) -> None:
    said = call("replay", folder, "--time-line")
    assert said.status == 0
    lines = [line.split() for line in said.out.splitlines() if "→" in line or "←" in line]
    assert [line[0] for line in lines] == [
        *("+0.000", "+0.250", "+7.500", "+7.750", "+9.000", "+9.250"),
    ]
    assert re.search(rf"→ {ONE} +[0-9]+", said.out)
    assert re.search(r"← answer +500\? +[0-9]+ +PartnerFault", said.out)
    assert re.search(r"← +connection closed +- +0 +PartnerUnreachable", said.out)
    program = call("replay", folder, "--time-line", "--json").json
    assert [each["outcome"] for each in program] == ["ok", "PartnerFault", "PartnerUnreachable"]


@pytest.mark.slow
def test_our_client_comes_to_the_recorded_outcomes(folder: Path, call: Call) -> None:
    said = call("replay", folder)
    assert said.status == 0, said.out
    assert "3 of 3 are as they were recorded." in said.out
    assert f"{ONE}: the same" in said.out
    program = call("replay", folder / ONE, "--json").json
    assert [(each["name"], each["same"], each["outcome"]) for each in program] == [
        (ONE, True, "ok")
    ]


@pytest.mark.slow
def test_a_difference_is_shown_with_its_box(folder: Path, tmp_path: Path, call: Call) -> None:
    """Another set of the same exchanges is a server whose answers differ in one box."""
    from gateway import bootstrap

    (first, *_) = bootstrap.recordings_in([folder / ONE])
    changed = Message(first.answer.body.replace(b'unitCode="KGM">12.5<', b'unitCode="KGM">13<'))
    object.__setattr__(first, "answer", changed)
    with bootstrap.answering([first]) as server:
        said = call("replay", folder / ONE, "--against", server.address)
        assert said.status == DIFFERENT
        assert "box 11, line B" in said.out
        assert re.search(r"recorded +12\.5", said.out)
        assert re.search(r"received +13", said.out)
        place = "TransportLogisticsPackage/ItemQuantity"
        assert (
            call("replay", folder / ONE, "--against", server.address, "--ignore", place).status == 0
        )
        program = call("replay", folder / ONE, "--against", server.address, "--json").json
    (difference,) = program[0]["differences"]
    assert (difference["box"], difference["line"]) == ("11", "B")


@contextmanager
def killed_at_the_end(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Else a failure in the block would wait for it."""
    try:
        yield
    finally:
        process.kill()


@pytest.mark.slow
def test_a_partner_is_served_until_it_is_stopped(folder: Path, call: Call) -> None:
    words = [sys.executable, "-m", "gateway", "replay", str(folder), "--serve", "127.0.0.1:0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, **pipes, text=True) as served, killed_at_the_end(served):
        address = re.search(r"3 recorded answers at (\S+) until", served.stdout.readline())[1]
        port = urlsplit(address).port
        taken = call("replay", folder, "--serve", f"127.0.0.1:{port}")
        assert taken.status == CANNOT_DO
        assert f"127.0.0.1:{port} cannot be listened on" in taken.err
        with pytest.raises(HTTPError) as refused:
            urlopen(address, b"<a/>")
        assert b"NotRecorded" in refused.value.read()
        refused.value.close()
        served.send_signal(signal.SIGTERM)
        _, said = served.communicate(timeout=30)
    assert served.returncode == 0
    assert "No recording answers this request" in said


@pytest.mark.slow
def test_a_stand_in_of_a_dialect_is_asked(tmp_path: Path, call: Call) -> None:
    """It holds other permits than the pseudonyms; ServiceState is answered by any."""
    request = (
        b"<v2:ServiceStateRequest><IsoCountryCode>MZ</IsoCountryCode></v2:ServiceStateRequest>"
    )
    body = SOAP % (b' xmlns:v2="urn:CitesDataExchange/v2/"', request)
    answer = b"<v2:ServiceStateResponse><State>OK</State></v2:ServiceStateResponse>"
    state = an_exchange(
        SOAP % (b' xmlns:v2="urn:CitesDataExchange/v2/"', answer),
        operation="ServiceState",
        request=Message(body),
    )
    recorded(tmp_path, state, later(an_exchange(), 3, id="0193-permit"))
    said = call("replay", tmp_path / "set", "--against", "standard-v2")
    assert said.status == DIFFERENT, said.err
    assert "0001-ServiceState: the same" in said.out, said.out
    assert "0002-GetNonFinalCitesCertificate: different" in said.out


@pytest.mark.parametrize("words", [(), ("--time-line",), ("--serve", "127.0.0.1:0")], ids=str)
def test_a_recording_edited_by_hand_says_so(
    folder: Path, words: tuple[str, ...], call: Call
) -> None:
    file = folder / ONE / "answer.xml"
    file.write_bytes(file.read_bytes().replace(b"13", b"14") + b" ")
    said = call("replay", folder, *words)
    assert said.status == INVALID
    assert "answer.xml: it is not as it was recorded" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--against", "http://epix.example/"), "must begin with https://"),
        (("--against", "nonsense"), "neither a URL nor a dialect"),
        (("--against", "nonsense:"), "--against: address"),
        (("--serve", "0.0.0.0:8090"), "is not this machine"),
        (("--serve", "nonsense"), "HOST:PORT"),
        (("--serve", "/run/x.sock"), "127.0.0.1:8090"),
        (("--serve", "127.0.0.1:0", "--time-line"), "Name one of"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], sentence: str, folder: Path, call: Call
) -> None:
    said = call("replay", folder, *words)
    assert said.status in (CANNOT_DO, INVALID)
    assert sentence in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "one of them"),
        (("--partner", "za", "--exchange", "0193"), "one of them"),
        (("--partner", "nobody"), "No partner is registered here as nobody."),
        (("--exchange", "0193b2c4-1111-7abc-8def-0123456789ab"), "No exchange of this id"),
        (("--from-har", "nowhere.har"), "No such file"),
    ],
)
def test_what_is_not_there_is_not_recorded(
    words: tuple[str, ...], sentence: str, directory: Path, tmp_path: Path, call: Call
) -> None:
    said = call("record", "--out", tmp_path / "out", "--dir", directory, *words)
    assert said.status in (CANNOT_DO, INVALID)
    assert sentence in " ".join(said.err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_har_file_becomes_recordings_and_another_har_file(tmp_path: Path, call: Call) -> None:
    from tests.recordings.test_har import a_file, an_entry

    file = a_file(tmp_path, an_entry())
    words = ("--out", tmp_path / "set", "--har", tmp_path / "out.har")
    said = call("record", "--from-har", file, *words)
    assert said.status == 0, said.err
    assert "1 exchanges" in said.out
    written = json.loads((tmp_path / "out.har").read_text())
    assert written["log"]["entries"][0]["response"]["status"] == 200
    assert call("replay", tmp_path / "set", "--time-line").status == 0
    again = call("record", "--from-har", file, *words)
    assert again.status == INVALID
    assert "holds something already" in " ".join(again.err.split())
