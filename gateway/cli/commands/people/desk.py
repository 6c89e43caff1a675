"""`desk verify`: the signed verdict of a customs officer, verified by our keys and our journal."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import labelled, output
from gateway.cli.options import AsJson, Directory, settings_of


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="As the desk gives it below a verdict.")
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Verify the file of a signed verdict: its signature, and its record in the journal.

    The directory is that of the gateway that signed it.
    """
    with bootstrap.open_customs(settings_of(directory)) as customs:
        verified = customs.verify_file(file)
    said = verified.fields
    output().write_json(
        {"signer": verified.signer, "in_journal": verified.in_journal, "verdict": said}
    )
    output().print("✓ The signature fits: the verdict is as it was signed.")
    output().render(labelled("Signed by:", verified.signer))
    output().render(labelled("Evidence number:", str(said["id"])))
    output().render(labelled("Permit:", f"{said['country']} {said['number']}"))
    output().render(
        labelled("Officer:", f"{said['officer']} ({said['name']}), {said['authority']}")
    )
    output().render(labelled("Paper and permit:", str(said["result"])))
    output().print(
        "  The journal has the same verdict under this number."
        if verified.in_journal
        else "! The journal of this gateway has no such verdict: it may be pruned, or of another."
    )
