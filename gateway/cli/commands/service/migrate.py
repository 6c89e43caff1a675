"""`migrate`: the database schema is created, or brought to that of this version."""

from pathlib import Path

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, settings_of


def migrate(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make the database, or bring it to this version.

    Nodes of the version before go on answering meanwhile.
    """
    bootstrap.migrate(settings_of(directory))
    output().print("✓ The database is of this version of the gateway.")
    output().write_json({"migrated": True})
