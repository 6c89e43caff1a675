"""`migrate`: the database schema is created, brought to that of this version, or taken back."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, settings_of


def migrate(
    back_to: Annotated[
        str | None,
        typer.Option(
            metavar="REVISION",
            help=(
                "Take the database back to a revision of an earlier version, such as 0011. What"
                " only later revisions keep is lost: make a backup first."
            ),
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make the database, or bring it to this version.

    Nodes of the version before go on answering meanwhile. With --back-to every gateway has to be
    stopped first (docs/upgrade.md).
    """
    settings = settings_of(directory)
    if back_to is not None:
        bootstrap.migrate_back(settings, back_to)
        output().print(f"✓ The database is of revision {back_to}.")
    else:
        bootstrap.migrate(settings)
        output().print("✓ The database is of this version of the gateway.")
    output().write_json({"migrated": True, "revision": back_to})
