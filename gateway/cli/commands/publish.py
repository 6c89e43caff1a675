"""`publish`: national records become permits we answer for; what cannot is named with file, row, field and box."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from adapters.national.refused import write_refused
from gateway import bootstrap
from gateway.cli.console import plain, voice
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.wording import sentence
from gateway.domain.errors import RecordInvalid
from gateway.exchange.publish_permit import Published

if TYPE_CHECKING:
    from gateway.bootstrap import Gateway


@dataclass(slots=True)
class Tally:
    """What became of the records of one file. refused: one error each.  aside: copy of those records."""

    file: Path
    changes: Counter[str] = field(default_factory=Counter)
    refused: list[RecordInvalid] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    aside: Path | None = None


def publish(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Exports of the national system: JSON or CSV.")
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Publish national records. Exit status 0 only if every record was taken."""
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise CannotDo(f"{missing} is not a file.", "Name files that exist.")
    settings = settings_of(directory)
    tallies: list[Tally] = []
    with bootstrap.build(settings) as gateway, _progress() as progress:
        for file in files:
            tallies.append(_publish_file(gateway, file, progress))
    for tally in tallies:
        _report(tally)
    voice().show(_summary(tallies))
    voice().tell([_described(tally) for tally in tallies])
    if any(tally.refused for tally in tallies):
        raise typer.Exit(CANNOT_DO)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return voice().progress(*columns)


def _publish_file(gateway: "Gateway", file: Path, progress: Progress) -> Tally:
    tally = Tally(file)
    source = gateway.national_source(file)
    task = progress.add_task(file.name, total=source.count(file))
    for record in source.records(file):
        if isinstance(record, RecordInvalid):
            tally.refused.append(record)
        else:
            try:
                _note(tally, gateway.publish.publish(record))
            except RecordInvalid as refusal:
                tally.refused.append(refusal)
        progress.advance(task)
    if tally.refused:
        tally.aside = write_refused(file, tally.refused)
    return tally


def _note(tally: Tally, published: Published) -> None:
    tally.changes[published.change] += 1
    for version, reason in published.unavailable:
        where = f", box {reason.box}" if reason.box else ""
        tally.remarks.append(f"{published.number}: not in schema version {version[1:]}{where}: {reason.text}")
    for finding in published.findings:
        tally.remarks.append(f"{published.number}: {finding.text}")


def _report(tally: Tally) -> None:
    for refusal in tally.refused:
        for problem in refusal.problems:
            voice().complain(sentence(problem))
    for remark in tally.remarks:
        voice().say(f"! {remark}", style="yellow")
    if tally.aside:
        voice().err.print(
            plain(
                f"The refused records are in {tally.aside}, with the reasons: mend them there and publish that file."
            ),
            soft_wrap=True,
        )


def _problems(tally: Tally) -> Iterator[dict[str, object]]:
    for refusal in tally.refused:
        for problem in refusal.problems:
            places = ("row", "field", "position", "box", "expected")
            yield {"text": problem.text} | {place: getattr(problem, place) for place in places}


def _summary(tallies: Sequence[Tally]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("File", overflow="fold")
    for column in ("New", "Changed", "Same", "Refused"):
        table.add_column(column, justify="right")
    for tally in tallies:
        counts = (tally.changes[change] for change in ("published", "changed", "unchanged"))
        table.add_row(plain(tally.file.name), *map(str, counts), str(len(tally.refused)))
    return table


def _described(tally: Tally) -> dict[str, object]:
    return {
        "file": str(tally.file),
        **{change: tally.changes[change] for change in ("published", "changed", "unchanged")},
        "refused": len(tally.refused),
        "problems": list(_problems(tally)),
        "remarks": tally.remarks,
        "refused_file": str(tally.aside) if tally.aside else None,
    }
