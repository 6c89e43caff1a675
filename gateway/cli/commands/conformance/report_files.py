"""Folder of a conformance report, and the working directory whose key signs it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import settings_of
from gateway.cli.views.checking import conformance as view
from gateway.hardening import FOLDER_MODE, private_opener
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap import Report, ReportSigner

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="New folder for the report; else one by the date."),
]


OwnDirectory = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        metavar="DIR",
        envvar="EPIX_DIR",
        help="Working directory: its client certificate calls, its sealing key signs.",
    ),
]


def own_settings(directory: Path | None) -> Settings | None:
    """Settings of the working directory; None where none is named: partners run the kit, too."""
    return settings_of(directory) if directory else None


def new_folder(out: Path | None) -> Path:
    """Make the folder of the report, before the work is done. Raises CannotDo where it is there."""
    folder = out or Path(f"conformance-{bootstrap.now():%Y%m%d-%H%M%S}")
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True)
    except FileExistsError:
        raise CannotDo(f"{folder} exists already.", "Name a new folder: --out DIR.") from None
    return folder


def finish(signer: "ReportSigner", report: "Report", folder: Path) -> None:
    """Write the files of a report into its folder, and print its outcome.

    Ends the command with status 1 where something does not hold that must hold.
    """
    for name, content in signer.files(report).items():
        with open(folder / name, "xb", opener=private_opener) as file:
            file.write(content)
    output().render(view.scores(report))
    output().print_lines(view.failures(report))
    output().print(view.verdict(report), style=view.style(report))
    output().print_lines(view.where(folder, signer.subject))
    output().write_json(view.as_json(report, folder))
    if not report.score.is_conformant:
        raise typer.Exit(CANNOT_DO)
