"""Quantities as a person types them: LINE=QUANTITY, such as A=5."""

from collections.abc import Sequence

from gateway.cli.exits import CannotDo
from gateway.domain.ledger.endorsement import SeenQuantity


def read_quantities(texts: Sequence[str]) -> list[SeenQuantity]:
    """Read `A=5` as line and quantity, in the unit of box 11. The use case checks the quantity.

    Raises CannotDo.
    """
    pairs = [text.partition("=") for text in texts]
    for position, equals, amount in pairs:
        if not (position and equals and amount):
            raise CannotDo(
                f"{position or 'A quantity'} is not written as LINE=QUANTITY.",
                "Write each line as in A=5 B=12.5.",
            )
    return [SeenQuantity(position, amount) for position, _, amount in pairs]
