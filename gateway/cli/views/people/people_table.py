"""View of people who sign in: a row each, with their roles and their link with a sign-on."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.domain.people.person import Person
from gateway.exchange.ports.people.accounts import PersonLink

_COLUMNS = ("Name", "Person", "Roles", "Account")
_LINK_COLUMNS = ("Subject", "Issuer")


def table(people: Sequence[Person], links: Mapping[str, PersonLink]) -> RenderableType:
    """A row for each person; names to sign in with, and subjects, are shown whole.

    links: by id of the person; without any, nothing about links is shown.
    """
    columns = _COLUMNS + (_LINK_COLUMNS if links else ())
    records = Records(columns, frozenset({"Name", "Subject"}))
    for person in people:
        state = f"closed {person.disabled_at:%Y-%m-%d}" if person.disabled_at else "open"
        values = [person.name, person.full_name, ", ".join(_roles(person)), state]
        if links:
            link = links.get(person.id)
            values += [link.subject, link.issuer] if link else ["", ""]
        records.add_row(*values)
    return records


def as_json(person: Person, link: PersonLink | None) -> dict[str, object]:
    """The same for a program."""
    return {
        "name": person.name,
        "full_name": person.full_name,
        "roles": _roles(person),
        "created_at": person.created_at.isoformat(),
        "disabled_at": person.disabled_at.isoformat() if person.disabled_at else None,
        "link": link and _link(link),
    }


def _link(link: PersonLink) -> dict[str, object]:
    return {
        "issuer": link.issuer,
        "subject": link.subject,
        "roles_by_claims": link.roles_by_claims,
        "linked_at": link.linked_at.isoformat(),
    }


def _roles(person: Person) -> list[str]:
    return [str(grant) for grant in sorted(person.grants)]
