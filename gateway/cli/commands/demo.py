"""`demo`: does it work? Two gateways exchange a permit before your eyes. Exit status 0 only if all of it happened."""

import os
import signal
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from gateway.bootstrap import build
from gateway.cli.console import plain, voice
from gateway.cli.demo.steps import Exchange, Step, StepFailed
from gateway.cli.demo.two_gateways import TwoGateways, make, serving
from gateway.cli.exits import CANNOT_DO, exit_of
from gateway.cli.wording import sentence
from gateway.domain.errors import GatewayError


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave both gateways running until Ctrl-C.")] = False,
) -> None:
    """Show a whole exchange between two gateways on this machine, Mozambique and South Africa."""
    signal.signal(signal.SIGTERM, _interrupted)
    for variable in [name for name in os.environ if name.startswith("EPIX_")]:
        del os.environ[variable]  # settings of a real gateway must not reach into the two of the demonstration
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="epix-demo-") as folder:
        gateways = make(Path(folder))
        voice().say("Two gateways on this machine, with certificates of one throw-away CA", style="bold")
        with serving(gateways):
            for country in gateways.both:
                voice().say(f"✓ {country.name} serves {country.plan.public_address}/epix")
            with (
                build(gateways.mozambique.settings) as mozambique,
                build(gateways.south_africa.settings) as south_africa,
            ):
                count = _show(Exchange(gateways, mozambique, south_africa))
            voice().say(f"\nAll {count} steps happened, in {time.monotonic() - began:.1f} seconds.", style="bold green")
            if keep:
                _wait(gateways)


def _show(exchange: Exchange) -> int:
    """Take every step; gives how many. Ends the process at the first that fails."""
    count = 0
    for step in exchange.steps():
        count += 1
        voice().say(f"\n{count}. {step.title}", style="bold")
        voice().say(f"   $ epix-gateway {step.command}", style="dim")
        _take(step)
    return count


def _take(step: Step) -> None:
    try:
        shown, picture = step.show()
    except StepFailed as failure:
        _fail(failure.text, CANNOT_DO)
    except GatewayError as error:
        _fail(f"{error.code}: {sentence(error)}", exit_of(error).status)
    if picture is not None:
        voice().show(picture)
    voice().out.print("   ✓", plain(shown), style="green", soft_wrap=True)


def _fail(text: str, status: int) -> NoReturn:
    voice().complain(text, "The demonstration stops here; both gateways are stopped.")
    raise typer.Exit(status)


def _wait(gateways: TwoGateways) -> None:
    voice().say("\nBoth keep running; Ctrl-C stops them and removes their folders.", style="bold")
    for country in gateways.both:
        voice().say(f"  {country.name}: {country.plan.public_address}/epix   --dir {country.directory}")
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        voice().say("Stopping.")


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
