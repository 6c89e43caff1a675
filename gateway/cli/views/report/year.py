"""View of the annual report: rows by basis, findings, and whether it may be submitted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.cli.views.rules.finding import times
from gateway.domain.codes import Language
from gateway.domain.report.summary import ReportSummary, SideSummary
from gateway.domain.rules.report.row import Side

_PARTS = {Side.EXPORTER: "Exports", Side.IMPORTER: "Imports"}


def summary(found: ReportSummary, language: Language) -> Iterator[str]:
    """The lines for a person."""
    for side, sums in found.sides.items():
        bases = ", ".join(f"{count:,} {basis}" for basis, count in sums.rows.most_common())
        yield f"{_PARTS[side]} {found.year}: {sums.count:,} rows" + (f" ({bases})" if bases else "")
        for key, count in sums.findings.most_common():
            finding = sums.first_findings[key]
            often = times(count, f"row {finding.position}", language)
            yield f"  {finding.severity.value}: {often}: {finding.text(language)} [{finding.rule}]"
    if found.left_out:
        yield f"Left out: {found.left_out:,} documents; the table left-out says why."


def as_json(found: ReportSummary, paths: Sequence[Path]) -> dict[str, object]:
    """The same for a program."""
    return {
        "country": found.country,
        "year": found.year,
        "left_out": found.left_out,
        "files": [str(path) for path in paths],
        **{_PARTS[side].lower(): _side(sums) for side, sums in found.sides.items()},
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
