"""`maintenance`: the service is closed for a while, on all nodes, and opened again."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, Person, settings_of
from gateway.exchange.ports import ServiceMode
from gateway.exchange.service.maintenance import CACHE_SECONDS

Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; only our own people read it.")
]


def close(
    person: Person,
    reason: Reason,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Close the service: partners are asked to come again later.

    Load balancers are told to send nobody.
    """
    _declare(directory, closed=True, person=person, reason=reason)


def reopen(
    person: Person,
    reason: Reason = "done",
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Open the service again."""
    _declare(directory, closed=False, person=person, reason=reason)


def status(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Tell whether the service is closed, since when, by whom and why."""
    with bootstrap.open_maintenance(settings_of(directory)) as maintenance:
        _print(maintenance.current())


def _declare(directory: Path, *, closed: bool, person: str, reason: str) -> None:
    with bootstrap.open_maintenance(settings_of(directory)) as maintenance:
        _print(maintenance.declare(closed=closed, person=person, reason=reason))
    output().print(f"  Every node knows within {CACHE_SECONDS:g} s.")


def _print(mode: ServiceMode | None) -> None:
    if mode is None:
        output().print("✓ The service is open; it was never closed for maintenance.")
        output().write_json({"maintenance": False})
        return
    state = "The service is closed for maintenance" if mode.maintenance else "✓ The service is open"
    output().print(
        f"{state} since {mode.at:%Y-%m-%d %H:%M:%S} UTC, by {mode.person}: {mode.reason}"
    )
    output().write_json(
        {
            "maintenance": mode.maintenance,
            "since": mode.at.isoformat(),
            "person": mode.person,
            "reason": mode.reason,
        }
    )
