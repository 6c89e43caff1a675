"""Synchronisation of a large national database: permits a second, memory, time of answers.

python -m tests.benchmarks.synchronising [--permits 300000] [--slices 10]

A national database of so many permits is made and synchronised by one process, from the first
permit on. For each slice of it: permits a second, memory of that process, and what an answer needs
of the gateway's database meanwhile (a look-up, a document, a record of the journal), from another
process. Then a run that finds nothing, and one that finds a hundred changes.
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from adapters.national.examples.ecites import COUNTRIES, make_database
from gateway.bootstrap import build, new_id
from gateway.bootstrap.gateway import Gateway
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.exchange.ports import DocumentForm, Exchange
from gateway.settings import load_settings
from gateway.shipped import shipped_folder
from tests.benchmarks.processes import cpu_seconds, members, proportional_megabytes

NAME = "ecites-database"
_LOOK_SECONDS = 0.25


@dataclass
class Slice:
    """Measurements of a part of a run. answers: milliseconds of each."""

    permits: int = 0
    began: float = field(default_factory=time.monotonic)
    memory: float = 0.0
    answers: list[float] = field(default_factory=list)

    def print(self, permits: int) -> None:
        seconds = time.monotonic() - self.began
        ordered = sorted(self.answers) or [0.0]
        print(
            f"{permits:9,} permits {(permits - self.permits) / seconds:6.0f} a second"
            f" {self.memory:5.0f} MB; answer: median {statistics.median(ordered):5.1f} ms,"
            f" 95 % {ordered[int(len(ordered) * 0.95)]:6.1f} ms; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="epix-synchronising-") as folder:
        directory = Path(folder) / "mz"
        _made(directory, asked.permits)
        with build(load_settings(directory)) as gateway:
            _whole(directory, gateway, asked.permits, asked.slices)
        for what, changes in (("nothing has changed", 0), ("a hundred changes", 100)):
            with closing(sqlite3.connect(directory / "data/ecites.sqlite")) as connection:
                connection.execute(
                    "UPDATE permit SET stamp_no = 'MZ ' || id, changed_at = '2030-01-01 00:00:00'"
                    " WHERE id IN (SELECT id FROM permit WHERE country = 'MZ' LIMIT ?)",
                    (changes,),
                )
                connection.commit()
            began = time.monotonic()
            with _begin(directory) as process:
                process.wait()
            print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permits", type=int, default=300_000)
    parser.add_argument("--slices", type=int, default=10)
    return parser.parse_args()


def _made(directory: Path, permits: int) -> None:
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    described = directory / f"conf/national/{NAME}.toml"
    described.parent.mkdir()
    described.write_bytes((shipped_folder() / f"conf/national/{NAME}.toml").read_bytes())
    make_database(directory / "data/ecites.sqlite", permits * len(COUNTRIES))


def _begin(directory: Path) -> "subprocess.Popen[bytes]":
    words = (sys.executable, "-m", "gateway", "national", "sync", NAME, "--once", "--json")
    return subprocess.Popen(
        [*words, "--dir", directory], stdout=subprocess.DEVNULL, start_new_session=True
    )


def _whole(directory: Path, gateway: Gateway, permits: int, slices: int) -> None:
    began, cpu = time.monotonic(), 0.0
    current, numbers = Slice(), _numbers(directory)
    with _begin(directory) as process:
        while process.poll() is None:
            time.sleep(_LOOK_SECONDS)
            state = gateway.national.states.state(NAME)
            there = state.counts.read if state else 0
            if there:
                current.answers.append(_answer_milliseconds(gateway, numbers))
            try:
                of_run = members(process.pid)
                current.memory = max(current.memory, proportional_megabytes(of_run))
                cpu = max(cpu, cpu_seconds(of_run))
            except (FileNotFoundError, ProcessLookupError):
                continue
            if there - current.permits >= permits / slices:
                current.print(there)
                current = Slice(there)
    print(f"all: {time.monotonic() - began:.1f} s, {cpu:.1f} s of processor", flush=True)


def _numbers(directory: Path) -> list[CertificateNumber]:
    """Numbers of the first permits, which are there from the first page on."""
    query = "SELECT permit_no FROM permit WHERE country = 'MZ' ORDER BY changed_at LIMIT 200"
    with closing(sqlite3.connect(directory / "data/ecites.sqlite")) as connection:
        return [CertificateNumber(number) for (number,) in connection.execute(query)]


def _answer_milliseconds(gateway: Gateway, numbers: list[CertificateNumber]) -> float:
    began = time.perf_counter()
    number = numbers[int(began * 1000) % len(numbers)]
    for header in gateway.store.permit_lookup.find(IsoCountryCode("MZ"), number):
        gateway.store.permit_lookup.document(header, "v2", DocumentForm.NON_FINAL)
    gateway.store.journal.record(Exchange.own(new_id(), "Benchmark", gateway.clock(), b"{}"))
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
