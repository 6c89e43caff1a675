"""`demo`: two gateways on this machine exchange a permit, step by step."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from gateway import bootstrap
from gateway.cli.console import output, plain
from gateway.cli.demo.desk import DeskToTry, open_desk, show_desk
from gateway.cli.demo.steps import Exchange, Step, StepFailed
from gateway.cli.demo.two_gateways import TwoGateways, make, serving
from gateway.cli.exits import CANNOT_DO, exit_of
from gateway.cli.running_server import wait_for_stop
from gateway.cli.wording import sentence
from gateway.domain.errors import GatewayError

_INTERRUPTED = 130
"""Exit status of a command that SIGINT or SIGTERM has ended, as a shell reports it."""


def demo(
    keep: Annotated[
        bool | None,
        typer.Option(
            "--keep/--no-keep",
            help="Leave both gateways running until Ctrl-C, with a customs desk to try.",
            show_default="--keep on a terminal",
        ),
    ] = None,
) -> None:
    """Show a whole exchange between two gateways on this machine.

    Mozambique issues, South Africa asks. Exit status 0 only if every step happened. On a terminal
    both keep running, with a customs desk to try: its address, an officer's account, a QR code.
    """
    if keep is None:
        # A script waits for the end; only a person can press Ctrl-C.
        keep = sys.stdin.isatty() and sys.stdout.isatty()
    signal.signal(signal.SIGTERM, _interrupted)
    # Settings of a real gateway must not change the two of the demonstration.
    for variable in [name for name in os.environ if name.startswith("EPIX_")]:
        del os.environ[variable]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="epix-demo-") as folder:
        gateways = make(Path(folder), with_desk=keep)
        output().print(
            "Two gateways on this machine, with certificates of one throw-away CA", style="bold"
        )
        with serving(gateways):
            for country in gateways.both:
                output().print(f"✓ {country.name} serves {country.plan.public_address}/epix")
            count, desk = _exchange(gateways, with_desk=keep)
            output().print_lines(
                ("", f"All {count} steps happened, in {time.monotonic() - began:.1f} seconds."),
                style="bold green",
            )
            if desk is None:
                output().print(
                    "`epix-gateway demo --keep` goes on until Ctrl-C, and ends with a customs desk"
                    " to try: its address, an officer's account, the QR code of a permit."
                )
            else:
                _wait(gateways, desk)


def _exchange(gateways: TwoGateways, *, with_desk: bool) -> tuple[int, DeskToTry | None]:
    """Run every step; returns how many, and the desk where one is wanted."""
    picture = gateways.south_africa.directory.parent / "permit-code.png"
    with (
        bootstrap.build(gateways.mozambique.settings) as mozambique,
        bootstrap.build(gateways.south_africa.settings) as south_africa,
    ):
        count = _show(Exchange(gateways, mozambique, south_africa))
        if not with_desk:
            return count, None
        return count, open_desk(gateways, mozambique, south_africa, picture)


def _show(exchange: Exchange) -> int:
    """Run every step; returns how many. Ends the process at the first that fails."""
    count = 0
    for step in exchange.steps():
        count += 1
        output().print_lines(("", f"{count}. {step.title}"), style="bold")
        output().print(f"   $ epix-gateway {step.command}", style="dim")
        _run(step)
    return count


def _run(step: Step) -> None:
    try:
        result, renderable = step.run()
    except StepFailed as failure:
        _fail(failure.text, CANNOT_DO)
    except GatewayError as error:
        _fail(f"{error.code}: {sentence(error)}", exit_of(error).status)
    if renderable is not None:
        output().render(renderable)
    output().out.print("   ✓", plain(result), style="green", soft_wrap=True)


def _fail(text: str, status: int) -> NoReturn:
    output().print_error(text, "The demonstration stops here; both gateways are stopped.")
    raise typer.Exit(status)


def _wait(gateways: TwoGateways, desk: DeskToTry) -> None:
    output().print("Both keep running:")
    for country in gateways.both:
        output().print(
            f"  {country.name}: {country.plan.public_address}/epix   --dir {country.directory}"
        )
    show_desk(desk, output())
    output().print("Ctrl-C stops them and removes their folders.", style="bold")
    wait_for_stop()
    output().print("Stopping.")


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    # No KeyboardInterrupt: one that meets an `exec` of a text, as imports of data classes do, makes
    # Python end by SIGINT, even where it is caught.
    raise SystemExit(_INTERRUPTED)
