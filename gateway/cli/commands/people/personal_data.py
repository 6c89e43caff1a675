"""`personal-data report`, `erase`, `prune`: data of people who sign in, and its retention."""

from pathlib import Path

from gateway import bootstrap
from gateway.cli.commands.people.users import Name
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.cli.views.people import personal_data as view
from gateway.exchange.people.administer import Actor


def report(
    name: Name,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what is held of a person, and for how long."""
    settings = settings_of(directory)
    with bootstrap.open_people(settings) as people:
        held = people.erase.report(Actor("report"), name)
    output().render(view.table(held, settings))
    output().write_json(view.as_json(held, settings))


def erase(
    name: Name,
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Replace the name of a person who has left by a pseudonym. The journal stays.

    The account has to be closed. It cannot be undone. Journal and records of quantities stay as
    they are: docs/personal-data.md says why.
    """
    with bootstrap.open_people(settings_of(directory)) as people:
        pseudonym = people.erase.erase(Actor(person), name, reason)
    output().print(f"✓ {name} is {pseudonym} from now on.")
    output().print("  Backups have the name until they are removed.")
    output().write_json({"pseudonym": pseudonym})


def prune(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Remove rows whose days are over once. `serve` does the same by itself."""
    with (
        bootstrap.open_people(settings_of(directory)) as people,
        people.exclusive_remove_old.acquire() as removing,
    ):
        if removing is None:
            raise CannotDo("The running gateway removes old rows at this moment.")
        removed = removing.round()
    for kind, count in sorted(removed.items()):
        output().print(f"  {kind}: {count}")
    output().write_json({"removed": dict(removed)})
