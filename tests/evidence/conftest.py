"""A gateway with evidence to export, and a Python without the gateway that verifies it."""

import subprocess
import venv
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import cryptography
import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build, new_id
from gateway.cli.main import app
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from tests.evidence.evidence_files import ANSWER, PERIOD, RECORDS, REQUEST, Pruned, exported, ids


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of another machine: the standard library and `cryptography`, and nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere") / "check"
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    own = Path(cryptography.__file__).parent.parent
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        for found in own.glob(f"{name}*"):
            if found.suffix != ".dist-info":
                (site / found.name).symlink_to(found)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway with two batches of exchanges."""
    directory = tmp_path_factory.mktemp("workdir") / "mz"
    made = CliRunner().invoke(
        app, ["init", "--country", "MZ", "--authority", "ANAC", str(directory)]
    )
    assert made.exit_code == 0, made.stderr
    with build(load_settings(directory)) as gateway:
        for count in (RECORDS, 2):
            for place in range(count):
                at = gateway.clock() - timedelta(hours=1)
                number = f"MZ26EX{place:06d}"
                gateway.store.journal.record(
                    Exchange(
                        new_id(),
                        Direction.IN,
                        at,
                        at,
                        "GetFinalCertificate",
                        "za",
                        "MZ",
                        None,
                        number,
                        "ok",
                        REQUEST,
                        ANSWER,
                    )
                )
            assert gateway.journal.seal.seal() == count
    return directory


@pytest.fixture(scope="session")
def of_record(workdir: Path) -> Path:
    return exported(workdir, ids(workdir)[RECORDS - 1])


@pytest.fixture(scope="session")
def of_period(workdir: Path) -> Path:
    return exported(workdir, *PERIOD)


@pytest.fixture(scope="session")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Pruned:
    return Pruned(tmp_path_factory.mktemp("pruned"))


@pytest.fixture
def check(elsewhere: Path, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run the script that came with the evidence."""

    def run(evidence: Path, *words: str) -> tuple[int, str]:
        with zipfile.ZipFile(evidence) as bundle:
            (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
        command = [elsewhere, "-I", "verify.py", evidence, *words]
        done = subprocess.run(
            command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return run
