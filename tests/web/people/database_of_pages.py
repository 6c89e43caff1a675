"""A database of PostgreSQL with roles, with the rows of a SQLite file, for the pages for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.database_roles import MIGRATE, SERVE, WEB, as_role, give_roles
from tests.databases import POSTGRESQL, empty_database
from tests.store.backup.whole_database import copy


@contextmanager
def variables_of_pages(folder: Path, source: Path) -> Iterator[dict[str, str]]:
    """Variables of the environment for a gateway whose pages have a role of their own.

    source: SQLite file whose rows are there.
    """
    with empty_database(folder, POSTGRESQL) as url:
        give_roles(url)
        copy(f"sqlite:///{source}", as_role(url, MIGRATE))
        give_roles(as_role(url, MIGRATE))
        yield {
            "EPIX_DATABASE__URL": as_role(url, SERVE),
            "EPIX_DATABASE__PAGES_URL": as_role(url, WEB),
            "EPIX_WEB__SECOND_FACTOR": "offered",
        }
