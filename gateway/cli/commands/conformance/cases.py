"""`conformance cases`: the list of test cases, or one of them in full."""

from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson
from gateway.cli.views.checking import cases as view


def cases(
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show this one in full: T03.")
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the cases, or show one with its purpose, cause and cure."""
    known = bootstrap.all_cases()
    found = [case for case in known if identity is None or case.id.lower() == identity.lower()]
    if not found:
        raise CannotDo(f"There is no case {identity}.", "`epix-gateway conformance cases`: all.")
    output().render(view.table(found) if identity is None else view.one(found[0]))
    output().write_json([view.as_json(case) for case in found])
