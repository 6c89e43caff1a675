"""`simulate`: a stand-in for the service of a partner, in any dialect, until it is stopped."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, country_code
from gateway.cli.running_server import wait_for_stop
from gateway.cli.views.simulator import started
from gateway.dialects import Dialect
from gateway.settings import ListenAddress, load_dialects

_ADDRESS, _CONTROL = "127.0.0.1:8090", "127.0.0.1:8091"

DialectName = Annotated[
    str, typer.Argument(metavar="DIALECT", help="Shipped or own: czech, imsoc, swiss, unep-hub ...")
]
Misbehave = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help="slow, dead, cut, drip, huge, wrong-xml, wrong-permit, bad-signature or fault-200.",
    ),
]
Country = Annotated[
    str,
    typer.Option(metavar="COUNTRY", help="Country that it answers for.", callback=country_code),
]
Bind = Annotated[str, typer.Option(metavar="HOST:PORT", help="Listen here.")]
WithTls = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="HTTPS, and client certificates; new keys for clients are written into this folder.",
    ),
]
ClientCa = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CA of callers that have a client certificate already, PEM."),
]
KnownAs = Annotated[
    str | None,
    typer.Option(metavar="HOST", help="Host name or address that clients use, for --with-tls."),
]
ControlAddress = Annotated[
    str, typer.Option("--control", metavar="HOST:PORT", help="Switch it here, from this machine.")
]
Namespace = Annotated[
    str | None,
    typer.Option(metavar="URI", help="Namespace of the service, where the dialect has none."),
]
OwnDialects = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="Working directory with dialects of your own."),
]


def simulate(
    dialect: DialectName,
    misbehave: Misbehave = None,
    country: Country = "MZ",
    bind: Bind = _ADDRESS,
    with_tls: WithTls = None,
    client_ca: ClientCa = None,
    known_as: KnownAs = None,
    control: ControlAddress = _CONTROL,
    namespace: Namespace = None,
    directory: OwnDialects = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Stand in for a partner's service, in any dialect, with invented permits.

    Everything is in memory and gone when it stops.
    """
    kind = _kind(misbehave)
    listen, switch = _addresses(bind, control, with_tls)
    options = bootstrap.SimulatorOptions(
        country=country,
        host=listen.host or "",
        port=listen.port,
        known_as=known_as,
        keys=with_tls,
        with_tls=with_tls is not None,
        client_ca=client_ca,
        control=(switch.host or "", switch.port),
        namespace=namespace,
        directory=directory,
    )
    _run(bootstrap.Simulator(_dialect(dialect, directory), kind, options), kind, options)


def _run(
    simulator: "bootstrap.Simulator",
    kind: "bootstrap.Misbehaviour | None",
    options: "bootstrap.SimulatorOptions",
) -> None:
    country, with_tls = options.country, options.with_tls
    try:
        with simulator:
            output().print_lines(started.lines(simulator, country, kind, with_tls=with_tls))
            output().write_json(started.as_json(simulator, country, kind, with_tls=with_tls))
            wait_for_stop()
    except bootstrap.CannotListen as error:
        raise CannotDo(
            f"The stand-in cannot start: {error}.", "Name another address with --bind or --control."
        ) from None
    except FileExistsError as error:
        raise CannotDo(
            f"--with-tls: {error.filename} is there already, and keys are never overwritten.",
            "Name a new folder.",
        ) from None


def _addresses(
    bind: str, control: str, with_tls: Path | None
) -> tuple[ListenAddress, ListenAddress]:
    """Where it listens, and its control address. Raises CannotDo for what others could reach."""
    listen, switch = _listen("--bind", bind), _listen("--control", control)
    if not listen.is_loopback and with_tls is None:
        raise CannotDo(
            f"--bind {listen} can be reached from other machines, which needs --with-tls FOLDER.",
            "Leave --bind out, or name a folder for the keys of its clients.",
        )
    if not switch.is_loopback:
        raise CannotDo(
            f"--control {switch} can be reached from other machines.",
            f"Name an address of this machine, as in --control {_CONTROL}.",
        )
    return listen, switch


def _kind(name: str | None) -> "bootstrap.Misbehaviour | None":
    if name is None:
        return None
    try:
        return bootstrap.Misbehaviour(name)
    except ValueError:
        known = ", ".join(bootstrap.Misbehaviour)
        raise CannotDo(f"--misbehave {name} is no misbehaviour.", f"Choose of {known}.") from None


def _listen(option: str, text: str) -> ListenAddress:
    try:
        address = ListenAddress.parse(text)
    except ValueError as error:
        raise CannotDo(f"{option} {error}.", f"Write it as in {option} {_ADDRESS}.") from None
    if address.host is None:
        raise CannotDo(f"{option} {text} is a unix socket; a stand-in listens on HOST:PORT.")
    return address


def _dialect(name: str, directory: Path | None) -> Dialect:
    """The dialect of that name. Raises SettingsInvalid for a file of a dialect that is wrong."""
    known = load_dialects(directory)
    if name not in known:
        raise CannotDo(f"There is no dialect {name}.", f"Known are {', '.join(sorted(known))}.")
    return known[name]
