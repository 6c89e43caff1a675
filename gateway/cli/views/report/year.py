"""View of the annual report: rows by basis, findings, and whether it may be submitted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.cli.views.rules.finding import times
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.report.summary import ReportSummary, SideSummary
from gateway.domain.rules import Severity
from gateway.domain.rules.report.row import Side

_PARTS = {Side.EXPORTER: "exports", Side.IMPORTER: "imports"}
"""Names of both sides for a program."""
_TITLES = {Side.EXPORTER: "report_exporter", Side.IMPORTER: "report_importer"}
_MARKS = {
    Severity.ERROR: "report_error",
    Severity.RISK: "report_risk",
    Severity.WARNING: "report_warning",
    Severity.INFO: "report_info",
}


def summary(found: ReportSummary, language: Language) -> Iterator[str]:
    """The lines for a person."""
    for side, sums in found.sides.items():
        bases = ", ".join(f"{count:,} {basis}" for basis, count in sums.rows.most_common())
        yield word(
            _TITLES[side],
            language,
            year=found.year,
            count=f"{sums.count:,}",
            bases=f" ({bases})" if bases else "",
        )
        for key, count in sums.findings.most_common():
            finding = sums.first_findings[key]
            row = word("report_row", language, number=finding.position)
            often, mark = times(count, row, language), _MARKS[finding.severity]
            yield f"  {word(mark, language)}: {often}: {finding.text(language)} [{finding.rule}]"
    if found.left_out:
        yield word("report_left_out", language, count=f"{found.left_out:,}")


def as_json(found: ReportSummary, paths: Sequence[Path]) -> dict[str, object]:
    """The same for a program."""
    return {
        "country": found.country,
        "year": found.year,
        "left_out": found.left_out,
        "files": [str(path) for path in paths],
        **{_PARTS[side]: _side(sums) for side, sums in found.sides.items()},
    }


def _side(sums: SideSummary) -> dict[str, object]:
    return {
        "rows": sums.count,
        "basis": sums.basis.value,
        "by_basis": {basis.value: count for basis, count in sums.rows.items()},
        "may_be_submitted": sums.may_be_submitted(overridden=False),
        "findings": [
            {
                "rule": rule,
                "sentence": sentence,
                "severity": sums.first_findings[rule, sentence].severity.value,
                "rows": count,
            }
            for (rule, sentence), count in sums.findings.most_common()
        ],
    }
