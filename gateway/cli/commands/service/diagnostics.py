"""`diagnostics`: an archive for support, without a token, a key or a message."""

import io
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.new_file import write_new
from gateway.cli.options import AsJson, Directory


def diagnostics(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ZIP file to make.")],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write one archive for support, without a token, a key or a message.

    It holds versions, settings without secrets, the checks of `check-config`, the list of keys,
    alerts, health, metrics, the last errors, and figures of database and disk. It is made also
    where the configuration is wrong or the database does not answer.
    """
    content = io.BytesIO()
    names = []
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in bootstrap.support_files(directory):
            archive.writestr(name, part)
            names.append(name)
    write_new(file, content.getvalue(), advice="Name another file.")
    output().print(f"✓ {file}: {', '.join(names)}")
    output().print("  Read it before you send it: names of partners and subjects are in it.")
    output().write_json({"file": str(file), "parts": names})
