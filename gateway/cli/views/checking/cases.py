"""View of the cases of the conformance kit: a table of all, one in full."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group

from gateway.cli.console import labelled
from gateway.cli.views.tables import Records

if TYPE_CHECKING:
    from gateway.bootstrap import Case


def table(cases: Sequence["Case"]) -> Records:
    """The cases in the order in which they are run."""
    records = Records(("Id", "Weight", "Group", "Title"), frozenset({"Id"}))
    for case in cases:
        records.add_row(case.id, case.weight.value, case.group, case.title)
    return records


def one(case: "Case") -> Group:
    """A case with everything that a person needs."""
    return Group(*(labelled(name, value, "bold") for name, value in _rows(case)))


def as_json(case: "Case") -> dict[str, object]:
    """A case for a program."""
    return {
        "id": case.id,
        "group": case.group,
        "title": case.title,
        "weight": case.weight.value,
        "purpose": case.purpose,
        "requirement": case.requirement,
        "cause": case.cause,
        "cure": case.cure,
        "confirms": case.writes,
    }


def _rows(case: "Case") -> list[tuple[str, str]]:
    return [
        ("Id", case.id),
        ("Title", case.title),
        ("Group", case.group),
        ("Weight", f"{case.weight}, {case.weight.points} points"),
        ("Requirement", f"docs/wire-contract.md, section {case.requirement}"),
        ("Why", case.purpose),
        ("Usual cause", case.cause),
        ("What to do", case.cure),
        ("Sent", "only with --confirm" if case.writes else "always"),
    ]
