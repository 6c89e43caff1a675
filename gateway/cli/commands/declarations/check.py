"""`declarations check`: a declaration against its permits, field by field."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.declarations.options import DeclarationFile, declaration_bytes
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.declarations import verdict as view
from gateway.domain.declarations.verdict import Agreement


def check(
    file: DeclarationFile,
    at_hand: Annotated[
        bool,
        typer.Option(
            "--at-hand", help="Ask no partner: take the newest document that the journal has."
        ),
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Compare a declaration with its permits, field by field. Exit status 0 if all agrees."""
    content = declaration_bytes(file)
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        verdict = declarations.check.check(declarations.parsed(content), ask=not at_hand)
    output().print_lines(view.head(verdict))
    for each in verdict.lines:
        output().print_lines(view.line_head(each))
        output().render(view.table(each))
    output().write_json(view.as_json(verdict))
    if verdict.agreement is not Agreement.AGREES:
        raise typer.Exit(CANNOT_DO)
