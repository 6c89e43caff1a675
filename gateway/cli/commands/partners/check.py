"""`partners test`: the way to a partner, tried step by step."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.partners.register import PartnerKey, partner_of
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, Directory, TokenFile, settings_of, token
from gateway.cli.views.partners import steps as view
from gateway.exchange.service.partner_check import StepResult


def test(
    partner: PartnerKey,
    permit: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Ask for this permit too, such as a test permit."),
    ] = None,
    token_file: TokenFile = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Try the way to a partner: name, connection, TLS, certificates, WSDL, ServiceState.

    A table says what is wrong and who must act. Exit status 0 only where no step failed.
    """
    settings = settings_of(directory)
    found = partner_of(settings, partner)
    if found.address is None:
        raise CannotDo(
            f"Partner {partner} has no address, so it is never asked.",
            "Take its file: `epix-gateway partners add FILE`.",
        )
    if not found.enabled:
        raise CannotDo(f"Partner {partner} is disabled.", "First: `epix-gateway partners enable`.")
    asked = (permit, token(token_file)) if permit else None
    with bootstrap.open_introduction(settings) as introduction:
        steps = list(introduction.check(found, asked).steps())
    output().render(view.table(steps))
    output().render(view.certificates_seen(steps))
    failed = any(step.result is StepResult.FAILED for step in steps)
    output().print(view.verdict(steps), style="bold red" if failed else "bold green")
    if failed and found.contact:
        output().print(f"Contact there: {found.contact.line}")
    output().write_json(
        {
            "partner": partner,
            "ok": not failed,
            "verdict": view.verdict(steps),
            "contact": found.contact.line if found.contact else None,
            "steps": [view.as_json(step) for step in steps],
        }
    )
    if failed:
        raise typer.Exit(CANNOT_DO)
