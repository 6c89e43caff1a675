"""Programs beside Python that tests need: a test that lacks one is skipped, and fails in CI.

Each test names what it needs, so that the summary of a run says which Debian package is missing.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NoReturn

import pytest

CI = os.environ.get("CI") == "true"
"""CI installs everything (`.ci/run`): a test that would be skipped there has proved nothing."""


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it in CI. reason: names the missing program and its package."""
    if CI:
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, package: str | None = None) -> str:
    """The path of a program. package: Debian's, where it is named otherwise."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    return path or unavailable(f"{name} is not installed (Debian: {package or name})")


@contextmanager
def started(command: Sequence[str], **options: Any) -> "Iterator[subprocess.Popen[Any]]":
    """A program for the length of the block: killed if it still runs at the end, and waited for.

    options: of subprocess.Popen.
    """
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()


_PHP_PACKAGES = {"soap": "php-soap", "dom": "php-xml", "openssl": "php-cli"}


def php(*modules: str) -> str:
    """The path of PHP. modules: the extensions that the test uses, as `php -m` names them."""
    path = program("php", "php-cli")
    for module in modules:
        if module not in _php_modules(path):
            unavailable(f"PHP lacks {module} (Debian: {_PHP_PACKAGES[module]})")
    return path


@cache
def _php_modules(path: str) -> frozenset[str]:
    done = subprocess.run([path, "-m"], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.lower().split())
