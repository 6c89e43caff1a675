"""`maintenance`: is the service closed for a while, on all nodes?"""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import voice
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.exchange.maintenance import SEEN_WITHIN_SECONDS
from gateway.exchange.ports import ServiceMode

commands = typer.Typer(help="Close the service for a while, on all nodes.", no_args_is_help=True)

Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who does it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; only our own people read it.")]


@commands.command("on")
def close(
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Close the service: partners are asked to come again later, load balancers to send nobody."""
    _declare(directory, closed=True, person=person, reason=reason)


@commands.command("off")
def reopen(
    person: Person,
    reason: Reason = "done",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Open the service again."""
    _declare(directory, closed=False, person=person, reason=reason)


@commands.command("status")
def status(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Tell whether the service is closed, since when, by whom and why."""
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(gateway.store.service_modes.current())


def _declare(directory: Path, *, closed: bool, person: str, reason: str) -> None:
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(gateway.maintenance.declare(closed=closed, person=person, reason=reason))
    voice().say(f"  Every node knows within {SEEN_WITHIN_SECONDS:g} s.")


def _tell(mode: ServiceMode | None) -> None:
    if mode is None:
        voice().say("✓ The service is open; it was never closed for maintenance.")
        voice().tell({"maintenance": False})
        return
    said = "The service is closed for maintenance" if mode.maintenance else "✓ The service is open"
    voice().say(f"{said} since {mode.at:%Y-%m-%d %H:%M:%S} UTC, by {mode.person}: {mode.reason}")
    voice().tell(
        {
            "maintenance": mode.maintenance,
            "since": mode.at.isoformat(),
            "person": mode.person,
            "reason": mode.reason,
        }
    )
