"""Folder of report files: written beside their place, moved there once all are complete."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside(folder: Path, name: str) -> Iterator[Path]:
    """Make an empty folder in a folder, and remove it with what is left in it.

    name: beginning of the names of the files to come.
    Raises FileExistsError where a file of that beginning is there already, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if there := sorted(folder.glob(f"{name}[-.]*")):
        raise FileExistsError(f"{there[0]} exists already")
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as made:
        yield Path(made)


def put_in_place(files: Iterable[Path], folder: Path) -> list[Path]:
    """Move complete files into a folder; return their new paths."""
    return [file.rename(folder / file.name) for file in files]
