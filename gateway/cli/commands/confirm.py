"""`confirm`: what did our customs count? Told to the country that issued the permit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import voice
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, TokenFile, settings_of, token
from gateway.domain.endorsement import SeenQuantity


def confirm(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Country that issued the permit: MZ.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the permit, box 1.")],
    quantities: Annotated[
        list[str], typer.Argument(metavar="LINE=QUANTITY...", help="What was seen, in the unit of box 11: A=5 B=12.5")
    ],
    token_file: TokenFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Confirm the quantities that customs saw."""
    seen = read(quantities)
    settings = settings_of(directory)
    token_id = token(token_file)
    with bootstrap.build(settings) as gateway:
        answer = gateway.report_confirmation.report(country, number, token_id, seen)
    repeated = answer.state == "ALREADY_CONFIRMED"
    voice().say(
        f"✓ {country} {'had these quantities already' if repeated else 'has taken the quantities'} for {number}."
    )
    for line in seen:
        voice().say(f"  line {line.position}: {line.amount}")
    if answer.confirmation_id:
        voice().say(f"  confirmation {answer.confirmation_id}")
    voice().tell(
        {
            "state": answer.state,
            "confirmation_id": answer.confirmation_id,
            "quantities": {line.position: line.amount for line in seen},
        }
    )


def read(quantities: Sequence[str]) -> list[SeenQuantity]:
    """`A=5` to a line and what was seen of it; the amount is judged later. Raises CannotDo."""
    pairs = [text.partition("=") for text in quantities]
    for position, equals, amount in pairs:
        if not (position and equals and amount):
            raise CannotDo(
                f"{position or 'A quantity'} is not written as LINE=QUANTITY.", "Write each line as in A=5 B=12.5."
            )
    return [SeenQuantity(position, amount) for position, _, amount in pairs]
