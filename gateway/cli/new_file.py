"""New files for a person: made once, never overwritten, readable by their owner alone."""

from pathlib import Path

from gateway.cli.exits import CannotDo
from gateway.hardening import private_opener


def write_new(path: Path, content: bytes, *, advice: str) -> None:
    """Write a file that must not exist yet. Raises CannotDo with the advice where it does."""
    try:
        with open(path, "xb", opener=private_opener) as file:
            file.write(content)
    except FileExistsError:
        raise CannotDo(f"{path} exists already.", advice) from None
