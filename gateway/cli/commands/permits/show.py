"""`permits show`: a permit of ours as the standard form with its loss notes, or as JSON-LD."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.own_permits import shown as own_permit
from gateway.cli.views.words import LanguageTag
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.own_permits import PermitName


class Form(StrEnum):
    """Form of the output."""

    FORM = "form"
    JSON_LD = "json-ld"


def show(
    country: IssuingCountry,
    number: PermitNumber,
    authority: Code = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the form: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    form: Annotated[
        Form,
        typer.Option("--as", help="The standard form, or a JSON-LD document (docs/json-ld.md)."),
    ] = Form.FORM,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show a permit of ours as the standard form.

    Before it stand the schema versions that partners do not get, and a loss note for each value
    that a version has no element for.
    """
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        shown = permits.show.show(PermitName(country, number, authority))
    if form is Form.JSON_LD:
        _print_json_ld(shown.permit)
        return
    output().render(own_permit.view(shown, lang.language))
    output().write_json(own_permit.as_json(shown, lang.language))


def _print_json_ld(permit: Permit) -> None:
    """Print the document on stdout, and on stderr how much of it ONE Record has no name for."""
    document = json.loads(bootstrap.json_ld(permit))
    losses = bootstrap.json_ld_losses(permit)
    kept = [loss for loss in losses if loss.box]
    output().print_document(document)
    if kept:
        boxes = ", ".join(sorted({loss.box for loss in kept}, key=_by_number))
        output().print_advice(f"· ONE Record has no name for {len(kept)} values, of box {boxes}.")
    for loss in losses:
        if not loss.box:
            output().print_advice(f"! Not in the document, as no box knows it: {loss.path}")


def _by_number(box: str) -> tuple[int, str]:
    return int(box.rstrip("ab")), box
