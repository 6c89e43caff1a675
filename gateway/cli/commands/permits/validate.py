"""`validate`: errors in a file: a permit document, a SOAP message, or national records."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, FindingLanguage, settings_of
from gateway.cli.views.words import LanguageTag
from gateway.cli.wording import MARKS, box_of_record, finding_as_json
from gateway.domain.codes import Language
from gateway.exchange.permits.check_file import RECORD_SUFFIXES, CheckFile, Remark, Report

_LARGEST_BYTES = 64 * 1024 * 1024


def validate(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="XML document or message; JSON or CSV of records."),
    ],
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            envvar="EPIX_DIR",
            help=(
                "Working directory whose listings are used, and by which records are judged as"
                " `publish` does; left out: none is."
            ),
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what is wrong with a file. Exit status 0 if nothing is."""
    if not file.is_file():
        raise CannotDo(f"{file} is not a file.", "Name a file that exists.")
    report = _report(file, directory)
    output().print(f"{file.name} is {report.kind}.")
    for remark in report.remarks:
        mark, style = MARKS[remark.severity]
        rule = f" [{remark.finding.rule}]" if remark.finding else ""
        text = remark.sentence(lang.language)
        output().print(f"{mark} {_where(remark)}{text}{rule}", style=style)
    if report.valid:
        output().print("✓ Valid." if not report.remarks else "✓ Valid, with the remarks above.")
    output().write_json(
        {
            "kind": report.kind,
            "valid": report.valid,
            "remarks": [_as_json(remark, lang.language) for remark in report.remarks],
        }
    )
    if not report.valid:
        raise typer.Exit(CANNOT_DO)


def _report(file: Path, directory: Path | None) -> Report:
    """Check a file: with the listings of a working directory, and records as its `publish` does."""
    if directory is None:
        return _checked(file, bootstrap.check_file())
    settings = settings_of(directory)
    if _holds_records(file):
        with bootstrap.open_permits(settings) as permits:
            return _checked(file, bootstrap.check_file(permits=permits))
    with bootstrap.open_listings(settings) as listings:
        return _checked(file, bootstrap.check_file(listings.judge))


def _checked(file: Path, check: CheckFile) -> Report:
    """Check a file by its kind. Raises CannotDo for one that is none of ours."""
    if _holds_records(file):
        return check.records(file)
    if file.stat().st_size > _LARGEST_BYTES:
        raise CannotDo(
            f"{file} is larger than {_LARGEST_BYTES} bytes.", "No permit or message is that large."
        )
    report = check.xml(file.read_bytes())
    if report is None:
        raise CannotDo(
            f"{file} is neither a permit document nor a SOAP message nor a file of national"
            " records.",
            f"Name an XML file ({', '.join(check.version_by_root)} or Envelope), or one that ends"
            " in .json, .jsonl or .csv.",
        )
    return report


def _holds_records(file: Path) -> bool:
    return file.suffix.lower() in RECORD_SUFFIXES


def _where(remark: Remark) -> str:
    box = remark.box
    if remark.row is not None:
        box = box_of_record(box, remark.position, remark.field)
    places = (
        ("row", remark.row),
        ("permit", remark.number),
        ("field", remark.field),
        ("line", remark.position),
        ("box", box),
        ("at", remark.path),
        ("text line", remark.line),
    )
    named = ", ".join(f"{name} {value}" for name, value in places if value is not None)
    return f"{named}: " if named else ""


def _as_json(remark: Remark, language: Language) -> dict[str, object]:
    facts = {
        "severity": remark.severity.value,
        "text": remark.sentence(language),
        "number": remark.number,
        "box": remark.box,
        "line": remark.position,
        "path": remark.path,
        "text_line": remark.line,
        "row": remark.row,
        "field": remark.field,
    }
    of_rule = finding_as_json(remark.finding, language) if remark.finding else {}
    return of_rule | {name: value for name, value in facts.items() if value is not None}
