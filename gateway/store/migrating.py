"""Is the database of this version of the gateway, and how does it become so?"""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from gateway.domain.errors import ServiceUnavailable
from gateway.store import engines
from gateway.store.failures import guarded


def migrate(url: str) -> None:
    """Make the database, or bring it to this version, in one transaction; where it is so already nothing happens.

    Raises ServiceUnavailable.
    """
    _run(url, command.upgrade, "head")


def migrate_back(url: str, revision: str) -> None:
    """Take the database back to an earlier revision (`base`: none at all). What only later ones keep is lost.

    Raises ServiceUnavailable.
    """
    _run(url, command.downgrade, revision)


def require_migrated(engine: Engine) -> None:
    """Raises ServiceUnavailable where the database is older or newer than this gateway."""
    with guarded(), engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(_config())
    if found == set(scripts.get_heads()):
        return
    if found <= {script.revision for script in scripts.walk_revisions()}:
        raise ServiceUnavailable("The database is not of this version of the gateway yet; it has to be migrated first.")
    raise ServiceUnavailable("The database belongs to another, probably newer version of the gateway.")


def _run(url: str, step: Callable[[Config, str], None], revision: str) -> None:
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=False)
    engine = engines.writing(parsed)
    config = _config()
    try:
        with guarded(), engine.begin() as connection:
            config.attributes["connection"] = connection
            step(config, revision)
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    return config
