"""A national database of a few permits, described with [sync], that a test changes."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.national.examples.ecites import make_database
from gateway.shipped import shipped_folder
from tests.cli.conftest import Answer, Call

NAME = "ecites-database"
PERMITS = 12
"""Of three countries; those of Mozambique are four, none of a national species."""


@dataclass(frozen=True)
class National:
    """The database of a working directory, and the commands on it."""

    directory: Path
    call: Call

    def change(self, sql: str, *values: object, mark: str = "2026-06-01 12:00:00") -> None:
        """Run a statement of a national system. Permits of `changed_at = :mark` say when."""
        file = self.directory / "data/ecites.sqlite"
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(sql.replace(":mark", f"'{mark}'"), values)

    def numbers(self) -> list[str]:
        """Numbers of the permits of Mozambique."""
        with closing(sqlite3.connect(self.directory / "data/ecites.sqlite")) as connection:
            query = "SELECT permit_no FROM permit WHERE country = 'MZ' ORDER BY changed_at"
            return [number for (number,) in connection.execute(query)]

    def sync(self, *options: str) -> Answer:
        return self.call(
            *("national", "sync", NAME, "--once", "--json", "--dir", self.directory, *options)
        )

    def counts(self, *options: str) -> tuple[int, ...]:
        """Read, new, changed, same and refused of a run."""
        found = self.sync(*options).json
        return tuple(found[name] for name in ("read", "published", "changed", "same", "refused"))

    def rejected(self) -> list[dict[str, object]]:
        return list(self.call("national", "rejected", NAME, "--json", "--dir", self.directory).json)

    def shown(self, number: str) -> dict[str, object]:
        return dict(
            self.call("permits", "show", "MZ", number, "--json", "--dir", self.directory).json
        )


def national_system(directory: Path, call: Call, permits: int = PERMITS) -> National:
    """Make the database of a working directory and describe it."""
    folder = directory / "conf/national"
    folder.mkdir()
    shipped = (shipped_folder() / "conf/national" / f"{NAME}.toml").read_text(encoding="utf-8")
    (folder / f"{NAME}.toml").write_text(shipped, encoding="utf-8")
    make_database(directory / "data/ecites.sqlite", permits)
    return National(directory, call)
