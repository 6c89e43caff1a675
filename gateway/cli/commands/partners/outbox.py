"""`outbox`: confirmed quantities on their way to partners, and decisions of persons on them."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.cli.views import outbox as outgoing_view
from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import OutgoingConfirmation

Identity = Annotated[str, typer.Argument(metavar="ID", help="As `outbox list` shows it.")]


def list_all(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was delivered or dropped.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List what is not over, oldest first."""
    with bootstrap.open_outbox(settings_of(directory)) as outbox:
        found = outbox.read.entries(also_over=everything)
    if found:
        output().render(outgoing_view.view(found))
    else:
        output().print("✓ Nothing waits.")
    output().write_json([outgoing_view.as_json(outgoing) for outgoing in found])


def show(
    identity: Identity,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show one of them with everything that happened to it."""
    with bootstrap.open_outbox(settings_of(directory)) as outbox:
        outgoing = outbox.decide.find(identity)
        events = outbox.read.history(outgoing.id)
    output().render(outgoing_view.view([outgoing]))
    output().render(outgoing_view.history(events))
    output().write_json(outgoing_view.as_json(outgoing, events))


def retry(
    identity: Identity,
    person: Person,
    reason: Reason = "try again",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Let it be sent again, as soon as the gateway or `outbox deliver` looks."""
    with bootstrap.open_outbox(settings_of(directory)) as outbox:
        _print(outbox.decide.retry(identity, person, reason))


def hold(
    identity: Identity,
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Do not send it until `retry`."""
    with bootstrap.open_outbox(settings_of(directory)) as outbox:
        _print(outbox.decide.hold(identity, person, reason))


def drop(
    identity: Identity,
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Give it up for good. It stays in the history, without its token."""
    with bootstrap.open_outbox(settings_of(directory)) as outbox:
        _print(outbox.decide.drop(identity, person, reason))


def deliver(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Send all that is due once. `serve` does the same by itself.

    Exit status 0 only if the partners have all of it.
    """
    tried: list[OutgoingConfirmation] = []
    with (
        bootstrap.open_outbox(settings_of(directory)) as outbox,
        output().progress() as progress,
        outbox.exclusive_deliver.acquire() as delivery,
    ):
        task = progress.add_task("delivering", total=None)

        def count(outgoing: OutgoingConfirmation) -> None:
            tried.append(outgoing)
            progress.advance(task)

        if delivery is None:
            output().print("The running gateway is delivering at this moment.")
        else:
            delivery.all_due(count)
    if tried:
        output().render(outgoing_view.view(tried))
    elif delivery is not None:
        output().print("✓ Nothing is due.")
    output().write_json([outgoing_view.as_json(outgoing) for outgoing in tried])
    if any(outgoing.state is not DeliveryState.DELIVERED for outgoing in tried):
        raise typer.Exit(CANNOT_DO)


def _print(outgoing: OutgoingConfirmation) -> None:
    output().print(
        f"✓ {outgoing.id} is {outgoing.state} now."
        f" {outgoing_view.WHAT_NEXT.get(outgoing.state, '')}".rstrip()
    )
    output().write_json(outgoing_view.as_json(outgoing))
