"""`sandbox`: list the permits of the sandbox with their outcomes; reset a sandbox that runs."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli import running_server
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson
from gateway.cli.sandbox.directory import sandbox_settings
from gateway.cli.views import sandbox as view
from gateway.domain.errors import InvalidRequest
from gateway.exchange.sandbox.cases import sandbox_cases


def permits(
    outcome: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only those with this outcome: CertificateCancelled."),
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the permits of the sandbox, each with its token, a call, and the outcome."""
    cases = [case for case in sandbox_cases() if outcome in (None, case.outcome)]
    if not cases:
        known = sorted({case.outcome for case in sandbox_cases()})
        raise CannotDo(
            f"--outcome {outcome} is given by no permit of the sandbox.",
            f"Outcomes are {' '.join(known)}.",
        )
    output().render(view.table(cases))
    output().write_json([view.as_json(case) for case in cases])


def reset(
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            help="Directory of the sandbox, as `serve --sandbox` prints it.",
            show_default="the sandbox that you run on this machine",
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take a sandbox back to its beginning. Requests in flight are answered."""
    settings = sandbox_settings(directory)
    try:
        bootstrap.reset_sandbox(settings)
    except InvalidRequest as refused:
        raise CannotDo(
            f"--dir {settings.directory}: {refused.text}",
            "Name the directory that `serve --sandbox` has printed.",
        ) from None
    reloaded = running_server.reload(settings.directory)
    output().print(
        f"✓ The sandbox {settings.gateway.public_address}/epix is at its beginning again."
    )
    output().write_json({"address": settings.gateway.public_address, "server": reloaded.value})
