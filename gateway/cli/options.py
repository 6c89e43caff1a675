"""Arguments and options that several commands share, and how secrets among them are read."""

import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.views.words import LanguageTag
from gateway.domain.secret_length import passphrase_too_short
from gateway.domain.white_space import trimmed
from gateway.settings import ListenAddress, Settings, load_settings

_LONGEST_TOKEN_FILE_BYTES = 4096
_SHAPES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_HALVES = {"%Y": "-01-01", "%Y-%m": "-01"}


def _use_json(value: bool) -> bool:
    if value:
        output().as_json = True
    return value


Directory = Annotated[
    Path,
    typer.Option(
        "--dir",
        metavar="DIR",
        envvar="EPIX_DIR",
        help="Working directory made by `init`.",
        show_default=".",
    ),
]

AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print the result as JSON for a program.", callback=_use_json, is_eager=True
    ),
]

FindingLanguage = Annotated[
    LanguageTag,
    typer.Option("--lang", help="Language of the findings: English, French or Spanish."),
]


def country_code(text: str | None) -> str | None:
    """A country code as a person types it: small letters count as capital ones."""
    return text and text.upper()


IssuingCountry = Annotated[
    str,
    typer.Argument(
        metavar="COUNTRY", help="Country that issued the permit: MZ.", callback=country_code
    ),
]
PermitNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the permit, box 1.")]
Quantities = Annotated[
    list[str],
    typer.Argument(
        metavar="LINE=QUANTITY...", help="What was seen, in the unit of box 11: A=5 B=12.5"
    ),
]

Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who answers for it.")]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the history.")
]

PersonUnlessDryRun = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Who answers for it.")
]
ReasonUnlessDryRun = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why; the journal keeps it.")
]

Publisher = Annotated[
    str,
    typer.Option(
        "--person",
        metavar="NAME",
        help="Who publishes, for the journal.",
        show_default="user of this machine",
    ),
]

TokenFile = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help=(
            "File with the permit's token, or - for standard input. Without it you are asked on a"
            " terminal."
        ),
    ),
]

PassphraseFile = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=(
            "Its first line is the passphrase; - for standard input. Without it you are asked on a"
            " terminal."
        ),
    ),
]


def listen_address(option: str, text: str) -> ListenAddress:
    """An address to listen on, as an option has it. Raises CannotDo, which names the option."""
    try:
        return ListenAddress.parse(text)
    except ValueError as error:
        raise CannotDo(f"{option} {error}.", f"Write it as in {option} 127.0.0.1:8080.") from None


def settings_of(directory: Path) -> Settings:
    """The settings of a working directory. Raises SettingsInvalid."""
    return load_settings(directory)


def person_or_user(name: str) -> str:
    """The person who publishes: as named, else the user of this machine."""
    if named := trimmed(name):
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user has no name, as in a container
        return f"user {os.getuid()}"


def token(token_file: str | None) -> str | None:
    """The permit's token, from a file, from standard input, or typed unseen; None for none.

    Never an argument: every user of the machine can see arguments, and the shell's history keeps
    them. Where there is none, a line on stderr says so: most authorities show no permit without
    its token, and their fault does not tell that from a wrong number.
    """
    found = _token(token_file)
    if found is None:
        output().print_advice(
            "No token is sent. Most authorities answer only with the token of the permit:"
            " --token-file FILE."
        )
    return found


def _token(token_file: str | None) -> str | None:
    if token_file is None:
        if not sys.stdin.isatty():
            return None
        return (
            typer.prompt(
                "Token (empty for none)", default="", hide_input=True, show_default=False, err=True
            )
            or None
        )
    try:
        if token_file == "-":  # noqa: S105  # standard input, not a secret
            text = sys.stdin.read(_LONGEST_TOKEN_FILE_BYTES)
        else:
            with Path(token_file).open(encoding="utf-8") as file:
                text = file.read(_LONGEST_TOKEN_FILE_BYTES)
    except (OSError, UnicodeDecodeError):
        raise CannotDo(
            "The token file cannot be read.", "Name a text file that holds the token alone."
        ) from None
    return trimmed(text) or None


def new_passphrase(passphrase_file: str | None) -> bytes:
    """The passphrase of a backup to be made: as `passphrase`, and long enough.

    It is typed twice, because a backup under a mistyped passphrase cannot be restored.
    """
    new = passphrase(passphrase_file, repeated=True)
    if problem := passphrase_too_short(new):
        raise CannotDo(
            f"The passphrase of a backup {problem}.",
            "The backup holds all keys of this gateway: take a sentence that nobody guesses.",
        )
    return new


def passphrase(passphrase_file: str | None, *, repeated: bool = False) -> bytes:
    """The passphrase of a backup, from a file, from standard input, or typed unseen.

    Never an argument, as for `token`. repeated: it is typed twice.
    """
    if passphrase_file is None:
        if not sys.stdin.isatty():
            raise CannotDo(
                "There is no passphrase.", "Name a file that holds it: --passphrase-file FILE."
            )
        typed = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=repeated, err=True)
        return str(typed).encode()
    if passphrase_file != "-":  # noqa: S105  # standard input, not a secret
        return bootstrap.read_passphrase(Path(passphrase_file))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CannotDo("Standard input is empty; its first line must be the passphrase.")
    return line.encode()


def moment(text: str | datetime) -> datetime:
    """Return the moment, aware: a day (its beginning), or a day with a time.

    Raises typer.BadParameter, which names what is missing from half a date.
    """
    if isinstance(text, datetime):
        return text
    written = trimmed(text).removesuffix("Z").replace(" ", "T")
    for shape in _SHAPES:
        try:
            return datetime.strptime(written, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    for shape, rest in _HALVES.items():
        try:
            datetime.strptime(written, shape)  # noqa: DTZ007  # only whether it is one
        except ValueError:
            continue
        raise typer.BadParameter(f"{text} is half a date: write the day too, {written}{rest}.")
    raise typer.BadParameter(
        f"{text} is no moment: write a day, 2026-11-29, or a day and a time, 2026-11-29T02:00."
    )
