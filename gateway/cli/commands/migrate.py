"""`migrate`: bring the database to the shape that this version of the gateway expects."""

from pathlib import Path

from gateway import bootstrap
from gateway.cli.console import voice
from gateway.cli.options import AsJson, Directory, settings_of


def migrate(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Make the database, or bring it to this version; nodes of the version before go on answering meanwhile."""
    bootstrap.migrate(settings_of(directory))
    voice().say("✓ The database is of this version of the gateway.")
    voice().tell({"migrated": True})
