"""View of people who sign in: a row each, with their roles."""

from collections.abc import Sequence

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.domain.people.person import Person

_COLUMNS = ("Name", "Person", "Roles", "Account")


def table(people: Sequence[Person]) -> RenderableType:
    """A row for each person; names to sign in with are shown whole."""
    records = Records(_COLUMNS, frozenset({"Name"}))
    for person in people:
        state = f"closed {person.disabled_at:%Y-%m-%d}" if person.disabled_at else "open"
        records.add_row(person.name, person.full_name, ", ".join(_roles(person)), state)
    return records


def as_json(person: Person) -> dict[str, object]:
    """The same for a program."""
    return {
        "name": person.name,
        "full_name": person.full_name,
        "roles": _roles(person),
        "created_at": person.created_at.isoformat(),
        "disabled_at": person.disabled_at.isoformat() if person.disabled_at else None,
    }


def _roles(person: Person) -> list[str]:
    return [str(grant) for grant in sorted(person.grants)]
