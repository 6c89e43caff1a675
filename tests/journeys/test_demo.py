"""Demonstration from end to end, in real processes; it leaves nothing behind, however it ends."""

import io
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

import pytest
from PIL import Image

from gateway.bootstrap import build
from gateway.cli.demo.steps import Exchange
from gateway.cli.demo.two_gateways import make
from gateway.paper.pictures import codes_in
from tests import programs
from tests.databases import POSTGRESQL, keep_in, migrated_database
from tests.forked import commands as forked
from tests.forked.commands import GATEWAY, running
from tests.waiting import LONGEST_SECONDS, until

pytestmark = pytest.mark.slow

SECONDS = 180


def environment(folder: Path) -> dict[str, str]:
    return {
        "TMPDIR": str(folder),
        "COLUMNS": "80",
        "EPIX_SERVER__WORKERS": "not a number",
    }


def processes(folder: Path) -> set[int]:
    """Processes that have a file below the folder open, as gateways their database and lock."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # it has ended meanwhile
            if entry.readlink().is_relative_to(folder):
                found.add(int(entry.parts[2]))
    return found


def run_until(
    when: str,
    folder: Path,
    ending: signal.Signals,
    before: Callable[[str], None] = lambda said: None,
    options: Sequence[str] = ("--keep",),
    start: Callable[..., AbstractContextManager[Any]] = forked.started,
) -> tuple[int, str]:
    """Run `demo`, and end it when it says something. Its exit status and output.

    before: called with the output before the end. start: called with the command, what is added to
    the environment, and the file for its output.
    """
    out = folder / "out"
    below = folder / "folder"
    below.mkdir()

    def said() -> str:
        return out.read_text(encoding="utf-8")

    with (
        out.open("w") as file,
        start([*GATEWAY, "demo", *options], environment(below), file) as demo,
    ):
        until(lambda: demo.poll() is not None or when in said(), f"{when!r} in the output")
        assert demo.poll() is None, said()
        assert processes(below)
        before(said())
        demo.send_signal(ending)
        status = demo.wait(SECONDS)
    assert processes(below) == set()
    assert list(below.iterdir()) == []
    return status, said()


def executed(
    command: Sequence[str], added: Mapping[str, str], output: IO[str]
) -> AbstractContextManager[Any]:
    """A command that is not forked: it imports the program, and executes its gateways."""
    environment = {**os.environ, **added}
    return programs.started(command, stdout=output, stderr=output, env=environment)


def code_on_screen(said: str) -> list[str]:
    """Texts of the QR codes that stand in the output as half blocks."""
    lines = [line for line in said.splitlines() if len(line) > 60 and not line.strip(" ▀▄█")]
    width, height = len(lines[0]), 2 * len(lines)
    picture = Image.new("L", (width, height), 255)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            for lower, dark in enumerate(("▀█", "▄█")):
                if character in dark:
                    picture.putpixel((column, 2 * row + lower), 0)
    file = io.BytesIO()
    picture.resize((4 * width, 4 * height), Image.Resampling.NEAREST).save(file, "PNG")
    assert width <= 80  # columns of a usual window
    return list(codes_in(file.getvalue()))


class Browser:
    """A browser of this machine: it keeps cookies and sends forms with their token."""

    def __init__(self, address: str) -> None:
        self.origin = address.removesuffix("/desk")
        self.cookies: dict[str, str] = {}
        self.page = ""

    def send(self, method: str, path: str, **fields: str) -> str:
        """Send a request; return where it leads to. The page is kept."""
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', self.page)
        form = {"form_token": token[1] if token else "", **fields} if method == "POST" else {}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        connection = HTTPConnection(urlsplit(self.origin).netloc, timeout=60)
        connection.request(method, path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        self.page = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        assert answer.status == (303 if method == "POST" else 200), self.page
        return answer.headers.get("Location", "")

    @property
    def words(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.page)).split())


def look_up_as_printed(said: str) -> None:
    """Sign in as the printed officer, and look the printed code up."""
    address, officer, password = (
        re.search(rf"^  {label} +(.+)$", said, re.MULTILINE)[1]  # type: ignore[index]
        for label in ("address", "officer", "password")
    )
    picture = Path(re.search(r"takes (\S+\.png)", said)[1])  # type: ignore[index]
    (code,) = code_on_screen(said)
    assert codes_in(picture.read_bytes()) == (code,)
    browser = Browser(address)
    browser.send("GET", "/sign-in")
    browser.send("POST", "/sign-in", name=officer, password=password)
    browser.send("GET", "/desk")
    permit = browser.send("POST", "/desk/scan", code=code)
    browser.send("GET", permit)
    assert "MZ26EX000201" in browser.words
    assert "Crocodylus niloticus" in browser.words
    assert "MAY PASS: nothing was found against this document" in browser.words


def test_every_step_of_the_exchange_happens_and_nothing_is_left(tmp_path: Path) -> None:
    status, said = run_until("Ctrl-C stops them", tmp_path, signal.SIGINT, look_up_as_printed)
    assert status == 0, said
    for part in (
        "Mozambique (MZ) serves https://127.0.0.1:",
        "South Africa (ZA) serves https://127.0.0.1:",
        "over mutual TLS",
        "sealed and valid, signed by CN=MZ permit seal",
        "refused: CertificateNotFound",
        "refused: CertificateNotFinal",
        "✓ CONFIRMED",
        "✓ ALREADY_CONFIRMED, the same event as before",
        "shows what was confirmed",
        "✓ OK, version",
        "All 9 steps happened",
    ):
        assert part in said, part
    for part in ("Traceback", "WARNING", "ERROR"):
        assert part not in said, said
    assert len(re.findall(r"https://127\.0\.0\.1:\d+/epix   --dir ", said)) == 2


@pytest.mark.long_haul  # the test above ends it too, by Ctrl-C at its end
def test_nothing_is_left_of_a_demonstration_that_is_terminated_halfway(tmp_path: Path) -> None:
    status, said = run_until(
        "Mozambique (MZ) serves", tmp_path, signal.SIGTERM, options=(), start=executed
    )
    assert status == 130, said


@pytest.mark.long_haul
def test_every_step_happens_on_postgresql_too(tmp_path: Path) -> None:
    gateways = make(tmp_path)
    with ExitStack() as opened:
        for country in gateways.both:
            keep_in(
                opened.enter_context(migrated_database(tmp_path, POSTGRESQL)), country.directory
            )
            serve = [*GATEWAY, "serve", "--quiet", "--dir", country.directory]
            opened.enter_context(running(serve, ready_seconds=LONGEST_SECONDS))
        mozambique, south_africa = (
            opened.enter_context(build(country.settings)) for country in gateways.both
        )
        for step in Exchange(gateways, mozambique, south_africa).steps():
            step.run()  # raises where it does not happen
        assert mozambique.store.journal.latest(1)
