"""`risk`, `inspections list`: indicators of a permit with evidence; the inspection list."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.trace import risk as view
from gateway.domain.risk.as_json import as_json as values_of


def show(
    country: IssuingCountry,
    number: PermitNumber,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show the risk of a permit: every indicator with its evidence. No partner is asked.

    A permit of a partner is judged by the newest answer that is at hand.
    """
    with bootstrap.open_trace(settings_of(directory)) as tracing:
        found = tracing.judge.judge(country, number)
    output().print_lines(view.lines(found))
    output().write_json(values_of(found))


def inspections(
    top: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the N with the highest scores.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them as CSV into a new file.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List open permits of ours, and permits that customs looked up, by their risk."""
    with bootstrap.open_trace(settings_of(directory)) as tracing:
        found = tracing.inspections.listed(top)
        if csv is not None:
            try:
                tracing.write_inspections(csv, found.risks)
            except FileExistsError:
                raise CannotDo(f"{csv} exists already.", "Name another file.") from None
    output().render(view.table(found))
    output().print_lines(view.remarks(found))
    output().write_json([values_of(each) for each in found.risks])
