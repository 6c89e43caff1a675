"""`report YEAR`: the annual report of a year, as files for the upload and tables beside them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, FindingLanguage, settings_of
from gateway.cli.views.report import year as view
from gateway.cli.views.words import LanguageTag


class FileFormat(StrEnum):
    """Format of the files."""

    CSV = "csv"
    EXCEL = "xlsx"


def write(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="Calendar year of the trade: 2025.")],
    authority: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="A country, MZ, or one authority, MZ/ANAC; an authority has no foreign permits.",
        ),
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="A CSV file for each table, or one workbook.")
    ] = FileFormat.CSV,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the files; made if it is not there.")
    ] = Path(),
    only_actual: Annotated[
        bool, typer.Option("--only-actual", help="Without permits of which no use is known.")
    ] = False,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write exports and imports of a year in the upload columns, with findings and summary.

    Exit status 0 only where no finding is an error.
    """
    with bootstrap.open_report(settings_of(directory)) as report:
        wanted = report.wanted(year, authority, only_actual=only_actual)
        begun = report.files(out, file_format.value, lang.language)
        try:
            with begun(f"{wanted.of_year.name}", wanted.queries) as files:
                with output().progress() as progress:
                    task = progress.add_task("documents", total=None)
                    summary = report.write.write(
                        wanted, files, lambda read: progress.advance(task, read)
                    )
                paths = files.finish(summary)
        except FileExistsError as error:
            raise CannotDo(f"{error}.", "Name another folder: --out DIR.") from None
    output().print_lines(view.summary(summary, lang.language))
    output().print_lines(str(path) for path in paths)
    output().write_json(view.as_json(summary, paths))
    if not all(side.may_be_submitted(overridden=True) for side in summary.sides.values()):
        raise typer.Exit(CANNOT_DO)
