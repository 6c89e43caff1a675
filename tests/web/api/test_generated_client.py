"""A client generated from the OpenAPI description of a running gateway, in its own environment.

openapi-python-client needs another Typer than this project, so it is never installed beside it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import unavailable
from tests.web.api.conftest import NUMBER
from tests.web.api.served import served_api

pytestmark = [pytest.mark.slow, pytest.mark.long_haul]

GENERATOR = "openapi-python-client==0.29.1"
OWN = Path(__file__).parent / "generated"
_INSTALLING_SECONDS = 300


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment with the generator and what its clients need; its folder of programs."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    programs = folder / "bin"
    try:
        subprocess.run(
            [programs / "pip", "install", "--quiet", "--retries", "1", GENERATOR],
            check=True,
            capture_output=True,
            text=True,
            timeout=_INSTALLING_SECONDS,
        )
    except subprocess.TimeoutExpired:
        unavailable(f"pip could not install {GENERATOR} within five minutes")
    except subprocess.CalledProcessError as failed:
        unavailable(f"pip could not install {GENERATOR}: {failed.stderr[-500:]}")
    return programs


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_generated_client_asks_and_declares(
    environment: Path, prepared: Path, tmp_path: Path
) -> None:
    api = served_api(Path(shutil.copytree(prepared, tmp_path / "mz", symlinks=True)))
    api.start()
    try:
        run(
            environment / "openapi-python-client",
            *("generate", "--url", f"{api.address}/api/v1/openapi.json", "--meta", "none"),
            *("--config", OWN / "generator.yml", "--output-path", tmp_path / "epix_api"),
            "--fail-on-warning",
            folder=tmp_path,
        )
        shutil.copy(OWN / "calls.py", tmp_path)
        words = ("calls.py", api.address, api.key, NUMBER)
        assert run(environment / "python", *words, folder=tmp_path) == "ok\n"
    finally:
        api.close()
