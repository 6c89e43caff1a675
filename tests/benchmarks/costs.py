"""Costs of strangers: what each kind of flood takes from a gateway, and from a partner beside it.

python -m tests.benchmarks.costs [--floods refused-posts,slow-bodies] [--seconds 20]

Each flood meets a gateway of its own, as `init` sets it up with one worker. The gateway of another
version is measured with its own code and tests (README.md has the command). With `--apart` the
gateway, nginx and the partner go before the flood: then a figure shows what a flood takes from
the gateway, not from the processor that they share on this machine.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.serving import running
from tests.benchmarks import permits, processes
from tests.nginx import NAME, nginx

HERE = Path(__file__).parent
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Flood:
    """A kind of flood.

    options: of floods.py.  known: whether it has the partner's certificate.
    behind_nginx: the way in; else the gateway ends TLS itself.
    renew: the partner beside it opens a connection for each request.
    open_files: limit of the gateway's processes (RLIMIT_NOFILE, soft and hard).
    """

    kind: str
    options: Sequence[str] = ()
    known: bool = True
    behind_nginx: bool = False
    renew: bool = False
    open_files: int = 16_384


FLOODS = {
    "none": Flood("", ()),
    "none-nginx": Flood("", (), behind_nginx=True),
    "refused-posts": Flood("refused-posts", ("--megabytes=4",), known=False, behind_nginx=True),
    "pipelined-gets": Flood("pipelined-gets", ("--megabytes=41", "--connections=60")),
    "slow-bodies": Flood("slow-bodies", ("--megabytes=0.25", "--connections=400")),
    "silent-handshakes": Flood(
        "silent-handshakes", ("--connections=1100",), renew=True, open_files=1024
    ),
    "huge-heads": Flood("huge-heads", ("--connections=60",)),
    "refused-handshakes": Flood("refused-handshakes", ("--connections=20",), known=False),
    "refused-messages": Flood("refused-messages", ("--megabytes=0.01", "--connections=8")),
}


@dataclass
class Peaks:
    """Largest figures of a server's processes, sampled while a flood lasts.

    memory: MB of the largest process.  files: open ones of the process that has most.
    """

    members: Sequence[int]
    memory: float = 0.0
    files: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def sampled(self) -> Iterator[None]:
        """Sample for the length of the block."""
        thread = threading.Thread(target=self._sample)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            for process in self.members:
                self.memory = max(self.memory, processes.resident_megabytes([process]))
                self.files = max(self.files, sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()))


@dataclass(frozen=True, slots=True)
class Door:
    """The way into a running gateway.  members: its processes, nginx not among them."""

    port: int
    name: str
    members: Sequence[int]


@contextmanager
def opened(directory: Path, folder: Path, flood: Flood, apart: bool) -> Iterator[Door]:
    """Run a gateway, and nginx as shipped in front of it where the flood goes through it."""
    log = folder / "gateway.log"
    serve = [sys.executable, "-m", "gateway", "serve", "--dir", str(directory)]
    first = f"ulimit -n {flood.open_files};"
    if apart:
        first += " echo -10 >/proc/self/autogroup;"
    command = ["sh", "-c", f'{first} exec "$@" >>"$0" 2>&1', str(log), *serve]
    endpoint = folder / "http.sock"
    settings = {"EPIX_SERVER__MODE": "direct-tls"}
    if flood.behind_nginx:
        settings = {
            "EPIX_SERVER__MODE": "behind-proxy",
            "EPIX_SERVER__LISTEN": str(endpoint),
        }
    with running(command, settings) as server:
        members = processes.members(server.process.pid)
        if not flood.behind_nginx:
            yield Door(urlsplit(server.address).port or 0, "localhost", members)
            return
        keys = directory / "keys"
        with nginx(folder, f"unix:{endpoint}", folder / "server.pem", keys / "dev-ca.pem") as at:
            yield Door(urlsplit(at).port or 0, NAME, members)


def measured(name: str, flood: Flood, asked: argparse.Namespace) -> str:
    """The row of a flood."""
    with tempfile.TemporaryDirectory(prefix="epix-costs-") as made:
        folder = Path(made)
        directory = folder / "gateway"
        permits.working_directory(directory, asked.permits, asked.keep)
        (question, *_) = permits.questions(asked.permits)
        host = NAME if flood.behind_nginx else "localhost"
        request = question.request.replace(b"Host: localhost", b"Host: %b" % host.encode("ascii"))
        (folder / "request").write_bytes(request)
        keys, ours = directory / "keys", directory / "keys" / "server" / "current"
        _join(folder / "partner.pem", keys / "partner.pem", keys / "partner.key.pem")
        _join(folder / "server.pem", ours / "certificate.pem", ours / "key.pem")
        with opened(directory, folder, flood, asked.apart) as door:
            _paced(door, folder, flood, 2.0, 50.0)
            peaks = Peaks(door.members)
            size, lines = _bytes_and_lines(folder)
            spent, began = processes.cpu_seconds(list(door.members)), time.monotonic()
            with peaks.sampled(), _flooding(door, folder, flood, asked) as flooding:
                time.sleep(min(1.0, asked.seconds / 4))
                partner = _paced(door, folder, flood, asked.seconds, asked.rate)
            seconds = time.monotonic() - began
            busy = (processes.cpu_seconds(list(door.members)) - spent) / seconds
            grown, said = (
                after - before
                for after, before in zip(_bytes_and_lines(folder), (size, lines), strict=True)
            )
        load = os.getloadavg()[0]
        return (
            f"| {name} | {seconds:.0f} | {flooding.get('connections', 0):,} |"
            f" {flooding.get('sent_mb', 0):,.0f} | {partner['answered']:,} ({partner['failed']}) |"
            f" {partner['p50']:.1f} | {partner['p99']:.1f} | {partner['max']:.0f} |"
            f" {peaks.memory:.0f} | {busy:.0%} | {peaks.files:,} | {grown / 1e6:.2f} |"
            f" {said:,} | {load:.1f} |"
        )


def _set_session_priority(process: int, nice: int) -> None:
    """Set the priority of a session against others, where the kernel groups by sessions.

    There the niceness of a process counts within its session alone: sched(7), "The autogroup
    feature". No more than a wish, as some kernels and users cannot do so.
    """
    with suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(nice))


HEAD = (
    "| flood | s | connections of it | MB sent | partner answered (failed) | p50 ms | p99 ms |"
    " max ms | memory MB | CPU | files | disk MB | log lines | load |"
)


def _join(to: Path, *files: Path) -> None:
    to.write_bytes(b"".join(file.read_bytes() for file in files))


def _paced(door: Door, folder: Path, flood: Flood, seconds: float, rate: float) -> dict[str, float]:
    command = [
        *(sys.executable, str(HERE / "paced.py")),
        *("--port", str(door.port), "--name", door.name, "--rate", str(rate)),
        *("--certificate", str(folder / "partner.pem"), "--request", str(folder / "request")),
        *("--seconds", str(seconds)),
        *(("--renew",) if flood.renew else ()),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, float] = json.loads(done.stdout)
    return result


@contextmanager
def _flooding(
    door: Door, folder: Path, flood: Flood, asked: argparse.Namespace
) -> Iterator[dict[str, float]]:
    """Flood for the length of the block. Yields what it did, filled when the block has ended."""
    result: dict[str, float] = {}
    if not flood.kind:
        yield result
        return
    command = [
        *(sys.executable, str(HERE / "floods.py"), flood.kind),
        *("--port", str(door.port), "--name", door.name, "--seconds", str(asked.seconds + 2)),
        *(("--certificate", str(folder / "partner.pem")) if flood.known else ()),
        *flood.options,
        *asked.options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        if asked.apart:
            os.setpriority(os.PRIO_PROCESS, process.pid, 19)
            _set_session_priority(process.pid, 0)
        yield result
        output, _ = process.communicate()
        with suppress(ValueError):
            result.update(json.loads(output))


def _bytes_and_lines(folder: Path) -> tuple[int, int]:
    """Of all that a gateway and nginx write: the database with its log, both text logs."""
    logs = [log for log in (folder / "gateway.log", folder / "error.log") if log.exists()]
    files = [*(folder / "gateway").rglob("*"), *logs]
    size = sum(each.stat().st_size for each in files if each.is_file())
    return size, sum(len(re.findall(rb"\n", log.read_bytes())) for log in logs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floods", type=lambda text: text.split(","), default=list(FLOODS))
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=100.0, help="partner's requests a second")
    parser.add_argument("--apart", action="store_true", help="the flood at a lower priority")
    parser.add_argument("--permits", type=int, default=50)
    parser.add_argument("--keep", type=Path, help="working directory to copy, as for run.py")
    parser.add_argument("options", nargs="*", help="more options of floods.py, after --")
    asked = parser.parse_args()
    if asked.apart:
        _set_session_priority(os.getpid(), -10)
    print(f"{HEAD}\n|{' --- |' * HEAD.count(' | ')} --- |", flush=True)
    for name in asked.floods:
        print(measured(name, FLOODS[name], asked), flush=True)


if __name__ == "__main__":
    main()
