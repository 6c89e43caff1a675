"""Database roles of the tests: conf/database-roles.sql as psql runs it, and what stands in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from gateway.store import migrate
from tests import postgres
from tests.databases import POSTGRESQL, copy_of, empty_database, make_template

SCRIPT = Path(__file__).parents[1] / "conf/database-roles.sql"
SERVE, PUBLISH, PRUNE = "epix_serve", "epix_publish", "epix_prune"
MIGRATE, READ, BACKUP = "epix_migrate", "epix_read", "epix_backup"
WEB = "epix_web"
USERS = (SERVE, PUBLISH, PRUNE, READ, BACKUP, WEB)
"""All but the owner."""

_ROW = re.compile(r"^    \('(\w+)',(?:  -- [^\n]*)?\s+((?:'[^']*'[,)]\s*){4})", re.MULTILINE)

_PAGES_ROW = re.compile(r"^    \('(\w+)', '([^']*)'\)", re.MULTILINE)

Grants = Mapping[str, frozenset[str] | None]
"""Privilege -> its columns; None: the whole table."""


def decisions() -> dict[str, dict[str, str]]:
    """Table -> role -> privileges, as the script has them on one line; `-`: none."""
    found, script = {}, SCRIPT.read_text(encoding="utf-8")
    pages = dict(_PAGES_ROW.findall(script))
    for table, values in _ROW.findall(script):
        texts = [" ".join(text.split()) for text in re.findall(r"'([^']*)'", values)]
        found[table] = dict(zip((SERVE, PUBLISH, PRUNE, READ), texts, strict=True))
        found[table][BACKUP] = "SELECT"
        found[table][WEB] = pages.pop(table, "-")
    assert not pages, "rows of epix_web for tables that are not there"
    return found


def grants(text: str) -> Grants:
    """Privileges such as `SELECT, UPDATE (status)`."""
    found = re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", text)
    return {name: frozenset(columns.split(", ")) if columns else None for name, columns in found}


def as_role(url: str, role: str) -> str:
    """The address of a database for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def give_roles(url: str) -> None:
    """Run the script, as the role of the address."""
    done = postgres.psql(url, "-f", SCRIPT)
    assert (done.returncode, done.stderr) == (0, "")


@contextmanager
def database_with_roles(folder: Path) -> Iterator[str]:
    """A migrated database, made in the documented order; the address of its superuser."""
    with empty_database(folder, POSTGRESQL) as url:
        _make(url)
        yield url


@contextmanager
def copied_database_with_roles() -> Iterator[str]:
    """A copy of such a database, for tests that are not about how it is made."""
    with copy_of(_template()) as url:
        yield url


@cache
def _template() -> str:
    return make_template(_make)


def _make(url: str) -> None:
    give_roles(url)
    migrate(as_role(url, MIGRATE))
    give_roles(as_role(url, MIGRATE))
