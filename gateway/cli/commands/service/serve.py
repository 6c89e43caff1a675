"""`serve`: partners are answered until it is stopped; `--sandbox` has invented permits."""

import os
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from gateway import bootstrap
from gateway.cli.addresses import bindable_near, with_free_port
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import Directory, listen_address, settings_of
from gateway.cli.people.server import Service, people_beside, serve_people
from gateway.cli.running_server import known_as_running
from gateway.cli.sandbox.directory import make_sandbox, sandbox_folder
from gateway.cli.sandbox.options import SandboxOptions, refuse_sandbox_options, sandbox_options
from gateway.cli.views.sandbox import instructions
from gateway.settings import ListenAddress, Settings

_LISTEN_VARIABLE = "EPIX_SERVER__LISTEN"
_RESET_VARIABLE = "EPIX_SERVER__RESET_MINUTES"
_WEB_ADDRESS = ListenAddress("127.0.0.1", 8081)
"""Of the pages for people of a sandbox; where it is taken, any free port."""
_READ_ONLY = (
    "The working directory is read-only: after `keys rotate` send SIGHUP to this server yourself."
)

Sandbox = Annotated[
    bool,
    typer.Option(
        "--sandbox", help="Sample permits in a throw-away folder, plain HTTP, any local caller."
    ),
]
Bind = Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Listen here instead.")]
Operations = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Answer /health and /metrics here, for operators."),
]
WithTls = Annotated[
    bool,
    typer.Option(
        "--with-tls",
        help="Sandbox for a team: mutual TLS with a CA of its own, a client certificate to"
        " download, any address.",
    ),
]
PublicAddress = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Address that the team uses for it: https://sandbox.example.mz:8443"
    ),
]
ResetEvery = Annotated[
    int | None,
    typer.Option(metavar="MINUTES", help="Take the sandbox back to its beginning so often."),
]
Only = Annotated[
    Service | None,
    typer.Option("--only", help="Answer partners alone (soap), or people alone (web)."),
]


def serve(
    directory: Directory = Path(),
    sandbox: Sandbox = False,
    with_tls: WithTls = False,
    public_address: PublicAddress = None,
    reset_every: ResetEvery = None,
    bind: Bind = None,
    operations: Operations = None,
    only: Only = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Answer partners until stopped with Ctrl-C or SIGTERM."""
    if quiet:
        output().out.quiet = True
    if only is Service.WEB:
        serve_people(directory)
        return
    listen = listen_address("--bind", bind) if bind is not None else None
    for_operators = None
    if operations is not None:
        for_operators = with_free_port(listen_address("--operations", operations))
    if sandbox:
        options = sandbox_options(listen, public_address, reset_every, tls=with_tls)
        _serve_sandbox(options, for_operators, with_web=only is None)
        return
    refuse_sandbox_options(
        with_tls=with_tls, public_address=public_address, reset_every=reset_every
    )
    _set_operations(for_operators)
    if bind is not None:
        os.environ[_LISTEN_VARIABLE] = bind
    settings = settings_of(directory)
    # In a child: the key may be in a hardware token, whose session must not be forked.
    signer = bootstrap.call_in_child(partial(bootstrap.seals_as, settings))
    sealing = (
        f"Permits are sealed by {signer}"
        if signer
        else "! Permits are not sealed: [seal] names no key."
    )
    authorities = [
        f"{authority.identity}: {authority.name}" for authority in settings.gateway.authorities
    ]
    _serve(settings, [*authorities, sealing], with_web=only is None)


def _set_operations(operations: ListenAddress | None) -> None:
    if operations is not None:
        os.environ |= {
            "EPIX_OPERATIONS__ENABLED": "true",
            "EPIX_OPERATIONS__LISTEN": str(operations),
        }


def _serve(settings: Settings, remarks: Sequence[str], *, with_web: bool) -> None:
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
            is_for_people = with_web and settings.web.enabled
            people = partial(people_beside, settings.directory) if is_for_people else None
            bootstrap.serve(settings, announce, people)
    except bootstrap.CannotServe as error:
        raise CannotDo(
            f"The gateway cannot serve: {error}.", "Mend the setting it names, then start again."
        ) from None


def _serve_sandbox(
    options: SandboxOptions, operations: ListenAddress | None, *, with_web: bool
) -> None:
    # Until the server handles the signal itself: the folder is removed in every case.
    signal.signal(signal.SIGTERM, _exit)
    # Settings of a real gateway must not change the throw-away one.
    for variable in [name for name in os.environ if name.startswith("EPIX_")]:
        del os.environ[variable]
    _set_operations(operations)
    if options.reset_minutes:
        os.environ[_RESET_VARIABLE] = str(options.reset_minutes)
    if with_web and not options.with_tls:
        # Invented people with a password that all know are for this machine alone.
        listen = bindable_near(_WEB_ADDRESS)
        os.environ |= {
            "EPIX_WEB__ENABLED": "true",
            "EPIX_WEB__LISTEN": str(listen),
            "EPIX_WEB__SECOND_FACTOR": "offered",
        }
    with sandbox_folder() as folder:
        bootstrap.import_all(bootstrap.SERVICE_MODULES)
        settings = bootstrap.call_in_child(partial(make_sandbox, folder, options))
        fingerprint = bootstrap.sandbox_ca_fingerprint(settings) if options.with_tls else None
        _serve(settings, list(instructions(settings, fingerprint)), with_web=with_web)


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
