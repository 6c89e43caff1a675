"""`users`: people who sign in are added, listed, given roles, closed out, and helped back in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, Person, settings_of
from gateway.cli.views.people.people_table import as_json, table
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name that the person signs in with.")]
FullName = Annotated[
    str, typer.Option("--full-name", metavar="TEXT", help="Name of the person in full.")
]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE[@AUTHORITY]",
        help=(
            "customs, authority, operator, auditor or administrator; at an authority such as"
            " MZ/MA, where several are served here. May be repeated."
        ),
    ),
]
Factors = Annotated[
    bool, typer.Option("--factors", help="Take the second factor away too: it is lost.")
]


def add(
    name: Name,
    full_name: FullName,
    role: Roles,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Add a person, and print the one-time code by which they set their password."""
    settings = settings_of(directory)
    with bootstrap.open_people(settings) as people:
        grants = _grants(role, list(people.authorities))
        added, code = people.administer.add(Actor(person), name, full_name, grants)
    output().print(f"✓ {added.name} is added.")
    _print_code(added.name, code, f"{settings.web.address}/recover", settings.web.code_hours)


def list_all(
    directory: Directory = Path(),
    as_json_: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the people, with their roles and links."""
    with bootstrap.open_people(settings_of(directory)) as people:
        found = people.accounts.people()
        links = {link.person_id: link for link in people.accounts.links()}
    output().render(table(found, links))
    output().write_json([as_json(each, links.get(each.id)) for each in found])


def roles(
    name: Name,
    role: Roles,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Give a person these roles in the place of all others. Their sessions end."""
    with bootstrap.open_people(settings_of(directory)) as people:
        grants = _grants(role, list(people.authorities))
        changed = people.administer.set_grants(Actor(person), name, grants)
    given = ", ".join(str(grant) for grant in sorted(changed.grants))
    output().print(f"✓ {changed.name}: {given}")
    output().write_json({"name": changed.name, "roles": given.split(", ")})


def disable(
    name: Name,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Close an account: the person cannot sign in, and their sessions end."""
    with bootstrap.open_people(settings_of(directory)) as people:
        people.administer.disable(Actor(person), name)
    output().print(f"✓ The account {name} is closed.")
    output().write_json({"name": name, "open": False})


def enable(
    name: Name,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Open an account again."""
    with bootstrap.open_people(settings_of(directory)) as people:
        people.administer.enable(Actor(person), name)
    output().print(f"✓ The account {name} is open.")
    output().write_json({"name": name, "open": True})


def reset(
    name: Name,
    person: Person,
    factors: Factors = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take a person's password away, and print a one-time code for a new one."""
    settings = settings_of(directory)
    with bootstrap.open_people(settings) as people:
        code = people.administer.reset(Actor(person), name, factors=factors)
    output().print(f"✓ The password of {name} is taken away, and their sessions ended.")
    _print_code(name, code, f"{settings.web.address}/recover", settings.web.code_hours)


def _print_code(name: str, code: str, address: str, hours: int) -> None:
    output().print(f"One-time code, for {hours} hours: {code}")
    output().print(f"{name} types it at {address}. It is shown this once.")
    output().write_json({"name": name, "code": code, "hours": hours, "address": address})


def _grants(roles: Sequence[str], authorities: Sequence[str]) -> list[Grant]:
    """The roles of a command. Raises CannotDo for a word that is no role."""
    grants = []
    for text in roles:
        word, _, authority = text.partition("@")
        if word not in {each.value for each in Role}:
            raise CannotDo(
                f"--role {word} is no role.", f"Roles are {', '.join(each.value for each in Role)}."
            )
        if not authority and len(authorities) > 1:
            raise CannotDo(
                f"--role {word} names no authority, and several are served here.",
                f"Write it as in --role {word}@{authorities[0]}.",
            )
        grants.append(Grant(Role(word), authority or authorities[0]))
    return grants
