"""`confirm`: quantities that our customs counted.

They are booked in the outbox, then sent to the country that issued the permit.
"""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import exit_of_code
from gateway.cli.options import (
    AsJson,
    Directory,
    IssuingCountry,
    PermitNumber,
    Quantities,
    TokenFile,
    settings_of,
    token,
)
from gateway.cli.quantities import read_quantities
from gateway.cli.views import outbox as outgoing_view
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import ConfirmationState
from gateway.exchange.ports import OutgoingConfirmation


def confirm(
    country: IssuingCountry,
    number: PermitNumber,
    quantities: Quantities,
    person: Annotated[
        str,
        typer.Option(
            "--person", metavar="NAME", help="Who counted.", show_default="the name of your login"
        ),
    ] = "",
    token_file: TokenFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Confirm the quantities that customs saw.

    They are kept, and sent again later if the partner cannot be reached at once.
    """
    seen = read_quantities(quantities)
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.open_outbox(settings) as outbox:
        by = person or _login()
        booked = outbox.book.book(country, number, token_id, seen, by, to_deliver=True)
        outgoing = outbox.deliver.deliver(booked)
        events = outbox.read.history(outgoing.id)
    output().write_json(outgoing_view.as_json(outgoing, events))
    if outgoing.state is not DeliveryState.DELIVERED:
        row = exit_of_code(outgoing.outcome)
        output().print_error(
            f"{events[-1].reason or outgoing.outcome}"
            f" {outgoing_view.WHAT_NEXT.get(outgoing.state, '')}",
            row.advice,
        )
        output().print(f"  in the outbox: {outgoing.id}")
        raise typer.Exit(row.status)
    _print(outgoing)


def _login() -> str:
    """Login name of the person at the keyboard; in a container without user names, the user id."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _print(outgoing: OutgoingConfirmation) -> None:
    repeated = outgoing.outcome == ConfirmationState.ALREADY_CONFIRMED
    has = "had these quantities already" if repeated else "has taken the quantities"
    output().print(f"✓ {outgoing.country} {has} for {outgoing.permit_number}.")
    for line in outgoing.seen:
        output().print(f"  line {line.position}: {line.written}")
    if outgoing.confirmation_id:
        output().print(f"  confirmation {outgoing.confirmation_id}")
