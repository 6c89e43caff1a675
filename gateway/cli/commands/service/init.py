"""`init`: a new working directory with everything that `serve` needs."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, settings_of
from gateway.cli.workdir import Plan, make
from gateway.domain.codes import authority_countries, code_name
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ServerMode

_SOCKET = "/run/epix-gateway/http.sock"
"""Unix socket of conf/nginx.conf and conf/epix-gateway.tmpfiles."""
_USUAL_CODE = "MA"


Country = Annotated[
    str | None, typer.Option(metavar="CODE", help="Country that is served, ISO 3166: MZ.")
]
AuthorityCode = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="Short name of the Management Authority: part of the identity of each permit, never"
        " changed later.",
        show_default=f"you are asked; {_USUAL_CODE} where nobody can be",
    ),
]
Address = Annotated[
    str,
    typer.Option(
        metavar="URL", help="Address partners will use, without a path: https://epix.example.mz"
    ),
]
BehindNginx = Annotated[
    bool,
    typer.Option(
        "--behind-nginx",
        help="nginx on this machine speaks TLS (conf/nginx.conf); else the gateway does.",
    ),
]


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; must be new or empty.")
    ],
    country: Country = None,
    authority: AuthorityCode = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Full name of the Management Authority.")
    ] = None,
    address: Address = "",
    behind_nginx: BehindNginx = False,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make a working directory: configuration, development keys, an empty database.

    On a terminal it asks for what no option names. The keys are marked as development keys and are
    not for production.
    """
    code = _country(country)
    chosen = authority or _asked(
        "Short name of the Management Authority, such as ANAC. It is part of the identity of each"
        " permit and can never be changed later",
        _USUAL_CODE,
    )
    if name is None:
        name = _asked("Full name of the Management Authority", "")
    plan = Plan(code, chosen, name, address=address)
    if behind_nginx:
        plan = replace(plan, listen=_SOCKET, mode=ServerMode.BEHIND_PROXY)
    make(directory, plan, bootstrap.DevelopmentCa())
    output().write_json({"directory": str(directory), "country": code.text, "authority": chosen})
    _print_what_is_there(directory, f"{code}/{chosen}")
    if authority is None and chosen == _USUAL_CODE:
        output().print(
            f"! The authority's short name is {chosen}, as no --authority was given. Change code in"
            " conf/gateway.toml now, or never: it is part of the identity of each permit.",
            style="yellow",
        )
    _print_next_steps(directory, f"{code}/{chosen}")


def _print_what_is_there(directory: Path, identity: str) -> None:
    made = settings_of(directory).gateway.authorities[0]
    output().print(f"✓ {directory} is a working directory for {made.name} ({identity}).")
    output().print("  conf/  the configuration, each key explained     data/  the database")
    output().print(
        "  keys/  development certificates: `epix-gateway keys list` shows them; replace them"
        " before a partner connects"
    )


def _country(country: str | None) -> IsoCountryCode:
    named = country or _asked("Country that is served, two letters of ISO 3166, such as MZ", "")
    if not named:
        raise CannotDo("No country is named.", "Name it: --country MZ.")
    code = IsoCountryCode.parse(named)
    if code.text not in authority_countries():
        known = code_name("countries", code.text)
        raise CannotDo(
            f"{code} is {known}, which issues no permits."
            if known
            else f"{code} is no country code that CITES uses.",
            "Use two capital letters of ISO 3166, such as MZ.",
        )
    return code


def _asked(question: str, default: str) -> str:
    """The answer of a person, or the default where no person is at a terminal."""
    if not _is_at_terminal():
        return default
    return str(typer.prompt(question, default=default, show_default=bool(default), err=True))


def _is_at_terminal() -> bool:
    return sys.stdin.isatty()


def _print_next_steps(directory: Path, identity: str) -> None:
    steps = {
        f"epix-gateway check-config --dir {directory}": "what is left to do before a partner"
        " connects",
        f"epix-gateway publish FILE --dir {directory}": "the first permits; from now on"
        f" {identity} stays as it is",
        f"epix-gateway serve --dir {directory}": "answer partners; docs/install.md and"
        " docs/first-partner.md lead on",
    }
    output().print("Next:")
    for number, (command, remark) in enumerate(steps.items(), 1):
        output().print(f"  {number}. {command}")
        output().print(f"     {remark}")
