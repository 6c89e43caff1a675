"""View of the problems of a source: grouped by severity, rule, box and column, with counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.cli.views.rules import finding as findings_view
from gateway.cli.wording import box_of_record
from gateway.domain.codes import Language
from gateway.domain.rules.finding import Finding, Severity
from gateway.exchange.ports import LocatedProblem

CELL = "cell"
"""In place of the rule of a cell that cannot be read by the declared format."""


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that say the same. text: of the first, with its place and value."""

    severity: Severity
    rule: str
    box: str | None
    column: str | None
    times: int
    text: str
    first: dict[str, object]

    def as_json(self) -> dict[str, object]:
        """The group for a program."""
        return {
            "severity": self.severity.value,
            "rule": self.rule,
            "box": self.box,
            "column": self.column,
            "times": self.times,
            "text": self.text,
            "first": self.first,
        }


def groups(
    refused: Sequence[tuple[str, LocatedProblem]],
    findings: Sequence[tuple[str, Finding]],
    language: Language,
) -> list[Group]:
    """Groups by severity, the worst first, and in it by their number."""
    found = [*_refused(refused, language), *_findings(findings, language)]
    order = list(Severity)
    return sorted(found, key=lambda group: (order.index(group.severity), -group.times))


def _refused(refused: Sequence[tuple[str, LocatedProblem]], language: Language) -> Iterator[Group]:
    same: dict[tuple[str | None, ...], list[tuple[str, LocatedProblem]]] = {}
    for number, located in refused:
        problem = located.problem
        key = (_rule(located), problem.box, problem.field, _column(located), problem.expected)
        same.setdefault(key, []).append((number, located))
    for of in same.values():
        number, first = of[0]
        yield Group(
            Severity.ERROR,
            _rule(first),
            first.problem.box,
            _column(first),
            len(of),
            sentence(first, language),
            place_of(number, first),
        )


def _rule(located: LocatedProblem) -> str:
    finding = located.problem.finding
    return finding.rule if finding else CELL


def _column(located: LocatedProblem) -> str | None:
    return located.cell.column if located.cell else None


def _findings(findings: Sequence[tuple[str, Finding]], language: Language) -> Iterator[Group]:
    same: dict[tuple[str, str | None, str], list[tuple[str, Finding]]] = {}
    for number, finding in findings:
        same.setdefault((finding.rule, finding.box, finding.sentence), []).append((number, finding))
    for (rule, box, _), of in same.items():
        number, first = of[0]
        text = f"{number}: {findings_view.sentence(first, language)}"
        place: dict[str, object] = {"number": number, "line": first.position, "value": first.value}
        yield Group(first.severity, rule, box, None, len(of), text, place)


def sentence(located: LocatedProblem, language: Language) -> str:
    """A problem with file, sheet, row, column, value, line, box and rule, as far as known."""
    problem, cell = located.problem, located.cell
    places = [
        problem.file,
        f"sheet {located.sheet}" if located.sheet and located.sheet not in problem.file else None,
        f"row {cell.row if cell else problem.row}",
        f'column "{cell.column}"' if cell else None,
        f'value "{cell.text}"' if cell and cell.text is not None else None,
        f"field {problem.field}" if problem.field else None,
        f"line {problem.position}" if problem.position else None,
        f"box {box_of_record(problem.box, problem.position, problem.field)}"
        if problem.box
        else None,
    ]
    expected = f" Expected: {problem.expected}." if problem.expected else ""
    return f"{', '.join(filter(None, places))}: {problem.sentence(language)}{expected}"


def place_of(number: str, located: LocatedProblem) -> dict[str, object]:
    """The place of a problem for a program."""
    problem, cell = located.problem, located.cell
    return {
        "number": number,
        "file": problem.file,
        "sheet": located.sheet,
        "row": cell.row if cell else problem.row,
        "column": cell.column if cell else None,
        "value": cell.text if cell else None,
        "field": problem.field,
        "line": problem.position,
        "box": problem.box,
        "expected": problem.expected,
    }
