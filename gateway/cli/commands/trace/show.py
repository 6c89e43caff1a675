"""`trace`: where the goods of a permit came from; the share of closed chains of a year."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import (
    AsJson,
    Directory,
    IssuingCountry,
    PermitNumber,
    settings_of,
    token,
)
from gateway.cli.views.trace import tree as view
from gateway.domain.trace.as_json import as_json as values_of
from gateway.exchange.trace.find import MOST_QUESTIONS


def show(
    country: IssuingCountry,
    number: PermitNumber,
    questions: Annotated[
        int,
        typer.Option(
            min=0,
            max=200,
            help="Questions to partners, at most. With 0 earlier answers alone are used.",
        ),
    ] = MOST_QUESTIONS,
    token_file: Annotated[
        str | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help="File with the token of this permit, or - for standard input.",
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Follow a permit to its origin, over our permits and those of partners.

    Exit status 1 where more was re-exported than came in.
    """
    settings = settings_of(directory)
    secret = token(token_file) if token_file else None
    with bootstrap.open_trace(settings) as tracing:
        found = tracing.trace.trace(country, number, token=secret, questions=questions)
    output().print_lines(view.lines(found))
    output().write_json(values_of(found))
    if found.passed:
        raise typer.Exit(CANNOT_DO)


def share(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=1975, max=2200)],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show the share of our re-exports of a year whose chain closes. No partner is asked."""
    with bootstrap.open_trace(settings_of(directory)) as tracing:
        found = tracing.share.of_year(year)
    output().print_lines(view.share_lines(found))
    output().write_json(view.share_as_json(found))
