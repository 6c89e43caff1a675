"""How is a gateway backed up and restored? The room of backups, put together with database, keys and clock."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gateway import __version__
from gateway.backup import MakeBackup, RestoreBackup
from gateway.bootstrap.gateway import now
from gateway.exchange.ports import Clock
from gateway.settings import DatabaseSettings, Settings, files_named, load_settings
from gateway.signatures.age import AgeReader, AgeWriter
from gateway.signatures.development import MARKER
from gateway.store import knows, restoring, snapshot

NAMES = ("conf", "keys", MARKER)
"""What a gateway is made of, beside its database."""


def make_backup(settings: Settings, clock: Clock = now) -> MakeBackup:
    """Writes backups of a gateway."""
    return MakeBackup(partial(snapshot, settings.database.address), AgeWriter, NAMES, __version__, clock)


def restore_backup(clock: Clock = now) -> RestoreBackup:
    """Reads backups."""
    return RestoreBackup(AgeReader, NAMES, knows, restoring, clock)


def settings_with(url_file: Path | None) -> Callable[[Path], Settings]:
    """Settings by working directory. url_file: names the database, in place of what is configured there."""

    def settings_of(directory: Path) -> Settings:
        settings = load_settings(directory)
        if url_file is None:
            return settings
        url = url_file.read_text(encoding="utf-8").strip()
        named = DatabaseSettings.model_validate({"url": url}, context={"directory": settings.directory})
        return settings.model_copy(update={"database": named})

    return settings_of


def files_outside(settings: Settings) -> Sequence[Path]:
    """Files that the configuration names and no backup holds, as they lie outside of the working directory."""
    inside = [(settings.directory / name).resolve() for name in NAMES]
    named = set(files_named(settings)) - {settings.directory}
    return sorted(path for path in named if not any(path.parent.resolve().is_relative_to(top) for top in inside))
