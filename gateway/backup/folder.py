"""Which files of the working directory belong in a backup, and how do they come back?

Never beyond the directory: neither the path of a file nor the target of a link leads out of it.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gateway.backup.form import KeptFile, KeptLink
from gateway.domain.errors import BackupInvalid


def kept(directory: Path, names: Sequence[str]) -> Iterator[KeptFile | KeptLink]:
    """Files and links of these names and below.

    A link to a file elsewhere is kept as that file; one to a folder elsewhere is left out, however much is there.
    """
    for name in names:
        for path in sorted(_below(directory / name)):
            inside = path.relative_to(directory).as_posix()
            if path.is_symlink() and _stays(inside, to := str(path.readlink())):
                yield KeptLink(inside, to)
            elif path.is_file():
                yield KeptFile(inside, stat.S_IMODE(path.stat().st_mode), path.read_bytes())


def require_inside(entry: KeptFile | KeptLink, names: Sequence[str]) -> None:
    """Raises BackupInvalid for what would not lie where it may, or lead out of there."""
    path = PurePosixPath(entry.path)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] not in names or "\0" in entry.path:
        raise BackupInvalid("The backup has a file that does not belong in a working directory.")
    if isinstance(entry, KeptLink) and not _stays(entry.path, entry.to):
        raise BackupInvalid("The backup has a link that leads out of the working directory.")


def put(entries: Sequence[KeptFile | KeptLink], directory: Path) -> None:
    """Put them into an empty directory, links last, so that nothing is written through one. Raises BackupInvalid."""
    for entry in sorted(entries, key=lambda each: isinstance(each, KeptLink)):
        target = directory / entry.path
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if target.parent.resolve() != directory.resolve() / PurePosixPath(entry.path).parent:
                raise BackupInvalid("The backup has a link that lies behind another link.")
            if isinstance(entry, KeptLink):
                target.symlink_to(entry.to)
            else:
                _write(target, entry)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise BackupInvalid("The backup has two files of one name.") from None


def _write(target: Path, kept_file: KeptFile) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(kept_file.content)
        file.flush()
        os.fchmod(file.fileno(), kept_file.mode & 0o777)
        os.fsync(file.fileno())


def _below(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for below in path.iterdir():
        yield from _below(below)


def _stays(path: str, to: str) -> bool:
    """Whether a link there, to that, leads to something below the top. Ups come first: what is down may be a link."""
    steps = PurePosixPath(to).parts
    up = [step for step in steps if step == ".."]
    within = len(up) < len(PurePosixPath(path).parts)
    return within and list(steps[: len(up)]) == up and not PurePosixPath(to).is_absolute() and "\0" not in to
