"""Clients in other languages, and one sandbox for all of the interop tests.

A tool that is not installed skips the tests that need it; in CI they fail (tests/programs.py).
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests import programs
from tests.interop.cxf.building import Cxf, cxf_client
from tests.interop.sandbox import Sandbox, a_sandbox
from tests.interop.stacks import built_once

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Its permits are as sandbox.py says; all tests together are refused fewer than 60 times."""
    with a_sandbox() as started:
        yield started


@pytest.fixture(scope="session")
def php() -> list[str]:
    """The command that runs php/client.php."""
    return [programs.php("soap"), str(HERE / "php" / "client.php")]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs node/client.cjs.

    The packages that package-lock.json names are installed beside it, which takes a network or
    npm's cache.
    """
    command, npm = programs.program("node", "nodejs"), programs.program("npm")
    folder = built_once(tmp_path_factory, "node", partial(install_packages, npm, HERE / "node"))
    return [command, str(folder / "client.cjs")]


def install_packages(npm: str, source: Path, folder: Path) -> None:
    """Copy the programs of a folder, and install what its package-lock.json names beside them."""
    shutil.copytree(
        source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules")
    )
    try:
        installed = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        programs.unavailable("npm could not install its packages within two minutes")
    if installed.returncode:
        programs.unavailable(f"npm could not install its packages: {installed.stderr[-500:]}")


@pytest.fixture(scope="session")
def cxf(tmp_path_factory: pytest.TempPathFactory) -> Cxf:
    """The client of Apache CXF."""
    return cxf_client(tmp_path_factory)
