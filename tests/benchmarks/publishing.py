"""Publication of thousands of national records: seconds, processor time and memory.

python -m tests.benchmarks.publishing [--permits 10000] [--rounds 1] [--before OLD]

Each round publishes the same file with the command of this version, and again, when every permit is
there already; with --before also with the command of an older version, in turns. OLD is a checkout
of it that has the same Python packages. Others may share the machine: compare within a round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from tests.benchmarks.processes import cpu_seconds, members, proportional_megabytes

HERE = Path(__file__).parent.parent.parent
_LOOK_SECONDS = 0.1
_MEMORY_EACH = 10
"""Memory is read once in so many looks, as it takes the kernel long."""


@dataclass(frozen=True)
class Cost:
    """Cost of a publication. cpu: seconds of all processes.  memory: most at a time, in MB."""

    seconds: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.seconds:7.1f} s {self.cpu:7.1f} s CPU {self.memory:5.0f} MB"


def main() -> None:
    asked = _arguments()
    ways = {"before": asked.before.resolve(), "now": HERE} if asked.before else {"now": HERE}
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="epix-publishing-") as folder:
        records = _records(Path(folder) / "records.jsonl", asked.permits)
        for turn in range(asked.rounds):
            for way, code in ways.items():
                directory = Path(folder) / f"{way}-{turn}"
                make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
                for what in (way, f"{way}, all there"):
                    costs.setdefault(what, []).append(_publish(code, records, directory))
                    print(f"{what:18} {costs[what][-1]}  load {os.getloadavg()[0]:.1f}", flush=True)
    if asked.before:
        for name in ("seconds", "cpu"):
            ratios = [
                getattr(before, name) / getattr(now, name)
                for before, now in zip(costs["before"], costs["now"], strict=True)
            ]
            print(f"before / now, {name}: {statistics.median(ratios):.2f} of {sorted(ratios)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permits", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--before", type=Path, help="checkout of an older version")
    return parser.parse_args()


def _records(file: Path, count: int) -> Path:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    record = json.loads(example.read_text(encoding="utf-8"))[0]
    with file.open("w", encoding="utf-8") as written:
        for place in range(count):
            named = {**record, "number": f"MZ26EX{place:06}", "stamp": f"MZ {place:07}"}
            written.write(f"{json.dumps(named, ensure_ascii=False)}\n")
    return file


def _publish(code: Path, records: Path, directory: Path) -> Cost:
    words: Sequence[str | Path] = (
        *(sys.executable, "-m", "gateway", "publish"),
        *(records, "--dir", directory, "--json"),
    )
    began = time.monotonic()
    cpu: dict[int, float] = {}
    memory, looks = 0.0, 0
    with subprocess.Popen(
        words,
        cwd=code,
        env={**os.environ, "PYTHONPATH": str(code)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            for each in members(process.pid):
                try:
                    cpu[each] = cpu_seconds([each])
                except (FileNotFoundError, ProcessLookupError):
                    continue
            if looks % _MEMORY_EACH == 0:
                memory = max(memory, proportional_megabytes(members(process.pid)))
            looks += 1
            time.sleep(_LOOK_SECONDS)
    assert process.returncode == 0, process.returncode
    return Cost(time.monotonic() - began, sum(cpu.values()), memory)


if __name__ == "__main__":
    sys.exit(main())
