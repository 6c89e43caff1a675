"""`national preview`: one permit of a source box by box, from the cell to the value."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.national.description import Source, description_of
from gateway.cli.options import AsJson, Directory, FindingLanguage, settings_of
from gateway.cli.views.national import boxes, problems
from gateway.cli.views.rules.finding import sentence
from gateway.cli.views.words import LanguageTag
from gateway.domain.codes import Language
from gateway.domain.errors import RecordInvalid
from gateway.domain.rules.finding import Finding

if TYPE_CHECKING:
    from gateway.bootstrap import NationalPart
    from gateway.exchange.ports import LocatedProblem, MappedRecord


def preview(
    source: Source,
    number: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER", help="Number of the permit, box 1.", show_default="the first permit"
        ),
    ] = None,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show one permit of a source box by box: cell, value, box. Nothing is stored."""
    description = description_of(directory, source)
    with bootstrap.open_national(settings_of(directory)) as national:
        records = national.source(description).records()
        record = next((each for each in records if number in (None, each.number)), None)
        if record is None:
            said = f"no permit {number}" if number else "no permit"
            raise CannotDo(
                f"The source {source} has {said}.", "Name a number as the source has it."
            )
        refused, findings = _judged(national, record)
    _show(record, refused, findings, lang.language)
    if refused:
        raise typer.Exit(CANNOT_DO)


def _show(
    record: "MappedRecord",
    refused: "Sequence[LocatedProblem]",
    findings: Sequence[Finding],
    language: Language,
) -> None:
    output().print(f"Permit {record.number}, row {record.row}")
    output().render(boxes.boxes(record))
    if record.national:
        output().print("It is of national species alone: it is not published to partners.")
    for problem in refused:
        output().print(f"✗ {problems.sentence(problem, language)}", style="red")
    for finding in findings:
        output().print(f"! {sentence(finding, language)}", style="yellow")
    described = [
        problems.place_of(record.number, each) | {"text": problems.sentence(each, language)}
        for each in refused
    ]
    output().write_json(
        {
            "number": record.number,
            "row": record.row,
            "national": record.national,
            "values": boxes.as_json(record),
            "problems": described,
            "findings": [sentence(each, language) for each in findings],
        }
    )


def _judged(
    national: "NationalPart", record: "MappedRecord"
) -> "tuple[tuple[LocatedProblem, ...], tuple[Finding, ...]]":
    """Problems that refuse a permit, and findings on one that would be taken."""
    if isinstance(record.outcome, RecordInvalid):
        return record.located(record.outcome), ()
    if record.outcome is None:
        return (), ()
    try:
        return (), national.permits.publish.rehearse(record.outcome).findings
    except RecordInvalid as refusal:
        return record.located(refusal), ()
