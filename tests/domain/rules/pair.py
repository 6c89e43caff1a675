"""Pairs of documents: one that a rule passes, and one that it finds, which differs in one box."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.rules import Severity
from tests.builders import MAPUTO, a_permit, a_position

ERROR, RISK, WARNING, INFO = Severity
ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
LINE = a_position(origin=None, quota=None)
"""A line that no rule remarks on."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a rule says of `failing`, and not of `passing`. line: its letter, None for the form."""

    rule: str
    sentence: str
    severity: Severity
    box: str
    line: str | None
    passing: Permit
    failing: Permit
    authority: Authority = ANAC

    def __str__(self) -> str:
        return f"{self.rule}-{self.sentence}-{self.box}"


def of(*lines: CitesPosition, **changes: object) -> Permit:
    """A complete and lawful export permit with other lines or attributes."""
    return a_permit(positions=lines or (LINE,), **changes)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MAPUTO)


PLAIN = of()


def form(
    rule: str,
    sentence: str,
    severity: Severity,
    box: str,
    on: Permit = PLAIN,
    *,
    of_line: str | None = None,
    authority: Authority = ANAC,
    **changes: object,
) -> Pair:
    """A pair whose failing document is another one with attributes of the form changed."""
    failing = replace(on, **changes)
    return Pair(rule, sentence, severity, box, of_line, on, failing, authority)


def line(
    rule: str,
    sentence: str,
    severity: Severity,
    box: str,
    on: Permit = PLAIN,
    *,
    authority: Authority = ANAC,
    **changes: object,
) -> Pair:
    """A pair whose failing document is another one with attributes of its last line changed."""
    *before, last = on.positions
    failing = replace(on, positions=(*before, replace(last, **changes)))
    letter = failing.positions[-1].id
    return Pair(rule, sentence, severity, box, letter, on, failing, authority)


_BOXES_OF_THE_FORM = {
    "number": "1",
    "type": "1",
    "type_name": "1",
    "valid_from": "2",
    "valid_until": "2",
    "importer": "3",
    "exporter": "4",
    "special_conditions": "5",
    "replacement": "5",
    "retrospective": "5",
    "partially_completed": "5",
    "import_permit": "5",
    "carnet": "5",
    "annex": "5",
    "purpose": "5a",
    "issuer": "13",
    "issued_at": "13",
    "examination": "14",
    "transport": "15",
}
_BOXES_OF_A_LINE = {
    "id": "7",
    "scientific_name": "7",
    "common_names": "8",
    "description": "9",
    "term": "9",
    "marks": "9",
    "appendix": "10",
    "sources": "10",
    "quantity": "11",
    "quota": "11a",
    "origin": "12",
    "last_reexport": "12a",
    "operation": "12b",
    "examination": "14",
}


def boxes_that_differ(one: Permit, other: Permit) -> set[str]:
    """Numbers of the boxes in which two documents differ."""
    return set(_of_the_form(one, other)) | set(_of_the_lines(one, other))


def _of_the_form(one: Permit, other: Permit) -> Iterator[str]:
    for field in fields(Permit):
        if field.name in ("positions", "management_authority"):
            continue
        if getattr(one, field.name) != getattr(other, field.name):
            yield _BOXES_OF_THE_FORM[field.name]
    here, there = one.management_authority, other.management_authority
    if here and there and here.stamp != there.stamp:
        yield "5b"
        there = replace(there, stamp=here.stamp)
    if here != there:
        yield "6"


def _of_the_lines(one: Permit, other: Permit) -> Iterator[str]:
    if len(one.positions) != len(other.positions):
        yield "7"
        return
    for here, there in zip(one.positions, other.positions, strict=True):
        for field in fields(CitesPosition):
            if getattr(here, field.name) != getattr(there, field.name):
                yield _BOXES_OF_A_LINE[field.name]
