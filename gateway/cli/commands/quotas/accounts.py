"""`quotas list`, `quotas show`: published quotas, with the quantities used, reserved and left."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.reference import quotas as view
from gateway.domain.foreign_text import one_line
from gateway.domain.quotas.account import QuotaAccount

Year = Annotated[
    int | None,
    typer.Option("--year", min=1975, max=2200, help="Year of issue. Left out: this year."),
]


def list_all(
    year: Year = None,
    passed: Annotated[
        bool, typer.Option("--passed", help="Only quotas that are passed; exit status 1 if any.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the quotas of a year: used, reserved, left, projected."""
    found = _accounts(directory, year)
    shown = [each for each in found if each.is_passed] if passed else found
    if shown:
        output().render(view.table(shown))
    else:
        output().print(
            "No quota is passed." if found else "No quota of this year was imported for us."
        )
    output().print_lines(view.remarks(found))
    output().write_json([view.as_json(each) for each in shown])
    if passed and shown:
        raise typer.Exit(CANNOT_DO)


def show(
    taxon: Annotated[
        str, typer.Argument(metavar="TAXON", help="Its name as in box 7, or a synonym.")
    ],
    year: Year = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show the quotas of a taxon and its higher taxa, with the share of each authority."""
    found = _accounts(directory, year, taxon)
    if not found:
        raise CannotDo(
            f"No quota of this year is on file for {one_line(taxon)}, or the taxon is not known.",
            "`epix-gateway listings show` says what is known of it.",
        )
    for each in found:
        output().print_lines(view.lines(each))
    output().write_json([view.as_json(each) for each in found])


def _accounts(directory: Path, year: int | None, taxon: str | None = None) -> list[QuotaAccount]:
    with bootstrap.open_listings(settings_of(directory)) as listings:
        return list(listings.accounts.of_year(year or listings.clock().year, taxon))
