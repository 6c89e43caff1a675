"""Folder of a conformance report, and the working directory whose key signs it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.exits import CannotDo
from gateway.cli.options import settings_of
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
        help="Working directory: its [client] calls, its [seal] signs.",
    ),
]


def own_settings(directory: Path | None) -> Settings | None:
    """Settings of the working directory; None where none is named: partners run the kit, too."""
    return settings_of(directory) if directory else None


def write_report(signer: "ReportSigner", report: "Report", out: Path | None) -> Path:
    """Write the files of a report into a new folder. Raises CannotDo where it is there already."""
    folder = out or Path(f"conformance-{report.began:%Y%m%d-%H%M%S}")
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True)
    except FileExistsError:
        raise CannotDo(f"{folder} exists already.", "Name a new folder: --out DIR.") from None
    for name, content in signer.files(report).items():
        with open(folder / name, "xb", opener=private_opener) as file:
            file.write(content)
    return folder
