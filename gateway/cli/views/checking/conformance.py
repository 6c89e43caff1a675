"""View of a conformance report: the scores, what failed and what to do, where the report is."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from gateway.cli.console import plain

if TYPE_CHECKING:
    from gateway.bootstrap import Report


def scores(report: "Report") -> Table:
    """The score of each group, and in all."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Group", overflow="fold")
    for name in ("Score", "Passed", "Failed", "Not tried"):
        table.add_column(name, justify="right", no_wrap=True)
    for score in (*report.groups, report.score):
        percent = f"{score.percent} %" if score.possible else "-"
        figures = (score.passed, score.failed, score.not_tried)
        table.add_row(plain(score.name), percent, *map(str, figures))
    return table


def failures(report: "Report") -> Iterator[str]:
    """Yield what failed, the gravest weight first, with the advice."""
    for text, count in report.shared_findings:
        yield f"! {count} cases fail with one finding: {text} Look for one cause first."
    for result in report.failed():
        case = result.case
        yield f"✗ {case.id} ({result.place}, {case.weight}) {case.title}"
        yield f"    {result.finding}"
        yield f"    {case.cure}"


def verdict(report: "Report") -> str:
    """Score and verdict."""
    return f"{report.score.percent} %. {report.verdict}"


def style(report: "Report") -> str:
    """Style of the verdict."""
    return "bold green" if report.score.is_conformant else "bold red"


def where(folder: Path, signer: str | None) -> Iterator[str]:
    """The folder of the report, and how its signature is verified."""
    yield f"Report: {folder / 'report.html'}"
    if signer is None:
        yield "It is not signed: name a working directory with a sealing key by --dir."
        return
    yield f"Signed by {signer}. It verifies in its folder with:"
    yield (
        "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS"
        " -CAfile CA-OF-THE-SIGNER.pem -purpose any && sha256sum -c SHA256SUMS"
    )


def as_json(report: "Report", folder: Path) -> dict[str, object]:
    """The outcome for a program; report.json has the cases."""
    score = report.score
    return {
        "conformant": score.is_conformant,
        "percent": score.percent,
        "verdict": report.verdict,
        "passed": score.passed,
        "failed": score.failed,
        "not_tried": score.not_tried,
        "failures": [
            {
                "id": each.case.id,
                "place": each.place,
                "weight": each.case.weight.value,
                "finding": each.finding,
                "cure": each.case.cure,
            }
            for each in report.failed()
        ],
        "folder": str(folder),
        "signer": report.signer,
    }
