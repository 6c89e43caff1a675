"""Writing of a partner change: certificate files first, then conf/partners.toml in one step."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.hardening import FOLDER_MODE, private_opener
from gateway.settings.introduction.toml_writing import with_partner
from gateway.settings.reading.load import FILES, settings_problems

_PARTNERS = FILES[1]


def write_change(
    directory: Path,
    key: str,
    values: Mapping[str, Any],
    files: Mapping[str, bytes],
    before_it_counts: Callable[[], None],
) -> None:
    """Write values of a partner into conf/partners.toml, and certificate files beside it.

    before_it_counts: called once everything has been checked, such as to record it.
    Raises SettingsInvalid where the configuration would not be valid afterwards; then
    conf/partners.toml is as it was.
    """
    target = directory / _PARTNERS
    text = target.read_text(encoding="utf-8") if target.is_file() else ""
    after = with_partner(text, key, values)
    made = [_write_new(directory / name, content, directory) for name, content in files.items()]
    try:
        for problem in settings_problems(directory, texts={_PARTNERS: after}):
            raise problem
        before_it_counts()
        _replace(target, after, directory)
    except BaseException:
        for path in filter(None, made):
            path.unlink()
        raise


def _write_new(path: Path, content: bytes, like: Path) -> Path | None:
    """Write a file unless it is there: its name holds its digest. None where it was there."""
    folder = path.parent
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE, parents=True)
        _belongs_to_owner_of(like, folder, folder.parent)
    try:
        with open(path, "xb", opener=private_opener) as file:
            file.write(content)
    except FileExistsError:
        return None
    _belongs_to_owner_of(like, path)
    return path


def _replace(target: Path, text: str, like: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _belongs_to_owner_of(target if target.exists() else like, new)
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _belongs_to_owner_of(like: Path, *paths: Path) -> None:
    """Give files to the gateway's own user; only root can, and it alone has to."""
    owner = like.stat()
    for path in paths:
        with suppress(PermissionError):
            os.chown(path, owner.st_uid, owner.st_gid)
