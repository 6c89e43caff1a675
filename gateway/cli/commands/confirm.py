"""`confirm`: what did our customs count? Kept first, then told to the country that issued the permit."""

import getpass
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli import outgoing_view
from gateway.cli.console import voice
from gateway.cli.exits import CannotDo, exit_of_code
from gateway.cli.options import AsJson, Directory, TokenFile, settings_of, token
from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import ConfirmationState, SeenQuantity
from gateway.exchange.ports import Outgoing


def confirm(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Country that issued the permit: MZ.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the permit, box 1.")],
    quantities: Annotated[
        list[str], typer.Argument(metavar="LINE=QUANTITY...", help="What was seen, in the unit of box 11: A=5 B=12.5")
    ],
    person: Annotated[
        str, typer.Option("--person", metavar="NAME", help="Who counted.", show_default="the name of your login")
    ] = "",
    token_file: TokenFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Confirm the quantities that customs saw. What cannot be told at once is kept and told later."""
    seen = read(quantities)
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.build(settings) as gateway:
        by = person or _login()
        booked = gateway.book_outgoing.book(country, number, token_id, seen, by, to_deliver=True)
        told = gateway.deliver.deliver(booked)
        events = gateway.store.outbox.history(told.id)
    voice().tell(outgoing_view.as_json(told, events))
    if told.state is not DeliveryState.DELIVERED:
        row = exit_of_code(told.outcome)
        voice().complain(
            f"{events[-1].reason or told.outcome} {outgoing_view.WHAT_NEXT.get(told.state, '')}", row.advice
        )
        voice().say(f"  in the outbox: {told.id}")
        raise typer.Exit(row.status)
    _say(told)


def _login() -> str:
    """The name of whoever types; in a container that knows no names, the number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _say(told: Outgoing) -> None:
    repeated = told.outcome == ConfirmationState.ALREADY_CONFIRMED
    has = "had these quantities already" if repeated else "has taken the quantities"
    voice().say(f"✓ {told.country} {has} for {told.permit_number}.")
    for line in told.seen:
        voice().say(f"  line {line.position}: {line.amount}")
    if told.confirmation_id:
        voice().say(f"  confirmation {told.confirmation_id}")


def read(quantities: Sequence[str]) -> list[SeenQuantity]:
    """`A=5` to a line and what was seen of it; the amount is judged later. Raises CannotDo."""
    pairs = [text.partition("=") for text in quantities]
    for position, equals, amount in pairs:
        if not (position and equals and amount):
            raise CannotDo(
                f"{position or 'A quantity'} is not written as LINE=QUANTITY.", "Write each line as in A=5 B=12.5."
            )
    return [SeenQuantity(position, amount) for position, _, amount in pairs]
