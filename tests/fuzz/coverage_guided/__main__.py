"""Runner of the coverage-guided fuzzers: one target for so long, figures added to those before.

    python -m tests.fuzz.coverage_guided mtom --seconds 300 --corpus ~/fuzz
    python -m tests.fuzz.coverage_guided --table --corpus ~/fuzz
    python -m tests.fuzz.coverage_guided mtom --corpus ~/fuzz --minimise ~/fuzz/finds/mtom-...

Needs atheris and Python 3.12. The corpus stands outside of the repository.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.coverage_guided import results
from tests.fuzz.coverage_guided.engine import bounded, load, signature
from tests.fuzz.coverage_guided.lines import ROOT, Watch, lines_of
from tests.fuzz.coverage_guided.minimise import minimised
from tests.fuzz.coverage_guided.targets import NAMES

_DOCUMENT = ROOT / "docs" / "security-classes.md"


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.coverage_guided")
    parser.add_argument("target", nargs="?", choices=NAMES)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--corpus", type=Path, required=True, help="outside of the repository")
    parser.add_argument("--minimise", type=Path, help="an input that was found, to make smaller")
    parser.add_argument("--table", action="store_true", help="write the figures into the docs")
    asked = parser.parse_args()
    asked.corpus.mkdir(parents=True, exist_ok=True)
    figures = results.Figures(asked.corpus / "results.json")
    if asked.table:
        results.write_table(figures, _DOCUMENT)
    elif asked.minimise:
        _minimise(asked.target, asked.minimise)
    else:
        _run(asked.target, asked.seconds, asked.corpus / asked.target, figures)


def _run(name: str, seconds: float, corpus: Path, figures: results.Figures) -> None:
    report = corpus.parent / f"{name}.report.json"
    report.unlink(missing_ok=True)
    module = "tests.fuzz.coverage_guided.engine"
    with (corpus.parent / f"{name}.log").open("ab") as log:
        ended = subprocess.run(
            [sys.executable, "-m", module, name, str(seconds), str(corpus), str(report)],
            cwd=ROOT, stdout=log, stderr=log, check=False,
        )  # fmt: skip
    if not report.is_file():
        raise SystemExit(f"{name} ended with {ended.returncode}: see {log.name}")
    piece = json.loads(report.read_text())
    covered, lines = _covered(name, corpus)
    figures.add(name, piece, covered, lines)
    print(
        f"{name}: {piece['executions']:,} executions in {piece['seconds']:.0f} s, "
        f"{covered} of {lines} lines, finds {piece['finds']}"
    )
    for outcome, count in sorted(piece["outcomes"].items(), key=lambda item: -item[1])[:12]:
        print(f"{count:>9,}  {outcome}")


def _covered(name: str, corpus: Path) -> tuple[int, int]:
    """How many lines of the target's files its corpus runs through, and how many there are."""
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as folder, Watch() as watch:
        target = load(name, Path(folder))
        for file in sorted(corpus.iterdir()):
            try:
                target.attempt(file.read_bytes())
            except Exception:  # noqa: BLE001 - a find is told by the engine
                continue
    lines = lines_of(target.modules)
    return len(lines & watch.seen), len(lines)


def _minimise(name: str, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as folder:
        target = load(name, Path(folder))

        def word(data: bytes) -> str:
            try:
                bounded(target.attempt, data)
            except Exception as error:  # noqa: BLE001 - any find
                return signature(error)
            return ""

        smaller = minimised(file.read_bytes(), word)
    file.with_suffix(".min").write_bytes(smaller)
    print(f"{file.stat().st_size} -> {len(smaller)} bytes: {smaller[:500]!r}")


if __name__ == "__main__":
    main()
