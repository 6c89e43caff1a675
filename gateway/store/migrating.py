"""Is the database of this version of the gateway, and how does it become so?

A revision with `expands = True` only adds, so gateways of the version before keep working beside it. The database
itself says which is the oldest revision whose gateways may use it: an older gateway does not know the newer scripts,
but it knows whether it knows that one. docs/nodes.md has the rule for those who write migrations.
"""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select

from gateway.domain.errors import ServiceUnavailable
from gateway.store import engines
from gateway.store.failures import guarded
from gateway.store.tables import compatibility


def migrate(url: str) -> None:
    """Make the database, or bring it to this version, in one transaction; where it is so already nothing happens.

    Raises ServiceUnavailable, also for a database of a newer gateway.
    """
    _run(url, command.upgrade, "head")


def migrate_back(url: str, revision: str) -> None:
    """Take the database back to an earlier revision (`base`: none at all). What only later ones keep is lost.

    Raises ServiceUnavailable.
    """
    _run(url, command.downgrade, revision)


def require_migrated(engine: Engine) -> None:
    """Raises ServiceUnavailable where the database is older than this gateway, or too new for it."""
    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    with guarded(), engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
        if found == set(scripts.get_heads()):
            return
        if found <= known:
            raise ServiceUnavailable(
                "The database is not of this version of the gateway yet; it has to be migrated first."
            )
        if _oldest(connection) not in known:
            raise ServiceUnavailable("The database belongs to another, probably newer version of the gateway.")


def knows(revision: str) -> bool:
    """Whether a revision is one of this version of the gateway."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def make(connection: Connection, revision: str) -> None:
    """Make the tables of a revision in an empty database, and nothing in them; in the transaction that is open."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def complete(connection: Connection) -> None:
    """Bring what `make` has made, and somebody has filled, to this version; in the same transaction."""
    make(connection, "head")
    _say_who_may_stay(connection, ScriptDirectory.from_config(_config()))


def _run(url: str, step: Callable[[Config, str], None], revision: str) -> None:
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=False)
    engine = engines.writing(parsed)
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    try:
        with guarded(), engine.begin() as connection:
            found = set(MigrationContext.configure(connection).get_current_heads())
            if not found <= {script.revision for script in scripts.walk_revisions()}:
                raise ServiceUnavailable("The database belongs to another, probably newer version of the gateway.")
            config.attributes["connection"] = connection
            step(config, revision)
            _say_who_may_stay(connection, scripts)
    finally:
        engine.dispose()


def _say_who_may_stay(connection: Connection, scripts: ScriptDirectory) -> None:
    if not inspect(connection).has_table(compatibility.name):
        return
    (head,) = MigrationContext.configure(connection).get_current_heads()
    applied = scripts.iterate_revisions(head, "base")  # newest first
    oldest = next(script.revision for script in applied if not getattr(script.module, "expands", False))
    if oldest != _oldest(connection):
        connection.execute(compatibility.delete())
        connection.execute(compatibility.insert(), {"id": 1, "oldest": oldest})


def _oldest(connection: Connection) -> str | None:
    if not inspect(connection).has_table(compatibility.name):
        return None
    return connection.execute(select(compatibility.c.oldest)).scalar()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    return config
