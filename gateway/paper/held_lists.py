"""Held key lists: a folder of the working directory with a file for each partner."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.errors import KeyUnusable
from gateway.hardening import private_opener

_ENDING = ".json"


@dataclass(frozen=True, slots=True)
class KeyListFolder:
    """The port `HeldKeyLists`. path: the folder; it is made with the first list."""

    path: Path

    def every(self) -> Iterator[tuple[str, bytes]]:
        """See the port."""
        for file in sorted(self.path.glob(f"*{_ENDING}")):
            try:
                yield file.name.removesuffix(_ENDING), file.read_bytes()
            except OSError as error:
                reason = (error.strerror or "unknown reason").lower()
                raise KeyUnusable(f"{file} cannot be read: {reason}.") from None

    def keep(self, partner: str, file: bytes) -> None:
        """See the port. partner: its key in conf/partners.toml, which fits into a file name."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.path / f".{partner}-new"
        with open(new, "wb", opener=private_opener) as out:
            out.write(file)
        new.replace(self.path / f"{partner}{_ENDING}")
