"""Fuzzing engine: atheris (libFuzzer) with our own mutations beside its own.

It runs in a process of its own, because libFuzzer ends the process. A find does not end the run:
its first input is kept, by where it was raised, and the run goes on.
"""

import importlib
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

from tests.fuzz.coverage_guided.target import Target
from tests.fuzz.mutations import mutated

MOST_SECONDS = 2.0
"""Of the processor, for one input."""
MOST_BYTES = 192 * 1024 * 1024
"""By which one input may raise the largest size of the process."""
_BY_OUR_MUTATIONS = 0.5
_ROOT = Path(__file__).parents[3]


_CLEAR_REFS, _RESET_LARGEST_SIZE = Path("/proc/self/clear_refs"), "5"


class TooMuch(Exception):
    """An input took too much time or memory."""


def load(name: str, folder: Path) -> Target:
    """The target of this name, with a folder for its files."""
    module = importlib.import_module(f"tests.fuzz.coverage_guided.targets.{name}")
    made: Target = module.make(folder)
    return made


def bounded(attempt: Callable[[bytes], str], data: bytes) -> str:
    """The outcome of an attempt. Raises TooMuch, and what the attempt raises."""
    # Without it the largest size of an earlier input would hide a large one now.
    _CLEAR_REFS.write_text(_RESET_LARGEST_SIZE)
    began, size = time.process_time(), _largest_size()
    outcome = attempt(data)
    if (took := time.process_time() - began) > MOST_SECONDS:
        raise TooMuch(f"took {took:.1f} s of the processor")
    if (grew := _largest_size() - size) > MOST_BYTES:
        raise TooMuch(f"took {grew >> 20} MiB")
    return outcome


def signature(error: BaseException) -> str:
    """What and where: one word for all inputs that fail in the same way."""
    root = error
    while root.__cause__ is not None:
        root = root.__cause__
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(root.__traceback__)
        if str(_ROOT) in frame.filename and "/.venv/" not in frame.filename
    ]
    words = str(error).split(":")[0][:60] if not error.__cause__ else ""
    return f"{type(root).__name__} {frames[-1] if frames else '?'} {words}".strip()


def _largest_size() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fuzz(name: str, seconds: float, corpus: Path, report: Path) -> None:
    """Fuzz a target and write figures to `report`; never returns."""
    import atheris

    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-", dir="/dev/shm"))
    with atheris.instrument_imports(include=["gateway", "adapters"]):
        target = load(name, folder)
    began, executions = time.monotonic(), 0
    outcomes: Counter[str] = Counter()
    finds: dict[str, str] = {}
    finds_folder = corpus.parent / "finds"

    def one(data: bytes) -> None:
        nonlocal executions
        if time.monotonic() - began > seconds:
            took = time.monotonic() - began
            report.write_text(
                json.dumps(
                    {"executions": executions, "seconds": took,
                     "processor_seconds": time.process_time(), "outcomes": outcomes,
                     "finds": finds}
                )
            )  # fmt: skip
            os.system(f"rm -rf {folder}")
            os._exit(0)
        executions += 1
        try:
            outcomes[bounded(target.attempt, data)] += 1
        except Exception as error:  # noqa: BLE001 - each is a find
            word = signature(error)
            outcomes["FIND"] += 1
            if word not in finds:
                finds_folder.mkdir(exist_ok=True)
                kept = finds_folder / f"{name}-{sha256(word.encode()).hexdigest()[:12]}"
                kept.write_bytes(data)
                kept.with_suffix(".txt").write_text(
                    f"{word}\n\n{''.join(traceback.format_exception(error))}"
                )
                finds[word] = kept.name

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _BY_OUR_MUTATIONS:
            return mutated(random, data, target.seeds)[:largest]
        return bytes(atheris.Mutate(data, largest))

    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()).write_bytes(seed)
    largest = max(map(len, target.seeds)) * 2
    words = [sys.argv[0], str(corpus), f"-max_len={largest}", "-rss_limit_mb=2000", "-timeout=120",
             "-len_control=0", "-print_funcs=0", f"-artifact_prefix={corpus.parent}/"]  # fmt: skip
    atheris.Setup(words, one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
