"""`permits show`: a permit of ours as the standard form, with its loss notes."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, IssuingCountry, PermitNumber, settings_of
from gateway.cli.views.own_permits import shown as own_permit
from gateway.cli.views.words import LanguageTag
from gateway.exchange.permits.own_permits import PermitName


def show(
    country: IssuingCountry,
    number: PermitNumber,
    authority: Code = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language of the form: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show a permit of ours as the standard form.

    Before it stand the schema versions that partners do not get, and a loss note for each value
    that a version has no element for.
    """
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        shown = permits.show.show(PermitName(country, number, authority))
    output().render(own_permit.view(shown, lang.language))
    output().write_json(own_permit.as_json(shown, lang.language))
