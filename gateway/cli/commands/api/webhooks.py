"""`api-keys`: webhooks of other systems are registered, listed and removed."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.api.keys import KeyId
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, Person, settings_of
from gateway.cli.views.api.webhooks_table import as_json as webhook_as_json
from gateway.cli.views.api.webhooks_table import table
from gateway.domain.api.event import EventKind


def add(
    key: KeyId,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="It begins with https://.", show_default=False)
    ],
    person: Person,
    event: Annotated[
        list[EventKind] | None,
        typer.Option("--event", help="May be repeated.", show_default="all"),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Tell an address of events of permits; print the secret that signs them, this once."""
    with bootstrap.open_api(settings_of(directory)) as api:
        webhook, secret = api.webhooks.add(key, address, event or (), person)
    output().print(f"✓ {webhook.address} is told of events of permits of {webhook.authority}.")
    output().print(secret)
    output().print("The receiver checks each message by it. It is shown this once.")
    output().write_json(webhook_as_json(webhook, 0) | {"secret": secret})


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the webhooks, and how many messages wait for each."""
    with bootstrap.open_api(settings_of(directory)) as api:
        found = api.webhooks.list_all()
    output().render(table(found))
    output().write_json([webhook_as_json(each, waiting) for each, waiting in found])


def remove(
    webhook: Annotated[
        str, typer.Argument(metavar="WEBHOOK", help="Its id, as `api-keys webhooks` shows it.")
    ],
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Remove a webhook, with the messages that wait for it."""
    with bootstrap.open_api(settings_of(directory)) as api:
        removed = api.webhooks.remove(webhook, person)
    output().print(f"✓ {removed.address} is told of nothing any more.")
    output().write_json({"webhook": removed.id, "removed": True})
