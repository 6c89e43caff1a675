"""Foreign SOAP stacks: programs that call every operation once and print what they read, as JSON.

Each is made from the WSDL once for a run, however many workers there are. What all of them must
have read stands here.
"""

import fcntl
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.interop.sandbox import FIRST, FOUND, SECOND

PERMITS = [each[key] for each in (FIRST, SECOND) for key in ("CertificateNumber", "TokenId")]
"""The last words of each program: a permit that is never confirmed, and one that is."""
_LINES = {"A": "5 NAR", "B": "12.5 KGM", "C": "3 NAR"}
assert {line: quantity.split()[0] for line, quantity in _LINES.items()} == FOUND


def require_all_read(facts: dict[str, Any]) -> str:
    """Require that everything was read as it is, faults too; returns the id of the confirmation."""
    identity = facts.pop("confirmation")
    assert identity
    assert facts == {
        "number": FIRST["CertificateNumber"],
        "lines": _LINES,
        "not_final": {"Code": "CertificateNotFinal", "Retry": "later", "Box": "14"},
        "too_much": {
            "Code": "QuantityExceeded",
            "Retry": "after-change",
            "Position": "B",
            "Box": "14",
        },
        "final": _LINES,
        "final_of_hub": _LINES,
        "state": "OK",
    }
    return str(identity)


def printed(*command: str | Path, cwd: Path | None = None) -> list[dict[str, Any]]:
    """What a program prints: a line of JSON for each version of SOAP that it speaks."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:] or done.stdout[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def run(command: Sequence[str | Path], cwd: Path) -> None:
    """Run a step of a build."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """The folder in which a program was built, once for all workers of a run.

    build: builds it in the folder.
    """
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / f"built-{name}"
    with (shared / f"built-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            build(folder)
            (folder / "done").touch()
    return folder
