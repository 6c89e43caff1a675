"""Option `--expected-head` of the commands that verify a journal."""

from typing import Annotated

import typer

from gateway.exchange.journal.noted_head import NotedHead


def noted_head(text: str) -> NotedHead:
    """Parser of --expected-head. Raises BadParameter."""
    try:
        return NotedHead.parsed(text)
    except ValueError:
        raise typer.BadParameter(
            'a head is its number and the 64 digits of its SHA-256, as in "1234 3fa9..."'
        ) from None


ExpectedHead = Annotated[
    NotedHead | None,
    typer.Option(
        "--expected-head",
        metavar='"N SHA256"',
        parser=noted_head,
        help="Head noted elsewhere, as `journal head` prints it: it must be in the chain.",
    ),
]
