"""Database migrations: bring the tables to the revision of this gateway, and check that they are.

A revision with `expands = True` only adds, so gateways of the version before keep working beside
it. The database itself holds the oldest revision whose gateways may use it (table `compatibility`):
an older gateway has no newer scripts, but it can tell whether it has that one. docs/nodes.md has
the rule for migrations. Alembic is imported where something is migrated (revisions.py says why).
"""

from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, inspect, select

from gateway.domain.errors import ServiceUnavailable
from gateway.store.database import engines, revisions
from gateway.store.database.errors import guarded
from gateway.store.tables import compatibility

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory


def migrate(url: str) -> None:
    """Create the tables, or bring them to this version, in one transaction. Idempotent.

    Raises ServiceUnavailable, also for a database of a newer gateway.
    """
    _run(url, "upgrade", "head")


def migrate_back(url: str, revision: str) -> None:
    """Take the database back to an earlier revision (`base`: none at all).

    Data that only later revisions have is lost.

    Raises ServiceUnavailable.
    """
    _run(url, "downgrade", revision)


def require_migrated(engine: Engine) -> None:
    """Check that the database is of this version, or of a newer one that still allows this one.

    Raises ServiceUnavailable where it is older than this gateway, or too new for it.
    """
    known = revisions.known()
    with guarded(), engine.connect() as connection:
        found = revisions.current(connection)
        if found == max(known):
            return
        if found is None or found in known:
            raise ServiceUnavailable(
                "The database is not of this version of the gateway yet; it has to be migrated"
                " first."
            )
        if _oldest_compatible(connection) not in known:
            raise ServiceUnavailable(
                "The database belongs to another, probably newer version of the gateway."
            )


def knows(revision: str) -> bool:
    """Whether this version of the gateway has that revision."""
    return revision in revisions.known()


def make(connection: Connection, revision: str) -> None:
    """Create the empty tables of a revision in an empty database, in the open transaction."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def complete(connection: Connection) -> None:
    """Bring filled tables that `make` has created to this version, in the same transaction."""
    make(connection, "head")
    _set_oldest_compatible(connection, _scripts(_config()))


def _run(url: str, step: Literal["upgrade", "downgrade"], revision: str) -> None:
    # Before the transaction, in which other gateways wait: the import alone takes a while.
    from alembic import command

    config = _config()
    scripts = _scripts(config)
    parsed = engines.parse_address(url)
    engines.require_location(parsed, file_exists=False)
    engines.make_private_file(parsed)
    engine = engines.writing(parsed)
    try:
        with guarded(), engine.begin() as connection:
            if revisions.current(connection) not in {None, *revisions.known()}:
                raise ServiceUnavailable(
                    "The database belongs to another, probably newer version of the gateway."
                )
            config.attributes["connection"] = connection
            (command.upgrade if step == "upgrade" else command.downgrade)(config, revision)
            _set_oldest_compatible(connection, scripts)
    finally:
        engine.dispose()


def _set_oldest_compatible(connection: Connection, scripts: "ScriptDirectory") -> None:
    if not inspect(connection).has_table(compatibility.name):
        return
    head = revisions.current(connection)
    applied = scripts.iterate_revisions(head, "base")  # newest first
    # Gateways of the last revision that did more than add know everything that is used today.
    oldest = next(
        script.revision for script in applied if not getattr(script.module, "expands", False)
    )
    if oldest != _oldest_compatible(connection):
        connection.execute(compatibility.delete())
        connection.execute(compatibility.insert(), {"id": 1, "oldest": oldest})


def _oldest_compatible(connection: Connection) -> str | None:
    if not inspect(connection).has_table(compatibility.name):
        return None
    return connection.execute(select(compatibility.c.oldest)).scalar()


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    return config


def _scripts(config: "Config") -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config)
