"""Backups of a gateway: database, configuration and keys in one encrypted file, and back."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gateway import __version__
from gateway.backup import MakeBackup, RestoreBackup
from gateway.bootstrap.clock import now
from gateway.crypto.encryption.age import AgeReader, AgeWriter
from gateway.crypto.keys.development import MARKER
from gateway.exchange.ports import Clock
from gateway.settings import DatabaseSettings, Settings, files_named, load_settings
from gateway.store import knows, restoring, snapshot

NAMES = ("conf", "keys", MARKER)
"""Parts of a working directory that belong in a backup, beside the database."""


def make_backup(settings: Settings, clock: Clock = now) -> MakeBackup:
    """Writes backups of a gateway."""
    return MakeBackup(
        partial(snapshot, settings.database.address), AgeWriter, NAMES, __version__, clock
    )


def restore_backup(clock: Clock = now) -> RestoreBackup:
    """Reads backups."""
    return RestoreBackup(AgeReader, NAMES, knows, restoring, clock)


def settings_with(url_file: Path | None) -> Callable[[Path], Settings]:
    """Reader of the settings of a working directory.

    url_file: its only line is the URL of the database, in place of the configured one.
    """

    def settings_of(directory: Path) -> Settings:
        settings = load_settings(directory)
        if url_file is None:
            return settings
        url = url_file.read_text(encoding="utf-8").strip()
        database = DatabaseSettings.model_validate(
            {"url": url}, context={"directory": settings.directory}
        )
        return settings.model_copy(update={"database": database})

    return settings_of


def files_outside(settings: Settings) -> Sequence[Path]:
    """Files that the configuration names and that no backup holds, sorted.

    They lie outside of the folders in NAMES.
    """
    inside = [(settings.directory / name).resolve() for name in NAMES]
    named = set(files_named(settings)) - {settings.directory}
    return sorted(
        path
        for path in named
        if not any(path.parent.resolve().is_relative_to(top) for top in inside)
    )
