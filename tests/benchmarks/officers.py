"""Look-ups of officers beside a loaded SOAP port: how long a person waits for the answer page.

python -m tests.benchmarks.officers [--rate 500] [--look-ups 5] [--seconds 60]

`serve` has both listeners of one gateway. A partner asks its SOAP port at a steady rate, by mutual
TLS (paced.py). Meanwhile officers look permits up, at a steady rate too: those of a partner at the
customs desk, over the wire from a second gateway, and own ones in the pages of the authority. A
wait counts from the moment at which the look-up was due until its answer page was read whole, so
that one late answer does not hide the lateness of those behind it. README.md has figures.
"""

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from gateway.bootstrap import SANDBOX_PASSWORD, add_sandbox_people, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.permit.party import Location, Signatory
from gateway.exchange.ports import NationalRecord
from gateway.serving import running
from gateway.settings import ServerMode, load_settings
from tests.benchmarks import permits, processes
from tests.builders import EXPORTER, IMPORTER, a_permit, a_position
from tests.waiting import until

HERE = Path(__file__).parent
GOAL_MS = 300
"""Of the 95th percentile of the look-ups at the desk."""
_FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
_TIMEOUT_SECONDS = 30
_QUIET = {"EPIX_OPERATIONS__LOG_LEVEL": "warning"}
_CERTIFICATE = (".pem", ".key.pem")
PARTNERS_PERMITS, OWN_PERMITS = 50, 50
"""Permits that are looked up, one after the other; each gateway has at least as many."""


@dataclass
class Officer:
    """A browser that has signed in. port: of the pages.  name: of the role."""

    port: int
    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _line: http.client.HTTPConnection | None = None

    def sign_in(self, page: str) -> None:
        """Sign in, and open a page, whose form token is used from then on."""
        self.get("/sign-in")
        status, _, _ = self.post("/sign-in", {"name": self.name, "password": SANDBOX_PASSWORD})
        assert status == 303, f"{self.name} could not sign in: {status}"
        self.get(page)

    def get(self, path: str) -> str:
        """A page. Raises OSError, http.client.HTTPException, ValueError for another status."""
        status, _, text = self._send("GET", path)
        if status != 200:
            raise ValueError(f"{path}: {status}")
        if token := _FORM_TOKEN.search(text):
            self.token = token[1]
        return text

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        """Send a form; status, location and text of the answer."""
        return self._send("POST", path, urlencode({"form_token": self.token, **fields}))

    def _send(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        if self._line is None:
            self._line = http.client.HTTPConnection(
                "localhost", self.port, timeout=_TIMEOUT_SECONDS
            )
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.port}",
            }
        try:
            self._line.request(method, path, body or None, headers)
            answer = self._line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self._line.close()
            self._line = None
            raise
        for value in answer.headers.get_all("Set-Cookie", ()):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer.status, answer.headers.get("Location", ""), text


HEAD = "| look-up | SOAP/s | answered (failed) | p50 ms | p95 ms | p99 ms | max ms |"
LookUp = Callable[[Officer, int], None]
"""Looks a permit up; which: a number that grows. Raises ValueError for a wrong answer."""


def at_the_desk(officer: Officer, which: int) -> None:
    """A partner's permit, by number and token."""
    number, token = of_partner(which % PARTNERS_PERMITS)
    status, location, _ = officer.post("/desk", {"country": "ZA", "number": number, "token": token})
    if status != 303:
        raise ValueError(f"/desk: {status}")
    if f"Export permit {number}" not in _words(officer.get(location)):
        raise ValueError(f"{number} is not shown")


def of_the_authority(officer: Officer, which: int) -> None:
    """An own permit, by its number."""
    number = permits.number(which % OWN_PERMITS)
    place = re.search(
        rf'href="(/authority/permits/\d+)"[^>]*>{number}<',
        officer.get(f"/authority?number={number}"),
    )
    if place is None or number not in officer.get(place[1]):
        raise ValueError(f"{number} is not shown")


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def of_partner(place: int) -> tuple[str, str]:
    """Number and token of a permit of the second gateway."""
    return f"ZA26EX{place:06d}", f"PARTNER-{place:04d}"


@dataclass
class Round:
    """Look-ups of one kind at a steady rate. waits: seconds, of those that were answered."""

    kind: str
    role: str
    page: str
    look_up: LookUp
    waits: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self, officers: Sequence[Officer], rate: float, seconds: float) -> None:
        """Have officers look up in turns. rate: look-ups a second, of all together."""
        begin, lock = time.monotonic() + 0.2, threading.Lock()

        def work(officer: Officer, first: int) -> None:
            for which in range(first, int(rate * seconds), len(officers)):
                due = begin + which / rate
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    self.look_up(officer, which)
                except (OSError, http.client.HTTPException, ValueError) as error:
                    print(f"{self.kind}: {error}", file=sys.stderr)
                    with lock:
                        self.failed += 1
                else:
                    with lock:
                        self.waits.append(time.monotonic() - due)

        threads = [
            threading.Thread(target=work, args=(officer, place))
            for place, officer in enumerate(officers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def row(self, load: str) -> str:
        """A row of the table."""
        cells = " | ".join(f"{self.percentile(each):.0f}" for each in (0.5, 0.95, 0.99, 1.0))
        return f"| {self.kind} | {load} | {len(self.waits)} ({self.failed}) | {cells} |"

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the look-ups were answered."""
        waits = sorted(self.waits) or [float("inf")]
        return waits[min(int(share * len(waits)), len(waits) - 1)] * 1e3


def rounds() -> tuple[Round, Round]:
    """New ones."""
    return (
        Round("partner's permit at the desk", "customs", "/desk", at_the_desk),
        Round("own permit at the authority", "authority", "/authority", of_the_authority),
    )


def partners_gateway(directory: Path) -> None:
    """Make the working directory of the second gateway, with its permits."""
    plan = Plan(IsoCountryCode("ZA"), listen="127.0.0.1:0", mode=ServerMode.PLAIN_LOOPBACK)
    make(directory, plan, DevelopmentCa())
    issuer = Signatory("C", party=IMPORTER)
    with build(load_settings(directory)) as gateway:
        for place in range(PARTNERS_PERMITS):
            number, token = of_partner(place)
            permit = a_permit(
                number,
                exporter=IMPORTER,
                importer=EXPORTER,
                issuer=issuer,
                management_authority=replace(issuer, letter="A", stamp="ZA 0004711"),
                issued_where=Location(name="Pretoria"),
                positions=tuple(
                    a_position(letter, origin=None, quota=None) for letter in permits.LINES
                ),
            )
            record = NationalRecord("benchmark", place + 1, permit, TokenId.parse(token))
            gateway.permits.publish.publish(record)


@contextmanager
def gateways(folder: Path, count: int, kept: Path | None) -> Iterator[tuple[int, int, list[int]]]:
    """Run both; the ports of SOAP and of the pages of ours, and its processes."""
    ours, theirs = folder / "ours", folder / "theirs"
    permits.working_directory(ours, count, kept)
    partners_gateway(theirs)
    with build(load_settings(ours)) as gateway:
        add_sandbox_people(gateway)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        pages = probe.getsockname()[1]
    environment = {
        **_QUIET,
        "EPIX_SERVER__MODE": "direct-tls",
        "EPIX_WEB__ENABLED": "true",
        "EPIX_WEB__LISTEN": f"127.0.0.1:{pages}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
    }
    serve = [sys.executable, "-m", "gateway", "serve", "--dir"]
    with running([*serve, str(theirs)], _QUIET) as partner:
        file = ours / "conf/partners.toml"
        text, address = file.read_text(encoding="utf-8"), f"{partner.address}/epix/v2"
        entry = '\n[[partner]]\nkey = "za"\n'
        assert text.count(entry) == 1, "conf/partners.toml"
        file.write_text(text.replace(entry, f'{entry}address = "{address}"\n'), "utf-8")
        with running([*serve, str(ours)], environment) as server:
            until(lambda: _listens(pages), "the pages for people")
            members = processes.members(server.process.pid)
            yield urlsplit(server.address).port or 0, pages, members


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def loaded(folder: Path, port: int, rate: float, seconds: float) -> Iterator[dict[str, float]]:
    """Load the SOAP port for the length of the block. Yields the figures, there at its end."""
    figures: dict[str, float] = {}
    if not rate:
        yield figures
        return
    keys, request = folder / "ours/keys", folder / "request"
    certificate = folder / "partner.pem"
    certificate.write_bytes(b"".join((keys / f"partner{end}").read_bytes() for end in _CERTIFICATE))
    request.write_bytes(permits.questions(OWN_PERMITS)[0].request)
    command = [
        *(sys.executable, str(HERE / "paced.py"), "--port", str(port), "--rate", str(rate)),
        *("--certificate", str(certificate), "--request", str(request)),
        *("--seconds", str(seconds)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield figures
        output, _ = process.communicate()
        figures.update(json.loads(output))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=500.0, help="requests of partners a second")
    parser.add_argument("--look-ups", type=float, default=5.0, help="of each kind, a second")
    parser.add_argument("--officers", type=int, default=8, help="of each kind")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--permits", type=int, default=OWN_PERMITS)
    parser.add_argument("--keep", type=Path, help="working directory to copy, as for run.py")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="epix-officers-") as made:
        folder = Path(made)
        with gateways(folder, max(asked.permits, OWN_PERMITS), asked.keep) as (
            port,
            pages,
            members,
        ):
            print(f"{HEAD}\n|{' --- |' * (HEAD.count('|') - 1)}", flush=True)
            for rate in (0.0, asked.rate):
                measured(folder, port, pages, members, rate, asked)


def measured(
    folder: Path,
    port: int,
    pages: int,
    members: list[int],
    rate: float,
    asked: argparse.Namespace,
) -> None:
    """Measure both kinds beside a rate of the SOAP port, and print their rows."""
    kinds = rounds()
    teams = []
    for kind in kinds:
        team = [Officer(pages, kind.role) for _ in range(asked.officers)]
        for officer in team:
            officer.sign_in(kind.page)
        kind.look_up(team[0], 0)  # what is loaded once is there
        teams.append(team)
    spent, began = processes.cpu_seconds(members), time.monotonic()
    with loaded(folder, port, rate, asked.seconds + 2) as figures:
        time.sleep(1.0 if rate else 0.0)
        threads = [
            threading.Thread(target=kind.run, args=(team, asked.look_ups, asked.seconds))
            for kind, team in zip(kinds, teams, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    busy = (processes.cpu_seconds(members) - spent) / (time.monotonic() - began)
    load = f"{rate:.0f}"
    for kind in kinds:
        print(kind.row(load), flush=True)
    if figures:
        print(
            f"\nSOAP: {figures['answered']:,} answered ({figures['failed']} failed),"
            f" p50 {figures['p50']:.1f} ms, p99 {figures['p99']:.1f} ms"
        )
        p95 = kinds[0].percentile(0.95)
        print(f"p95 at the desk: {p95:.0f} ms, goal {GOAL_MS} ms")
    print(f"\nthe gateway used {busy:.0%} of a core; load average {os.getloadavg()[0]:.1f}\n")


if __name__ == "__main__":
    main()
