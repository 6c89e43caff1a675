"""`listings changes`: open permits that a decision of the Parties touches on a day."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, FindingLanguage, settings_of
from gateway.cli.views.reference import changes as view
from gateway.cli.views.words import LanguageTag
from gateway.exchange.permits.publication.listed import require_day


def changes(
    day: Annotated[
        str,
        typer.Option(
            "--from", metavar="DATE", help="Day on which the decision is in force: 2026-03-05."
        ),
    ],
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List open permits whose listing changes on a day, with rule and text."""
    wanted = require_day(day)
    if wanted is None:
        raise CannotDo("Give the day on which the decision is in force: --from 2026-03-05.")
    with bootstrap.open_listings(settings_of(directory)) as listings:
        found = list(listings.changes.on(wanted))
    output().print_lines(view.lines(found, wanted, lang.language))
    output().write_json([view.as_json(each, lang.language) for each in found])
