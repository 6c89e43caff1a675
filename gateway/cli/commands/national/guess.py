"""`national guess`: a description for a file is proposed, for a person to complete."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson

_UNSURE = "# UNSURE"


def guess(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Export of the national system: .csv or .xlsx.")
    ],
    as_json: AsJson = False,  # its callback sets the output
) -> None:
    """Propose a description of a file: its mapping to the boxes, and what is unsure of it.

    It is printed; write it to conf/national/NAME.toml, and complete the lines that say UNSURE.
    """
    if not file.is_file():
        raise CannotDo(f"{file} is not a file.", "Name a file that exists.")
    text = bootstrap.propose_description(file)
    unsure = sum(_UNSURE in line for line in text.splitlines())
    output().write_json({"description": text, "unsure": unsure})
    if not as_json:
        typer.echo(text, nl=False)
        output().print_advice(f"{unsure} lines are unsure; complete them before `national check`.")
