"""View of a run over a source: counts, then problems and findings by severity."""

from rich import box
from rich.table import Table

from gateway.cli.console import output, plain
from gateway.cli.national.run import SourceTally
from gateway.cli.views.national.problems import groups
from gateway.cli.wording import MARKS
from gateway.domain.codes import Language
from gateway.domain.rules.finding import Severity

_HEADINGS = {
    Severity.ERROR: "Errors: these permits are refused",
    Severity.RISK: "Risks: partners will ask",
    Severity.WARNING: "Warnings",
    Severity.INFO: "Remarks",
}


def print_report(name: str, tally: SourceTally, language: Language) -> None:
    """Print problems and counts for a person."""
    heading = None
    for group in groups(tally.refused, tally.findings, language):
        if group.severity is not heading:
            heading = group.severity
            output().print(_HEADINGS[heading], style="bold")
        mark, style = MARKS[group.severity]
        times = f"{group.times:,} times, first: " if group.times > 1 else ""
        output().print(f"{mark} {group.rule}  {times}{group.text}", style=style)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Source", overflow="fold")
    for column in ("New", "Changed", "Same", "National", "Refused"):
        table.add_column(column, justify="right")
    table.add_row(plain(name), *(f"{count:,}" for count in tally.counts().values()))
    output().render(table)
    if tally.national:
        output().print("National: permits of national species alone; partners are not shown them.")


def as_json(name: str, tally: SourceTally, language: Language) -> dict[str, object]:
    """The result for a program."""
    found = groups(tally.refused, tally.findings, language)
    return {"source": name, **tally.counts(), "findings": [group.as_json() for group in found]}
