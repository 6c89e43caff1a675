"""`users link`, `users unlink`: a person and their account at the national sign-on."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.people.users import Name
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, Person, settings_of
from gateway.exchange.people.administer import Actor

Subject = Annotated[
    str,
    typer.Option(
        "--subject",
        metavar="SUBJECT",
        help="The claim `sub` of the person, as the provider itself says. Never a mail address.",
    ),
]


def link(
    name: Name,
    subject: Subject,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Link a person with their account at the national sign-on. Their roles stay."""
    settings = settings_of(directory)
    sign_on = settings.web.sign_on
    if sign_on is None:
        raise CannotDo(
            "No national sign-on is configured.", "Add [web.sign_on] to conf/gateway.toml."
        )
    with bootstrap.open_people(settings) as people:
        linked = people.linking.link(Actor(person), name, sign_on.issuer, subject)
    output().print(f"✓ {linked.name} is linked with the account at the national sign-on.")
    output().write_json({"name": linked.name, "issuer": sign_on.issuer, "subject": subject})


def unlink(
    name: Name,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Remove that link. The sessions of the person end."""
    with bootstrap.open_people(settings_of(directory)) as people:
        unlinked = people.linking.unlink(Actor(person), name)
    output().print(f"✓ {unlinked.name} is no more linked, and their sessions ended.")
    output().print("The sign-on lets this person in again when you link them.")
    output().write_json({"name": unlinked.name, "linked": False})
