"""`validate`: what is wrong with this file? A permit document, a SOAP message, or a file of national records."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.checks import Remark, check
from gateway.cli.console import voice
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson
from gateway.domain.rules import Severity

_MARKS = {Severity.ERROR: ("✗", "red"), Severity.WARNING: ("!", "yellow"), Severity.INFO: ("·", "dim")}


def validate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XML document or message; JSON or CSV of records.")],
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Say what is wrong with a file. Exit status 0 if nothing is."""
    if not file.is_file():
        raise CannotDo(f"{file} is not a file.", "Name a file that exists.")
    report = check(file)
    voice().say(f"{file.name} is {report.kind}.")
    for remark in report.remarks:
        mark, style = _MARKS[remark.severity]
        voice().say(f"{mark} {_where(remark)}{remark.text}", style=style)
    if report.valid:
        voice().say("✓ Valid." if not report.remarks else "✓ Valid, with the remarks above.")
    voice().tell({"kind": report.kind, "valid": report.valid, "remarks": [_described(each) for each in report.remarks]})
    if not report.valid:
        raise typer.Exit(CANNOT_DO)


def _where(remark: Remark) -> str:
    places = (
        ("row", remark.row), ("field", remark.field), ("line", remark.position), ("box", remark.box),
        ("at", remark.path), ("text line", remark.line),
    )  # fmt: skip
    named = ", ".join(f"{name} {value}" for name, value in places if value is not None)
    return f"{named}: " if named else ""


def _described(remark: Remark) -> dict[str, object]:
    return {name: value for name, value in asdict(remark).items() if value is not None}
