"""Fuzz run: inputs by number, each made anew from seed and number; each must keep the rules."""

import argparse
import gc
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from threading import Thread

SLOWEST_SECONDS = 2.0
MOST_GROWTH_BYTES = 12 * 1024 * 1024
_ON_ONE_THREAD = 500
_SAMPLES = 200

Try = Callable[[Random], str]
"""Makes an input, tries it, and returns its outcome in a word. Raises Broken."""


class Broken(Exception):
    """A rule was broken. input: as it was tried."""

    def __init__(self, what: str, tried: bytes) -> None:
        super().__init__(what)
        self.input = tried


@dataclass
class Run:
    """Figures of a run. resident: bytes of memory, sampled while it went."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    resident: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def growth_bytes(self) -> int:
        """Of resident memory, from the second quarter of the run to its last."""
        quarter = len(self.resident) // 4
        if quarter < 2:
            return 0
        return int(median(self.resident[-quarter:]) - median(self.resident[quarter : 2 * quarter]))


def run(
    attempt: Try,
    good: Callable[[], None],
    seed: int,
    numbers: range,
    say: Callable[[str], None] = print,
) -> Run:
    """Try the inputs of these numbers.

    good: sends a good request, and raises if the answer is wrong.

    Batches run on threads of their own, because the XML library keeps the names it meets until a
    thread ends. So the memory for the fuzzer's own names goes with its thread, and any other memory
    that is kept shows as growth.
    """
    done, start = Run(), time.perf_counter()
    step = max(_ON_ONE_THREAD, len(numbers) // _SAMPLES)
    for batch in _batches(numbers):
        failures: list[BaseException] = []
        thread = Thread(target=_try_all, args=(attempt, good, seed, batch, done, failures))
        thread.start()
        thread.join()
        if failures:
            raise failures[0]
        if (batch.start - numbers.start) // step != (batch.stop - numbers.start) // step:
            gc.collect()
            done.resident.append(_resident())
            passed = batch.stop - numbers.start
            rate = passed / (time.perf_counter() - start)
            say(
                f"{passed:>9,} inputs  {rate:7.0f}/s  {done.resident[-1] / 2**20:6.1f} MiB "
                f" {_top(done.outcomes)}"
            )
    done.seconds = time.perf_counter() - start
    if done.growth_bytes > MOST_GROWTH_BYTES:
        raise Broken(f"memory grew by {done.growth_bytes} bytes", b"")
    return done


def _batches(numbers: range) -> Iterator[range]:
    for start in range(numbers.start, numbers.stop, _ON_ONE_THREAD):
        yield range(start, min(start + _ON_ONE_THREAD, numbers.stop))


def _try_all(
    attempt: Try,
    good: Callable[[], None],
    seed: int,
    numbers: range,
    done: Run,
    failures: list[BaseException],
) -> None:
    number = numbers.start
    try:
        for number in numbers:
            begin = time.perf_counter()
            done.outcomes[attempt(Random(f"{seed}:{number}"))] += 1
            done.slowest_seconds = max(done.slowest_seconds, time.perf_counter() - begin)
            if done.slowest_seconds > SLOWEST_SECONDS:
                raise Broken(f"took {done.slowest_seconds:.1f} s", b"")
        good()
    except BaseException as failure:  # noqa: BLE001 - raised again where the run was asked for
        tried = b64encode(failure.input).decode() if isinstance(failure, Broken) else "see above"
        failure.add_note(f"input {number} of seed {seed}: {tried}")
        failures.append(failure)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _top(outcomes: Counter[str]) -> str:
    return " ".join(f"{name}={count}" for name, count in outcomes.most_common(4))


def main(
    about: str, make: Callable[[argparse.Namespace], tuple[Try, Callable[[], None]]], *choices: str
) -> None:
    """The command line of both fuzzers. choices: values of --backend; none: no such option."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first; with --inputs 1 to try it again"
    )
    if choices:
        parser.add_argument(
            "--backend",
            choices=choices,
            default=choices[0],
            help="use cases in memory, or a whole gateway",
        )
    asked = parser.parse_args()
    attempt, good = make(asked)
    numbers = range(asked.first, asked.first + asked.inputs)
    done = run(attempt, good, asked.seed, numbers, lambda line: print(line, flush=True))
    print(f"seed {asked.seed}: {asked.inputs:,} inputs in {done.seconds:.0f} s")
    print(
        f"slowest {done.slowest_seconds * 1000:.0f} ms, memory {done.growth_bytes / 2**20:+.1f} MiB"
    )
    for name, count in done.outcomes.most_common():
        print(f"{count:>9,}  {name}")
