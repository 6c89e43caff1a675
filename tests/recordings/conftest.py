"""A fresh machine: a Python with this package installed from its wheel, without the checkout."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.conftest import call, directory, made_directory
from tests.contract.sources import ROOT

__all__ = ["call", "directory", "made_directory"]


@pytest.fixture(scope="session")
def fresh_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its libraries are those of this environment, behind the package, which comes from its wheel.

    To fetch forty libraries again for each run would take longer than the tests.
    """
    folder = tmp_path_factory.mktemp("machine")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    _run(*pip, "wheel", "--no-deps", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    _run(*pip, "--python", python, "install", "--no-deps", wheel)
    (packages,) = (folder / "venv/lib").glob("*/site-packages")
    (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return python


def _run(*words: object) -> None:
    command = tuple(map(str, words))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
