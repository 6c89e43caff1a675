"""Databases of the tests: an SQLite file, or one of its own in a PostgreSQL, for each test.

The server is that of TESTED_DATABASE_URL, else one that the tests start themselves (postgres.py).

A database with tables is a copy of one that each process of the tests migrates once, as migrations
take long and have tests of their own. On the server it is used again (database_pool.py). A working
directory that is made in this process gets such a copy too (copy_for_new_directories).
"""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from gateway import bootstrap
from gateway.hardening import private_opener
from gateway.settings import Settings, load_settings
from gateway.store import migrate
from tests import postgres
from tests.database_pool import definitions, emptied
from tests.long_haul import is_long_haul

SERVER = os.environ.get("TESTED_DATABASE_URL")
SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.slow))
"""For parametrisation: a test on PostgreSQL is slow, because its server has to be started."""


def both_in_long_form(short: str) -> Sequence[Any]:
    """For parametrisation of long-haul tests: both kinds, or one of them in the short form."""
    return BOTH if is_long_haul() else [short]


_free: list[str] = []
"""Names of migrated databases on the server that no test uses at this moment."""


@contextmanager
def empty_database(folder: Path, kind: str) -> Iterator[str]:
    """Address of a database without tables. folder: of the SQLite file."""
    if kind == SQLITE:
        yield f"sqlite:///{folder}/gateway.db"
        return
    schema = _new_name()
    _administer(f"CREATE SCHEMA {schema}")
    url = make_url(_server()).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    _administer(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def migrated_database(folder: Path, kind: str) -> Iterator[str]:
    """Address of a database with the tables of this version. folder: of the SQLite file."""
    if kind == SQLITE:
        yield f"sqlite:///{shutil.copy(migrated_file(), folder / 'gateway.db')}"
        return
    template, original = _migrated_template()
    name = _free.pop() if _free else _copied(template)
    yield _address_of(name)
    if emptied(_address_of(name), original):
        _free.append(name)
    else:
        _drop(name)


@cache
def migrated_file() -> Path:
    """A migrated SQLite file, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="epix-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "gateway.db"
    migrate(f"sqlite:///{file}")
    return file


def copy_for_new_directories() -> None:
    """From now on, `bootstrap.migrate` makes a new SQLite file by copying a migrated one.

    A file that is there already, or cannot be written, is left to the migrations.
    """
    migrations = bootstrap.migrate

    def migrate_or_copy(settings: Settings) -> None:
        url = make_url(settings.database.address)
        path = Path(url.database or "")
        if url.get_backend_name() != SQLITE or path.exists():
            migrations(settings)
            return
        try:
            with open(path, "xb", opener=private_opener) as file:
                file.write(migrated_file().read_bytes())
        except OSError:
            path.unlink(missing_ok=True)
            migrations(settings)

    bootstrap.migrate = migrate_or_copy


def make_template(fill: Callable[[str], None]) -> str:
    """Make a database on the server, to be copied. fill: gets its address. Returns its name."""
    name = _new_name()
    _administer(f"CREATE DATABASE {name}")
    if SERVER:  # a server of the tests' own is thrown away as a whole
        atexit.register(_drop, name)
    fill(_address_of(name))
    return name


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """Address of a copy of a database on the server; privileges on the database are not copied."""
    name = _copied(template)
    yield _address_of(name)
    _drop(name)


@cache
def _migrated_template() -> tuple[str, Sequence[str | None]]:
    name = make_template(migrate)
    return name, definitions(_address_of(name))


def _copied(template: str) -> str:
    name = _new_name()
    _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    if SERVER:
        atexit.register(_drop, name)
    return name


def _drop(name: str) -> None:
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _new_name() -> str:
    return f"epix_{uuid4().hex}"


def _server() -> str:
    return SERVER or postgres.address()


def _address_of(database: str) -> str:
    return make_url(_server()).set(database=database).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    engine = create_engine(
        make_url(_server()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def keep_in(url: str, directory: Path) -> None:
    """Set the database of a gateway's working directory, and migrate it."""
    conf = directory / "conf/gateway.toml"
    text = conf.read_text(encoding="utf-8").replace(
        "\n[database]\n", f"\n[database]\nurl = {json.dumps(url)}\n"
    )
    conf.write_text(text, encoding="utf-8")
    bootstrap.migrate(load_settings(directory))
