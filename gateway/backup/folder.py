"""Files of the working directory: collected for a backup, and written back from it.

Never outside of the directory: neither the path of a file nor the target of a link leads out of it
(path traversal).
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gateway.backup.file_format import ArchivedFile, ArchivedLink
from gateway.domain.errors import BackupInvalid
from gateway.hardening import UMASK


def collect(directory: Path, names: Sequence[str]) -> Iterator[ArchivedFile | ArchivedLink]:
    """Files and links of these names and below.

    A link to a file outside of the directory is archived as that file; a link to a folder outside
    is left out.
    """
    for name in names:
        for path in sorted(_below(directory / name)):
            relative = path.relative_to(directory).as_posix()
            if path.is_symlink() and _stays_inside(relative, to := str(path.readlink())):
                yield ArchivedLink(relative, to)
            elif path.is_file():
                mode = stat.S_IMODE(path.stat().st_mode)
                yield ArchivedFile(relative, mode, path.read_bytes())


def require_inside(entry: ArchivedFile | ArchivedLink, names: Sequence[str]) -> None:
    """Require that an entry lies below one of the names, and that a link leads nowhere else.

    Raises BackupInvalid.
    """
    path = PurePosixPath(entry.path)
    if (
        path.is_absolute()
        or ".." in path.parts
        or not path.parts
        or path.parts[0] not in names
        or "\0" in entry.path
    ):
        raise BackupInvalid("The backup has a file that does not belong in a working directory.")
    if isinstance(entry, ArchivedLink) and not _stays_inside(entry.path, entry.to):
        raise BackupInvalid("The backup has a link that leads out of the working directory.")


def write(entries: Sequence[ArchivedFile | ArchivedLink], directory: Path) -> None:
    """Write entries into an empty directory, links last, so that no file is written through a link.

    Raises BackupInvalid.
    """
    for entry in sorted(entries, key=lambda entry: isinstance(entry, ArchivedLink)):
        target = directory / entry.path
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if target.parent.resolve() != directory.resolve() / PurePosixPath(entry.path).parent:
                raise BackupInvalid("The backup has a link that lies behind another link.")
            if isinstance(entry, ArchivedLink):
                target.symlink_to(entry.to)
            else:
                _write_file(target, entry)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise BackupInvalid("The backup has two files of one name.") from None


def _write_file(target: Path, entry: ArchivedFile) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(entry.content)
        file.flush()
        os.fchmod(file.fileno(), entry.mode & ~UMASK & 0o777)
        os.fsync(file.fileno())


def _below(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for below in path.iterdir():
        yield from _below(below)


def _stays_inside(path: str, to: str) -> bool:
    """Whether a link at `path` to the relative `to` leads to something below the top.

    All `..` must come first: a folder that is entered before a `..` may be a link itself.
    """
    steps = PurePosixPath(to).parts
    up = [step for step in steps if step == ".."]
    below_top = len(up) < len(PurePosixPath(path).parts)
    return (
        below_top
        and list(steps[: len(up)]) == up
        and not PurePosixPath(to).is_absolute()
        and "\0" not in to
    )
