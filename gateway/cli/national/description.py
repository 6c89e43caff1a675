"""Source description for a command: read whole, every mistake of it said in one run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import EXITS
from gateway.cli.wording import described
from gateway.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from gateway.settings.national import Description

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="Name of a source: the file conf/national/SOURCE.toml describes it."
    ),
]


def description_of(directory: Path, name: str) -> "Description":
    """The description of a source. Prints each mistake of it and leaves, where there is one."""
    found = bootstrap.describe_source(directory, name)
    if found.description is None:
        for problem in found.problems:
            output().print_error(problem.text)
        output().write_json({"ok": False, "problems": [described(each) for each in found.problems]})
        raise typer.Exit(EXITS[SettingsInvalid].status)
    return found
