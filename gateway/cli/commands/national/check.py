"""`national check`: everything that would be wrong with a source, before partners see it."""

from pathlib import Path

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.national.description import Source, description_of
from gateway.cli.national.run import run
from gateway.cli.options import AsJson, Directory, FindingLanguage, settings_of
from gateway.cli.views.national import report
from gateway.cli.views.words import LanguageTag


def check(
    source: Source,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Check a whole source: findings by severity and rule. Nothing is stored.

    Exit status 0 only if no permit would be refused.
    """
    description = description_of(directory, source)
    with bootstrap.open_national(settings_of(directory)) as national:
        tally = run(source, national.source(description), national.permits, rehearse=True)
    report.print_report(source, tally, lang.language)
    output().print("A check: nothing was stored.")
    output().write_json(report.as_json(source, tally, lang.language))
    if tally.refused:
        raise typer.Exit(CANNOT_DO)
