"""`declarations reserve`, `write-off`, `release`, `amend`, `confirm`, `list`."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.declarations.options import (
    DeclarationFile,
    OfAuthority,
    Officer,
    declaration_bytes,
)
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, Reason, TokenFile, country_code, settings_of
from gateway.cli.options import token as token_of
from gateway.cli.views.declarations import uses as view
from gateway.exchange.declarations.acting import Acted, ActedBy

_Number = Annotated[str, typer.Argument(metavar="DECLARATION", help="Number of the declaration.")]


def reserve(
    file: DeclarationFile,
    officer: Officer,
    authority: OfAuthority = "customs",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Reserve the quantities of a declaration; a reservation that is not used lapses.

    All lines are reserved, or none. The same again changes nothing.
    """
    content = declaration_bytes(file)
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        parsed = declarations.parsed(content)
        _show(declarations.act.reserve(parsed, ActedBy(authority, officer)))


def write_off(
    officer: Officer,
    number: Annotated[
        str | None,
        typer.Argument(metavar="DECLARATION", help="Number: all that it has reserved."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="FILE", help="The cleared declaration as JSON, or - for stdin."
        ),
    ] = None,
    token_file: TokenFile = None,
    authority: OfAuthority = "customs",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write off the quantities of a cleared declaration, and confirm them to the issuer.

    Name its number, or the file where quantities differ from those that were reserved.
    """
    if (number is None) == (file is None):
        raise CannotDo(
            "Name either the number of a declaration or a file.",
            "As in `declarations write-off 26MZ0001 --officer NAME`.",
        )
    by = ActedBy(authority, officer)
    settings = settings_of(directory)
    if file is not None:
        content = declaration_bytes(file)
        with bootstrap.open_declarations(settings) as declarations:
            _show(declarations.act.write_off(declarations.parsed(content), by))
        return
    token = token_of(token_file) if token_file else None
    with bootstrap.open_declarations(settings) as declarations:
        _show(declarations.act.write_off_reserved(str(number), by, token))


def release(
    number: _Number,
    officer: Officer,
    item: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="LINE", help="Only this line of it; may be repeated."),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the history.")
    ] = "",
    authority: OfAuthority = "customs",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Release what a declaration reserved, as it is withdrawn before clearance."""
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        by = ActedBy(authority, officer, reason)
        _show(declarations.act.release(number, item or None, by))


def amend(
    file: DeclarationFile,
    officer: Officer,
    reason: Reason,
    authority: OfAuthority = "customs",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Amend quantities that are reserved or, after clearance, written off.

    Lines that the file leaves out stay as they are; a line with quantity 0 is invalidated.
    """
    content = declaration_bytes(file)
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        parsed = declarations.parsed(content)
        _show(declarations.act.amend(parsed, ActedBy(authority, officer, reason)))


def confirm(
    number: _Number,
    officer: Officer,
    token_file: TokenFile = None,
    authority: OfAuthority = "customs",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Confirm what a declaration has written off to the partners that issued the permits.

    Also while other lines of it are reserved. The outbox sends it.
    """
    token = token_of(token_file)
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        _show(declarations.act.confirm_now(number, ActedBy(authority, officer), token))


def list_all(
    number: Annotated[
        str | None, typer.Argument(metavar="DECLARATION", help="Only this declaration.")
    ] = None,
    permit: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="COUNTRY NUMBER", help="Only what is held of this permit."),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List what declarations hold of permits, with every event."""
    with bootstrap.open_declarations(settings_of(directory)) as declarations:
        if permit is not None:
            country, permit_number = permit
            found = declarations.read.of_permit(country_code(country) or "", permit_number)
        elif number is not None:
            found = declarations.read.of_declaration(number)
        else:
            found = declarations.read.newest()
    output().render(view.table(found))
    if number is not None or permit is not None:
        output().render(view.history(found))
    output().write_json([view.as_json(each) for each in found])


def _show(acted: Acted) -> None:
    output().print_lines(view.head(acted))
    output().render(view.table(acted.uses))
    output().write_json(view.acted_as_json(acted))
