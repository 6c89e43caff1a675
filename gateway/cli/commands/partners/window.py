"""`partners window`: planned windows, when partners have announced that they are away."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.partners.register import PartnerKey, partner_of
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, Person, Reason, moment, settings_of
from gateway.cli.views.partners import availability as view
from gateway.domain.responsible_person import ResponsiblePerson


def add(
    partner: PartnerKey,
    since: Annotated[
        datetime,
        typer.Option("--from", parser=moment, metavar="DAY[TIME]", help="Its beginning, UTC."),
    ],
    until: Annotated[
        datetime, typer.Option("--until", parser=moment, metavar="DAY[TIME]", help="Its end, UTC.")
    ],
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Enter a window of a partner.

    Its failures within the window are no alert, and count in no share. It holds on all nodes, from
    now on: results that came before stay as they were counted.
    """
    settings = settings_of(directory)
    found = partner_of(settings, partner)
    with bootstrap.open_availability(settings) as availability:
        window = availability.windows.add(
            found.key, since, until, ResponsiblePerson(person, reason)
        )
    output().print(f"✓ Window {window.id} of partner {found.key} is entered.")
    output().write_json(view.window_as_json(window))


def list_all(
    past: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the windows of now and later."""
    with bootstrap.open_availability(settings_of(directory)) as availability:
        windows = availability.windows.list_all(past=past)
    if windows:
        output().render(view.window_table(windows))
    else:
        output().print("No window is planned. Next: epix-gateway partners window add PARTNER")
    output().write_json([view.window_as_json(window) for window in windows])


def remove(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Of the window, as `partners window list` has it.")
    ],
    person: Person,
    directory: Directory = Path(),
) -> None:
    """Take a window back: from now on it does not count.

    It stays in the history, with who took it back.
    """
    with bootstrap.open_availability(settings_of(directory)) as availability:
        availability.windows.withdraw(identity, person)
    output().print(f"✓ Window {identity} does not count any more.")
