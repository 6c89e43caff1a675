"""`serve`: partners are answered until it is stopped; `--sandbox` answers any local caller."""

import os
import signal
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from gateway import bootstrap
from gateway.cli.addresses import with_free_port
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import Directory, settings_of
from gateway.cli.running_server import known_as_running
from gateway.cli.workdir import Plan, make
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports import NationalRecord
from gateway.settings import ListenAddress, ServerMode, Settings
from schemas import VERSIONS

_SANDBOX_ADDRESS = "127.0.0.1:8080"
_LISTEN_VARIABLE = "EPIX_SERVER__LISTEN"
_READ_ONLY = (
    "The working directory is read-only: after `keys rotate` send SIGHUP to this server yourself."
)


def serve(
    directory: Directory = Path(),
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Sample permits in a throw-away folder, plain HTTP, any local caller."
        ),
    ] = False,
    bind: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen here instead.")
    ] = None,
    operations: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Answer /health and /metrics here, for operators."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Answer partners until stopped with Ctrl-C or SIGTERM."""
    if quiet:
        output().out.quiet = True
    if bind is not None:
        _address("--bind", bind)
    for_operators = (
        with_free_port(_address("--operations", operations)) if operations is not None else None
    )
    if sandbox:
        _serve_sandbox(_address("--bind", bind or _SANDBOX_ADDRESS), for_operators)
        return
    _set_operations(for_operators)
    if bind is not None:
        os.environ[_LISTEN_VARIABLE] = bind
    settings = settings_of(directory)
    signer = bootstrap.seals_as(settings)
    sealing = (
        f"Permits are sealed by {signer}"
        if signer
        else "! Permits are not sealed: [seal] names no key."
    )
    authorities = [
        f"{authority.identity}: {authority.name}" for authority in settings.gateway.authorities
    ]
    _serve(settings, [*authorities, sealing])


def _address(option: str, text: str) -> ListenAddress:
    try:
        return ListenAddress.parse(text)
    except ValueError as error:
        raise CannotDo(f"{option} {error}.", f"Write it as in {option} 127.0.0.1:8080.") from None


def _set_operations(operations: ListenAddress | None) -> None:
    if operations is not None:
        os.environ |= {
            "EPIX_OPERATIONS__ENABLED": "true",
            "EPIX_OPERATIONS__LISTEN": str(operations),
        }


def _serve(settings: Settings, remarks: Sequence[str]) -> None:
    def announce(address: str) -> None:
        output().print(
            f"✓ Serving {address}/epix  (public address {settings.gateway.public_address}); Ctrl-C"
            " stops it."
        )
        if settings.operations.enabled:
            output().print(
                f"For operators: http://{settings.operations.listen}/health/ready and /metrics"
            )
        for remark in remarks:
            output().print(remark)
        if not has_pid_file:
            output().print(_READ_ONLY)

    try:
        with known_as_running(settings.directory) as has_pid_file:
            bootstrap.serve(settings, announce)
    except bootstrap.CannotServe as error:
        raise CannotDo(
            f"The gateway cannot serve: {error}.", "Mend the setting it names, then start again."
        ) from None


def _serve_sandbox(address: ListenAddress, operations: ListenAddress | None) -> None:
    if address.socket is not None or not address.is_loopback:
        raise CannotDo(
            "The sandbox takes any caller, so it listens on a loopback address only.",
            "Leave --bind out, or name a port of 127.0.0.1.",
        )
    # Until the server handles the signal itself: the folder is removed in every case.
    signal.signal(signal.SIGTERM, _exit)
    # Settings of a real gateway must not change the throw-away one.
    for variable in [name for name in os.environ if name.startswith("EPIX_")]:
        del os.environ[variable]
    _set_operations(operations)
    listen = with_free_port(address)
    with tempfile.TemporaryDirectory(prefix="epix-sandbox-") as folder:
        directory = Path(folder) / "gateway"
        plan = Plan(
            IsoCountryCode("MZ"),
            "ANAC",
            "Sandbox of epix-gateway",
            listen=str(listen),
            mode=ServerMode.PLAIN_LOOPBACK,
        )
        make(directory, plan, bootstrap.DevelopmentCa())
        settings = settings_of(directory)
        records = _publish_samples(settings)
        _serve(settings, _instructions(settings.gateway.public_address, records))


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _publish_samples(settings: Settings) -> list[NationalRecord]:
    published = []
    with (
        resources.as_file(resources.files("adapters.national.examples") / "sandbox.json") as file,
        bootstrap.open_permits(settings) as permits,
    ):
        for record in permits.source_of(file).records(file):
            if isinstance(record, RecordInvalid):
                raise record
            permits.publish.publish(record)
            published.append(record)
    return published


def _instructions(address: str, records: Sequence[NationalRecord]) -> list[str]:
    """Permits of the sandbox, their tokens, and a request to paste.

    The tokens are samples, so they may be shown.
    """
    lines = [
        "SANDBOX: sample permits, any caller on this machine, everything is thrown away when it"
        " stops."
    ]
    lines += [
        f"  permit {record.permit.number}  token {_sample_token(record)}" for record in records
    ]
    first = records[0]
    request = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<v2:GetNonFinalCitesCertificateRequest xmlns:v2="{VERSIONS["v2"].namespace}">'
        f"<CertificateNumber>{first.permit.number}</CertificateNumber>"
        f"<TokenId>{_sample_token(first)}</TokenId>"
        "<IsoCountryCode>MZ</IsoCountryCode></v2:GetNonFinalCitesCertificateRequest></e:Body></e:Envelope>"
    )
    lines += [
        "Try:",
        f"curl -s {address}/epix/v2 -H 'Content-Type: text/xml; charset=utf-8' -d '{request}'",
    ]
    return lines


def _sample_token(record: NationalRecord) -> str:
    return record.token.text if record.token else "(none)"
