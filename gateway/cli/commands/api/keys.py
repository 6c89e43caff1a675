"""`api-keys`: keys of other systems for the JSON API are made, listed and revoked."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, Person, settings_of
from gateway.cli.views.api.keys_table import as_json as key_as_json
from gateway.cli.views.api.keys_table import table
from gateway.domain.api.key import Scope
from gateway.exchange.api.administer_keys import KeyWish

KeyId = Annotated[
    str, typer.Argument(metavar="KEY", help="Prefix of the key, as `api-keys list` shows it.")
]


def add(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Name of the system that will hold the key.")
    ],
    scope: Annotated[
        list[Scope],
        typer.Option("--scope", help="Operations that the key opens. May be repeated."),
    ],
    person: Person,
    authority: Annotated[
        str,
        typer.Option(
            "--authority",
            metavar="AUTHORITY",
            help="Authority that it acts for, such as MZ/MA, where several are served here.",
        ),
    ] = "",
    days: Annotated[int, typer.Option("--days", help="Days that the key lasts.")] = 365,
    network: Annotated[
        list[str] | None,
        typer.Option(
            "--network",
            metavar="NETWORK",
            help="Address or network from which it may be used. May be repeated.",
            show_default="any",
        ),
    ] = None,
    calls: Annotated[
        int, typer.Option("--calls-per-minute", help="Calls that it may make in a minute.")
    ] = 600,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make a key for a system, and print it: it is shown this once."""
    wish = KeyWish(system, scope, authority, days, network or (), calls)
    with bootstrap.open_api(settings_of(directory)) as api:
        key, shown = api.administer.add(wish, person)
    output().print(
        f"✓ {key.system} has a key for {key.authority}: {', '.join(sorted(key.scopes))};"
        f" until {key.expires_at:%Y-%m-%d}."
    )
    output().print(shown)
    output().print("Put it into the configuration of that system. It is shown this once.")
    output().write_json(key_as_json(key) | {"bearer": shown})


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the keys, without their secrets."""
    with bootstrap.open_api(settings_of(directory)) as api:
        found = api.administer.list_all()
    output().render(table(found, bootstrap.now()))
    output().write_json([key_as_json(each) for each in found])


def revoke(
    key: KeyId,
    person: Person,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Declare that a key counts no longer, from this moment."""
    with bootstrap.open_api(settings_of(directory)) as api:
        revoked = api.administer.revoke(key, person)
    output().print(f"✓ The key {revoked.id} of {revoked.system} counts no longer.")
    output().write_json({"key": revoked.id, "revoked": True})
