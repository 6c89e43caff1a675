"""`publish`: national records become permits that this gateway answers for.

A record that is refused is reported with file, row, field and box.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.progress import Progress
from rich.table import Table

from gateway import bootstrap
from gateway.cli.console import output, plain
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    FindingLanguage,
    Publisher,
    person_or_user,
    settings_of,
)
from gateway.cli.views.own_permits import losses as losses_view
from gateway.cli.views.own_permits import refused as refused_view
from gateway.cli.views.own_permits.progress import records_progress
from gateway.cli.views.own_permits.unchanged import print_unchanged
from gateway.cli.views.rules import finding as findings_view
from gateway.cli.views.words import LanguageTag
from gateway.cli.wording import MARKS, finding_as_json
from gateway.domain.codes import Language
from gateway.domain.errors import RecordInvalid
from gateway.domain.foreign_text import one_line
from gateway.domain.rules.finding import Finding
from gateway.exchange.permits.publish import Change, Published

if TYPE_CHECKING:
    from gateway.bootstrap import PermitsPart


@dataclass(slots=True)
class Tally:
    """Result for a file.

    changed: numbers of new and changed permits.
    refused: an error for each record.  copy: file of those records.
    losses, findings: each with the number of its permit.
    """

    file: Path
    changes: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    refused: list[RecordInvalid] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    losses: list[tuple[str, losses_view.Noted]] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    copy: Path | None = None


class Template(StrEnum):
    """Kind of file that a template is for."""

    CSV = "csv"
    JSON = "json"


def _print_template(kind: Template | None) -> Template | None:
    if kind:
        typer.echo(bootstrap.template(kind.value), nl=False)
        raise typer.Exit
    return kind


def publish(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Exports of the national system: JSON or CSV."),
    ],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would be published and refused; store nothing."),
    ] = False,
    template: Annotated[  # noqa: ARG001  # its callback prints it
        Template | None,
        typer.Option(
            help="Print a file of records with every field, to start from, and leave.",
            callback=_print_template,
            is_eager=True,
        ),
    ] = None,
    person: Publisher = "",
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Publish national records. Exit status 0 only if every record was taken."""
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise CannotDo(f"{missing} is not a file.", "Name files that exist.")
    with bootstrap.open_permits(settings_of(directory)) as permits:
        tallies = _publish_all(permits, files, None if dry_run else person_or_user(person))
    for tally in tallies:
        _report(tally, lang.language)
    output().render(_summary(tallies))
    if dry_run:
        output().print("A dry run: nothing was stored.")
    else:
        unchanged = sum(tally.changes[Change.UNCHANGED] for tally in tallies)
        print_unchanged(unchanged, "publish --dry-run")
    described = [{"dry_run": dry_run} | _described(tally, lang.language) for tally in tallies]
    output().write_json(described)
    if any(tally.refused for tally in tallies):
        raise typer.Exit(CANNOT_DO)


def _publish_all(permits: "PermitsPart", files: Sequence[Path], person: str | None) -> list[Tally]:
    """Publish each file in the name of a person; None: a dry run."""
    tallies = []
    with records_progress() as progress:
        for file in files:
            tallies.append(_publish_file(permits, file, progress, dry_run=person is None))
            if person is not None:
                _keep(permits, tallies[-1], person)
    return tallies


def _keep(permits: "PermitsPart", tally: Tally, person: str) -> None:
    """Record the publication in the journal, and write refused records aside."""
    if tally.changed:
        permits.record_publication(tally.file, person, tally.changed, len(tally.refused))
    if tally.refused:
        tally.copy = permits.write_refused(tally.file, tally.refused)


def _publish_file(
    permits: "PermitsPart", file: Path, progress: Progress, *, dry_run: bool
) -> Tally:
    tally = Tally(file)
    source = permits.source_of(file)
    count = source.count(file)
    task = progress.add_task(one_line(file.name), total=count)
    with permits.publishing(count) as publishing:
        publish_all = publishing.rehearse_all if dry_run else publishing.publish_all
        for result in publish_all(source.records(file)):
            if isinstance(result, RecordInvalid):
                tally.refused.append(result)
            else:
                _note(tally, result)
            progress.advance(task)
    return tally


def _note(tally: Tally, published: Published) -> None:
    tally.changes[published.change] += 1
    if published.change is not Change.UNCHANGED:
        tally.changed.append(published.number.text)
    for version, reason in published.unavailable:
        where = f", box {reason.box}" if reason.box else ""
        tally.remarks.append(
            f"{published.number}: not in schema version {version[1:]}{where}: {reason.text}"
        )
    tally.losses += [(published.number.text, noted) for noted in published.losses]
    tally.findings += [(published.number.text, finding) for finding in published.findings]


def _report(tally: Tally, language: Language) -> None:
    for problem in refused_view.grouped(tally.refused, language):
        output().print_error(problem)
    for remark in tally.remarks:
        output().print(f"! {remark}", style="yellow")
    for remark in losses_view.grouped(tally.losses, language):
        output().print(f"· {remark}", style="dim")
    for severity, remark in findings_view.grouped(tally.findings, language):
        mark, style = MARKS[severity]
        output().print(f"{mark} {remark}", style=style)
    if tally.copy:
        output().print_advice(
            f"The refused records are in {tally.copy}, with the reasons: mend them there and"
            " publish that file. Their tokens are encrypted; leave them as they stand."
        )


def _problems(tally: Tally, language: Language) -> Iterator[dict[str, object]]:
    for refusal in tally.refused:
        for problem in refusal.problems:
            places: dict[str, object] = {
                "number": problem.number,
                "row": problem.row,
                "field": problem.field,
                "line": problem.position,
                "box": problem.box,
            }
            if isinstance(problem.finding, Finding):
                yield places | finding_as_json(problem.finding, language)
            else:
                text = problem.sentence(language)
                yield {"text": text, "expected": problem.expected} | places


def _summary(tallies: Sequence[Tally]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("File", overflow="fold")
    for column in ("New", "Changed", "Same", "Refused"):
        table.add_column(column, justify="right")
    for tally in tallies:
        counts = (tally.changes[change] for change in ("published", "changed", "unchanged"))
        table.add_row(plain(tally.file.name), *map(str, counts), str(len(tally.refused)))
    return table


def _described(tally: Tally, language: Language) -> dict[str, object]:
    return {
        "file": str(tally.file),
        **{change: tally.changes[change] for change in ("published", "changed", "unchanged")},
        "refused": len(tally.refused),
        "problems": list(_problems(tally, language)),
        "remarks": tally.remarks,
        "losses": [
            {"number": number} | losses_view.as_json(version, loss)
            for number, (version, loss) in tally.losses
        ],
        "findings": [
            {"number": number} | finding_as_json(finding, language)
            for number, finding in tally.findings
        ],
        "refused_file": str(tally.copy) if tally.copy else None,
    }
