"""`national sync`: permits of a database are followed by their change mark."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.national.description import Source, description_of
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.national import synchronised as view
from gateway.cli.views.own_permits.progress import records_progress
from gateway.cli.views.own_permits.unchanged import print_unchanged
from gateway.domain.errors import GatewayError

if TYPE_CHECKING:
    from gateway.bootstrap import NationalPart
    from gateway.exchange.ports.national.sync import SyncState
    from gateway.settings.national import Description


def sync(
    source: Source,
    once: Annotated[
        bool, typer.Option("--once", help="One run, then leave. Without it: run after run.")
    ] = False,
    from_beginning: Annotated[
        bool,
        typer.Option("--from-beginning", help="Read every permit, and judge what is refused anew."),
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take every permit of a database that has changed since the last run.

    `serve` does the same by itself. It can be stopped at any time, and goes on where it was.
    With --once, exit status 0 only if no permit of the run was refused.
    """
    description = description_of(directory, source)
    with bootstrap.open_national(settings_of(directory)) as national:
        if once:
            state = _run(national, description, from_beginning=from_beginning)
            output().render(view.counts(state))
            print_unchanged(state.counts.same, f"national check {source}")
            output().write_json(view.as_json(state))
            if state.counts.refused:
                output().print_advice(f"`epix-gateway national rejected {source}` says why.")
                raise typer.Exit(CANNOT_DO)
        else:
            _run_on(national, description, from_beginning=from_beginning)


def _run(
    national: "NationalPart", description: "Description", *, from_beginning: bool
) -> "SyncState":
    with (
        national.synchronise(description).acquire() as use_case,
        records_progress() as progress,
    ):
        if use_case is None:
            raise CannotDo(
                f"The source {description.name} is synchronised by another process at the moment.",
                "Wait for it, or look at `epix-gateway national rejected`.",
            )
        task = progress.add_task(description.name, total=None)
        return use_case.run(
            on_count=lambda count: progress.update(task, total=count),
            on_progress=lambda count: progress.advance(task, count),
            from_beginning=from_beginning,
        )


def _run_on(national: "NationalPart", description: "Description", *, from_beginning: bool) -> None:
    """Run after run, until the process is told to stop. A run that fails is tried again."""
    interval = national.synchronise(description).use_case.source.interval
    while True:
        began = time.monotonic()
        try:
            state = _run(national, description, from_beginning=from_beginning)
        except GatewayError as problem:
            output().print_error(problem.text)
        else:
            from_beginning = False
            output().print(view.sentence(state))
        time.sleep(max(0.0, interval.total_seconds() - (time.monotonic() - began)))
