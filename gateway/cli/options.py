"""Options that several commands share: where the working directory is, JSON, the token."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.console import voice
from gateway.cli.exits import CannotDo
from gateway.settings import Settings, load_settings
from gateway.signatures.key_files import read_passphrase

_LONGEST_TOKEN_FILE_BYTES = 4096


def _use_json(value: bool) -> bool:
    if value:
        voice().as_json = True
    return value


Directory = Annotated[
    Path,
    typer.Option("--dir", metavar="DIR", envvar="EPIX_DIR", help="Working directory made by `init`.", show_default="."),
]

AsJson = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON for a program.", callback=_use_json, is_eager=True)
]

TokenFile = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="File with the permit's token, or - for standard input. Without it you are asked on a terminal.",
    ),
]

PassphraseFile = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Its first line is the passphrase; - for standard input. Without it you are asked on a terminal.",
    ),
]


def settings_of(directory: Path) -> Settings:
    """The settings of a working directory. Raises SettingsInvalid."""
    return load_settings(directory)


def token(token_file: str | None) -> str | None:
    """The permit's token, from a file, from standard input, or typed without being shown; None for none.

    Never an argument: those are seen by every user of the machine and kept in the shell's history.
    """
    if token_file is None:
        if not sys.stdin.isatty():
            return None
        return typer.prompt("Token (empty for none)", default="", hide_input=True, show_default=False, err=True) or None
    try:
        if token_file == "-":  # noqa: S105  # standard input, not a secret
            text = sys.stdin.read(_LONGEST_TOKEN_FILE_BYTES)
        else:
            with Path(token_file).open(encoding="utf-8") as file:
                text = file.read(_LONGEST_TOKEN_FILE_BYTES)
    except (OSError, UnicodeDecodeError):
        raise CannotDo("The token file cannot be read.", "Name a text file that holds the token alone.") from None
    return text.strip() or None


def passphrase(passphrase_file: str | None, *, repeated: bool = False) -> bytes:
    """The passphrase of a backup, from a file, from standard input, or typed without being shown; never an argument.

    repeated: typed twice, as nobody could open what a slip of the finger has shut.
    """
    if passphrase_file is None:
        if not sys.stdin.isatty():
            raise CannotDo("There is no passphrase.", "Name a file that holds it: --passphrase-file FILE.")
        given = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=repeated, err=True)
        return str(given).encode()
    if passphrase_file != "-":  # noqa: S105  # standard input, not a secret
        return read_passphrase(Path(passphrase_file))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CannotDo("Standard input is empty; its first line must be the passphrase.")
    return line.encode()
