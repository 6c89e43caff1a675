"""Refused records for a person: a line for each problem, one for all records that share it."""

import re
from collections.abc import Iterable, Iterator

from gateway.cli.wording import sentence
from gateway.domain.codes import Language
from gateway.domain.errors import RecordInvalid

_INDEX = re.compile(r"\[\d+\]")
_QUOTED = re.compile(r'^"[^"]*" ')


def grouped(refused: Iterable[RecordInvalid], language: Language) -> Iterator[str]:
    """A sentence for each problem of the records, in the order of the file.

    Problems are the same where field, box, rule and expected value are; the value that stands there
    is that of the first.
    """
    groups: dict[tuple[object, ...], list[RecordInvalid]] = {}
    for record in refused:
        for problem in record.problems:
            groups.setdefault(_kind(problem, language), []).append(problem)
    for first, *others in groups.values():
        said = sentence(first, language)
        yield f"{len(others) + 1:,} times, first in {said}" if others else said


def _kind(problem: RecordInvalid, language: Language) -> tuple[object, ...]:
    of_rule = problem.finding and (problem.finding.rule, problem.finding.text(language))
    said = of_rule or _QUOTED.sub("", problem.text.removeprefix(f"{problem.number}: "))
    field = problem.field and _INDEX.sub("[]", problem.field)
    return problem.file, field, problem.box, said, problem.expected
