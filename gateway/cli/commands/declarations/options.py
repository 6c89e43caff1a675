"""Options of the commands of customs declarations."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import CannotDo

_MOST_BYTES = 1_000_001
"""One byte more than a declaration may have, so that a longer one is refused as such."""

DeclarationFile = Annotated[
    str,
    typer.Option(
        "--file",
        metavar="FILE",
        help="The declaration as JSON, or - for standard input: docs/declarations.md.",
    ),
]
Officer = Annotated[
    str, typer.Option("--officer", metavar="NAME", help="Who acts: a person, or a system.")
]
OfAuthority = Annotated[
    str, typer.Option("--authority", metavar="NAME", help="Authority of the officer.")
]


def declaration_bytes(file: str) -> bytes:
    """Return the bytes of a declaration, from a file or standard input. Raises CannotDo."""
    if file == "-":
        return sys.stdin.buffer.read(_MOST_BYTES)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError:
        raise CannotDo(
            "The declaration cannot be read.", "Name a file with --file, or - for standard input."
        ) from None
