"""`init`: a new working directory with everything that `serve` needs."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, settings_of
from gateway.cli.workdir import Plan, make
from gateway.domain.codes import code_list
from gateway.domain.identifiers import IsoCountryCode


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; must be new or empty.")
    ],
    country: Annotated[
        str, typer.Option(metavar="CODE", help="Country that is served, ISO 3166: MZ.")
    ],
    authority: Annotated[
        str, typer.Option(metavar="CODE", help="Short name of the Management Authority.")
    ] = "MA",
    name: Annotated[
        str, typer.Option(metavar="TEXT", help="Full name of the Management Authority.")
    ] = "",
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make a working directory: configuration, development keys, an empty database.

    The keys are marked as development keys and are not for production.
    """
    code = IsoCountryCode.parse(country)
    if code.text not in code_list("countries"):
        raise CannotDo(
            f"{code} is no country code that CITES uses.",
            "Use two capital letters of ISO 3166, such as MZ.",
        )
    make(directory, Plan(code, authority, name), bootstrap.DevelopmentCa())
    settings = settings_of(directory)
    output().write_json({"directory": str(directory), "country": code.text, "authority": authority})
    output().print(
        f"✓ {directory} is a working directory for {settings.gateway.authorities[0].name}"
        f" ({code}/{authority})."
    )
    output().print("  conf/  the configuration, each key explained     data/  the database")
    output().print(
        "  keys/  development certificates: `epix-gateway keys list` shows them; replace them"
        " before a partner connects"
    )
    output().print("Next:")
    output().print(f"  epix-gateway publish FILE --dir {directory}")
    output().print(f"  epix-gateway serve --dir {directory}")
