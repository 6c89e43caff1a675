"""`national example`: a working directory with an example source, whose permits are published."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.national.publish import publish
from gateway.cli.console import output
from gateway.cli.options import AsJson
from gateway.cli.workdir import Plan, make
from gateway.domain.identifiers import IsoCountryCode


class ExampleName(StrEnum):
    """Name of an example, and of its description in conf/national."""

    CUSTOMS = "customs-csv"
    EXCEL = "small-authority-excel"
    DATABASE = "ecites-database"


def example(
    name: Annotated[ExampleName, typer.Argument(metavar="EXAMPLE", help="Which example.")],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; must be new or empty.")
    ],
    permits: Annotated[
        int,
        typer.Option(
            min=1, max=1_000_000, help="Permits of the database, of its three countries together."
        ),
    ] = 10_000,
    as_json: AsJson = False,
) -> None:
    """Make a working directory with an example source, and publish its permits.

    The permits are invented.
    """
    known = bootstrap.EXAMPLES[name]
    plan = Plan(IsoCountryCode.parse(known.country), known.code, known.name)
    make(directory, plan, bootstrap.DevelopmentCa())
    bootstrap.install_example(name, directory, permits)
    output().print(f"✓ {directory / 'conf/national' / name}.toml describes the source.")
    publish(name, directory=directory, as_json=as_json)
