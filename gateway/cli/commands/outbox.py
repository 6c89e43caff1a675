"""`outbox`, `deliver`: what waits to be told to partners, and what does a person decide about it?"""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli import outgoing_view
from gateway.cli.console import voice
from gateway.cli.exits import CANNOT_DO
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.domain.delivery import DeliveryState
from gateway.exchange.ports import Outgoing

commands = typer.Typer(help="What our customs counted and partners have to be told.", no_args_is_help=True)

Identity = Annotated[str, typer.Argument(metavar="ID", help="As `outbox list` shows it.")]
Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who decides it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the history.")]


@commands.command("list")
def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Also what was delivered or dropped.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """List what is not over, oldest first."""
    states = [state for state in DeliveryState if everything or not state.is_over]
    with bootstrap.build(settings_of(directory)) as gateway:
        found = gateway.store.outbox.all(states)
    if found:
        voice().show(outgoing_view.view(found))
    else:
        voice().say("✓ Nothing waits.")
    voice().tell([outgoing_view.as_json(outgoing) for outgoing in found])


@commands.command("show")
def show(
    identity: Identity,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Show one of them with everything that happened to it."""
    with bootstrap.build(settings_of(directory)) as gateway:
        outgoing = gateway.decide_outgoing.of(identity)
        events = gateway.store.outbox.history(identity)
    voice().show(outgoing_view.view([outgoing]))
    voice().show(outgoing_view.history(events))
    voice().tell(outgoing_view.as_json(outgoing, events))


@commands.command("retry")
def retry(
    identity: Identity,
    person: Person,
    reason: Reason = "try again",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Let it be sent again, as soon as the gateway or `deliver` looks."""
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(gateway.decide_outgoing.retry(identity, person, reason))


@commands.command("hold")
def hold(
    identity: Identity,
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Do not send it until `retry`."""
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(gateway.decide_outgoing.hold(identity, person, reason))


@commands.command("drop")
def drop(
    identity: Identity,
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Give it up for good. It stays in the history, without its token."""
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(gateway.decide_outgoing.drop(identity, person, reason))


def deliver(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Send all that is due once. `serve` does the same by itself. Exit status 0 only if the partners have all of it."""
    tried: list[Outgoing] = []
    shown = voice().progress()
    with bootstrap.build(settings_of(directory)) as gateway, shown as progress:
        task = progress.add_task("delivering", total=None)

        def told(outgoing: Outgoing) -> None:
            tried.append(outgoing)
            progress.advance(task)

        with gateway.store.turns.take(bootstrap.DELIVERY) as mine:
            if mine:
                gateway.deliver.all_due(told)
            else:
                voice().say("The running gateway is delivering at this moment.")
    if tried:
        voice().show(outgoing_view.view(tried))
    elif mine:
        voice().say("✓ Nothing is due.")
    voice().tell([outgoing_view.as_json(outgoing) for outgoing in tried])
    if any(outgoing.state is not DeliveryState.DELIVERED for outgoing in tried):
        raise typer.Exit(CANNOT_DO)


def _tell(outgoing: Outgoing) -> None:
    voice().say(f"✓ {outgoing.id} is {outgoing.state} now. {outgoing_view.WHAT_NEXT.get(outgoing.state, '')}".rstrip())
    voice().tell(outgoing_view.as_json(outgoing))
