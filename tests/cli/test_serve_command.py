"""`serve` answers until it is stopped; the sandbox answers local callers and leaves no files."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.forked.commands import completed
from tests.programs import started

pytestmark = pytest.mark.slow

SECONDS = 60
SERVE = [sys.executable, "-m", "gateway", "serve"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox on a free port; gives what it printed.

    Stopped afterwards, and its folder must be gone.
    """
    folder = tmp_path_factory.mktemp("sandbox")
    out = folder / "out"
    (folder / "tmp").mkdir()
    # a setting of a real gateway must not reach into the sandbox
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "EPIX_SERVER__LISTEN": "0.0.0.0:1"}
    words = [*SERVE, "--sandbox", "--bind", "127.0.0.1:0"]
    with (
        out.open("w") as file,
        started(words, stdout=file, stderr=file, env=environment) as process,
    ):
        until = time.monotonic() + SECONDS
        while "curl" not in out.read_text() and time.monotonic() < until:
            assert process.poll() is None, out.read_text()
            time.sleep(0.1)
        yield out.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert list((folder / "tmp").iterdir()) == []


def curl_line(printed: str) -> list[str]:
    return shlex.split(next(line for line in printed.splitlines() if line.startswith("curl ")))


def ask(words: list[str], change: tuple[str, str] = ("", "")) -> str:
    """Send what the printed curl line would send."""
    address = next(word for word in words if word.startswith("http"))
    header = words[words.index("-H") + 1].partition(": ")
    body = words[words.index("-d") + 1].replace(*change)
    request = urllib.request.Request(address, body.encode(), {header[0]: header[2]})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def test_the_sandbox_names_its_permits_and_says_what_it_is(sandbox: str) -> None:
    assert "SANDBOX" in sandbox
    assert "permit MZ26EX000001  token SANDBOX-7KQ4-2M9X" in sandbox
    assert "permit MZ26EX000002  token SANDBOX-8RW5-3N6Y" in sandbox


def test_the_printed_curl_line_gets_the_permit(sandbox: str) -> None:
    answer = ask(curl_line(sandbox))
    assert "<CITESEPermit" in answer
    assert "MZ26EX000001" in answer


def test_a_wrong_token_opens_nothing_in_the_sandbox_either(sandbox: str) -> None:
    assert "CertificateNotFound" in ask(
        curl_line(sandbox), ("SANDBOX-7KQ4-2M9X", "SANDBOX-0000-0000")
    )


def test_the_wsdl_shows_the_address_it_is_served_at(sandbox: str) -> None:
    address = next(word for word in curl_line(sandbox) if word.startswith("http"))
    with urllib.request.urlopen(f"{address}?wsdl", timeout=SECONDS) as answer:
        assert f'location="{address}"' in answer.read().decode()


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080", "example.org:8080", "/run/epix.sock"]
)
def test_the_sandbox_never_listens_for_others(call: Call, bind: str) -> None:
    answer = call("serve", "--sandbox", "--bind", bind)
    assert answer.status == 1
    assert "loopback" in answer.err


@pytest.mark.parametrize("bind", ["8080", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_is_written_as_host_and_port(call: Call, bind: str) -> None:
    answer = call("serve", "--sandbox", "--bind", bind)
    assert answer.status == 1
    assert "HOST:PORT" in answer.err


def serve(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return completed([*SERVE, *words], seconds=SECONDS)


def test_nothing_is_served_from_a_wrong_configuration(directory: Path) -> None:
    path = directory / "conf/gateway.toml"
    wrong = path.read_text(encoding="utf-8").replace('"direct-tls"', '"tls"')
    path.write_text(wrong, encoding="utf-8")
    line = wrong.count("\n", 0, wrong.index('mode = "tls"')) + 1
    done = serve("--dir", directory)
    assert done.returncode == 60
    assert f"conf/gateway.toml, line {line}:" in done.stderr
    assert done.stdout == ""


def test_a_key_that_does_not_work_is_a_sentence_before_any_port_is_opened(directory: Path) -> None:
    (directory / "keys/server/dev/key.pem").write_text("nothing")
    with socket.create_server(
        ("127.0.0.1", 0)
    ) as taken:  # a server that opened its port first would complain of this
        done = serve("--dir", directory, "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 63
    assert "server/current/key.pem holds no PEM private key" in done.stderr
    assert "keys new" in done.stderr
    assert "Traceback" not in done.stderr


def test_development_certificates_are_refused_where_the_directory_is_not_marked(
    directory: Path,
) -> None:
    (directory / "DEVELOPMENT-ONLY").unlink()
    done = serve("--dir", directory, "--bind", "127.0.0.1:0")
    assert done.returncode == 63
    assert "holds a development certificate" in done.stderr
    assert done.stdout == ""


def test_a_database_that_was_never_made_is_a_sentence(directory: Path) -> None:
    (directory / "data/gateway.sqlite").unlink()
    done = serve("--dir", directory, "--bind", "127.0.0.1:0")
    assert done.returncode == 50
    assert "Traceback" not in done.stderr
