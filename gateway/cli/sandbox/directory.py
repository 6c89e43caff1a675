"""Sandbox directory: a throw-away working directory with the permits of the sandbox published."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gateway import bootstrap
from gateway.cli.exits import CannotDo
from gateway.cli.options import settings_of
from gateway.cli.running_server import is_running
from gateway.cli.sandbox.options import SandboxOptions
from gateway.cli.workdir import Plan, make, quoted
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.sandbox.cases import CALLER
from gateway.settings import Settings, load_settings

PREFIX = "epix-sandbox-"
"""Of the folder in the system's folder for temporary files."""

_NAME = "gateway"
_MOST_REMOVALS = 50
_BETWEEN_REMOVALS_SECONDS = 0.1


@contextmanager
def sandbox_folder() -> Iterator[Path]:
    """A throw-away folder, removed at the end.

    A background job that is left at the end may make files in the database's folder until the
    process is gone, so the removal is tried again.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        yield folder
    finally:
        for _ in range(_MOST_REMOVALS):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(_BETWEEN_REMOVALS_SECONDS)


def make_sandbox(folder: Path, options: SandboxOptions) -> Settings:
    """Make the working directory of a sandbox in a folder; return its settings.

    Raises RecordInvalid, ServiceUnavailable.
    """
    directory = folder / _NAME
    plan = Plan(
        IsoCountryCode("MZ"),
        "ANAC",
        "Sandbox of epix-gateway",
        listen=str(options.listen),
        mode=options.mode,
        address=options.public_address,
    )
    ca = bootstrap.DevelopmentCa()
    caller = ca.sandbox_caller(CALLER.country.text)
    make(directory, plan, ca, _partner((caller.sha256,) if options.with_tls else ()))
    if options.with_tls:
        bootstrap.install_downloads(directory, ca, caller)
    settings = settings_of(directory)
    bootstrap.prepare_sandbox(settings)
    return settings


def sandbox_settings(directory: Path | None) -> Settings:
    """Settings of a running sandbox; None: of the one that this user runs on this machine.

    The environment is left aside, as it was when the sandbox was made.
    Raises CannotDo where there is none, or where there are several.
    """
    if directory is None:
        found = list(_running())
        if not found:
            raise CannotDo(
                "No sandbox of yours runs here.",
                "Start one with serve --sandbox, or name its directory with --dir.",
            )
        if len(found) > 1:
            raise CannotDo(
                "Several sandboxes of yours run here.",
                f"Name one with --dir: {' '.join(map(str, found))}",
            )
        directory = found[0]
    return load_settings(directory, {})


def _running() -> Iterator[Path]:
    """Working directories of sandboxes that this user runs.

    Every user may write into the folder for temporary files, so the owner is looked at.
    """
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        if folder.lstat().st_uid == os.getuid() and is_running(folder / _NAME):
            yield folder / _NAME


def _partner(fingerprints: Sequence[str]) -> str:
    """The caller of the sandbox as a table of conf/partners.toml."""
    return (
        f"\n[[partner]]\nkey = {quoted(CALLER.key)}\ncountry = {quoted(CALLER.country.text)}\n"
        f"certificate_sha256 = [{', '.join(map(quoted, fingerprints))}]\n"
        'confirm_after_expiry = "refuse"\n'
    )
