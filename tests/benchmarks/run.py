"""Benchmark of the gateway, compared with the floor (floor.py). README.md has method and figures.

python -m tests.benchmarks.run [--connections 1,16,64] [--seconds 5] [--setups
plain,unjournalled,tls,nginx]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import floor, permits, processes, server_database, setups
from tests.benchmarks.load import Question, drive
from tests.benchmarks.setups import Server

WARM_UP_SECONDS = 1.0
SETUPS = ("plain", "unwaiting", "unjournalled", "tls", "nginx")


@dataclass(frozen=True, slots=True)
class Figures:
    """A measurement.

    p50, p99: milliseconds.  cpu: microseconds of the server for each request.  rss: MB.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float
    rss: float


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="epix-benchmark-") as folder, ExitStack() as stack:
        directory = Path(folder) / "gateway"
        permits.working_directory(directory, asked.permits, asked.keep)
        database = Path(folder) / "floor.sqlite"
        floor.fill(database, permits.documents(directory, asked.permits))
        questions = permits.questions(asked.permits)
        url = stack.enter_context(server_database.moved(directory)) if asked.postgresql else None
        servers = [stack.enter_context(setups.floor(database, asked.workers))]
        servers += [stack.enter_context(each) for each in _gateways(asked, directory, url)]
        _print_head()
        shares = []
        for connections in asked.connections:
            rounds = [
                [_measured(server, connections, asked.seconds, questions) for server in servers]
                for _ in range(asked.rounds)
            ]
            for place, server in enumerate(servers):
                _print_row(
                    server.name,
                    connections,
                    [each[place] for each in rounds],
                    [each[0] for each in rounds],
                )
            if {"plain", "unjournalled"} <= set(asked.setups):
                journalled, bare = (
                    1 + asked.setups.index(name) for name in ("plain", "unjournalled")
                )
                shares.append(
                    (connections, _ratio([(each[journalled], each[bare]) for each in rounds]))
                )
        for connections, share in shares:
            print(
                f"With the journal, at {connections} connections: {share:.0%} of the requests"
                " without."
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--connections",
        type=lambda text: [int(each) for each in text.split(",")],
        default=[1, 16, 64],
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="measurements of each kind, in turn; the median counts",
    )
    parser.add_argument("--setups", type=lambda text: text.split(","), default=list(SETUPS))
    parser.add_argument("--permits", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1, help="processes of each server")
    parser.add_argument(
        "--threads", type=int, help="of the gateway's processes, in place of its default"
    )
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite, a server")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="working directory to copy, made if it is not there",
    )
    return parser.parse_args()


def _gateways(
    asked: argparse.Namespace, directory: Path, url: str | None
) -> list[AbstractContextManager[Server]]:
    # What an operator's gateway logs by default; plain HTTP makes a sandbox of it, which would say
    # more.
    common = {"EPIX_SERVER__WORKERS": str(asked.workers), "EPIX_OPERATIONS__LOG_LEVEL": "warning"}
    if url is not None:
        common["EPIX_DATABASE__URL"] = url
    if asked.threads is not None:
        common["EPIX_SERVER__THREADS"] = str(asked.threads)
    known: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        "plain": lambda: setups.plain(directory, "gateway", common),
        "unwaiting": lambda: setups.unwaiting(
            directory, "gateway, questions do not wait for the disk", common
        ),
        "unjournalled": lambda: setups.unjournalled(directory, "gateway without journal", common),
        "tls": lambda: setups.direct_tls(directory, "gateway, mutual TLS", common),
        "nginx": lambda: setups.behind_nginx(directory, "gateway behind nginx, mutual TLS", common),
    }
    return [known[name]() for name in asked.setups]


def _measured(
    server: Server, connections: int, seconds: float, questions: Sequence[Question]
) -> Figures:
    drive(server.connect, connections, WARM_UP_SECONDS, questions)
    workers = server.processes()
    before = processes.cpu_seconds(workers)
    load = drive(server.connect, connections, seconds, questions)
    spent = processes.cpu_seconds(workers) - before
    return Figures(
        load.per_second,
        load.percentile(0.50) * 1e3,
        load.percentile(0.99) * 1e3,
        spent / len(load.latencies) * 1e6,
        processes.resident_megabytes(workers),
    )


def _print_head() -> None:
    print(f"{time.strftime('%Y-%m-%d')}, medians")
    print(
        "| server | connections | requests/s | p50 ms | p99 ms | CPU µs each | RSS MB | of the"
        " floor |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")


def _print_row(
    name: str, connections: int, measured: Sequence[Figures], best: Sequence[Figures]
) -> None:
    def median(value: Callable[[Figures], float]) -> float:
        return statistics.median(value(each) for each in measured)

    ratio = _ratio(list(zip(measured, best, strict=True)))
    print(
        f"| {name} | {connections} | {median(lambda each: each.per_second):,.0f} |"
        f" {median(lambda each: each.p50):.2f} | {median(lambda each: each.p99):.2f} |"
        f" {median(lambda each: each.cpu):.0f} | {median(lambda each: each.rss):.0f} |"
        f" {ratio:.2f} |",
        flush=True,
    )


def _ratio(pairs: Sequence[tuple[Figures, Figures]]) -> float:
    # Each pair was measured moments apart, so that what else the machine does counts for both.
    return statistics.median(mine.per_second / other.per_second for mine, other in pairs)


if __name__ == "__main__":
    main()
