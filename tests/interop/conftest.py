"""What do the interop tests need? One sandbox for each module, and the other languages' tools, which CI must have."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sandbox import Sandbox, a_sandbox

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with a_sandbox() as started:
        yield started


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """tool("php"): where it is. Skips the test where it is not installed, which in CI is a failure."""

    def found(name: str) -> str:
        path = shutil.which(name)
        return path or unavailable(f"{name} is not installed")

    return found


@pytest.fixture(scope="session")
def php(tool: Callable[[str], str]) -> list[str]:
    """The command that runs php/client.php."""
    command = tool("php")
    modules = subprocess.run([command, "-m"], capture_output=True, text=True, check=True).stdout.split()
    if "soap" not in modules:
        unavailable("php-soap is not installed")
    return [command, str(HERE / "php" / "client.php")]


@pytest.fixture(scope="session")
def node(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs node/client.cjs, with the packages that package-lock.json names beside it."""
    command, npm = tool("node"), tool("npm")
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(HERE / "node", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    installed = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--prefer-offline"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    if installed.returncode:
        unavailable(f"npm could not install node-soap: {installed.stderr[-500:]}")
    return [command, str(folder / "client.cjs")]


def unavailable(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
