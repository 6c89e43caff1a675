"""`national publish`: the permits of a source become permits that this gateway answers for."""

from pathlib import Path

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO
from gateway.cli.national.description import Source, description_of
from gateway.cli.national.run import run
from gateway.cli.options import (
    AsJson,
    Directory,
    FindingLanguage,
    Publisher,
    person_or_user,
    settings_of,
)
from gateway.cli.views.national import report
from gateway.cli.views.own_permits.unchanged import print_unchanged
from gateway.cli.views.words import LanguageTag
from gateway.exchange.permits.publish import Change


def publish(
    source: Source,
    person: Publisher = "",
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Publish the permits of a source. Exit status 0 only if every permit was taken.

    What is refused is kept with its reasons in data/national until it is mended in the source.
    """
    description = description_of(directory, source)
    with bootstrap.open_national(settings_of(directory)) as national:
        tally = run(source, national.source(description), national.permits)
        if tally.changed:
            named = person_or_user(person)
            national.record_publication(description, named, tally.changed, tally.refused_permits)
        refused, others = national.keep(source, tally.refused, tally.national)
    report.print_report(source, tally, lang.language)
    print_unchanged(tally.changes[Change.UNCHANGED], f"national check {source}")
    if refused:
        output().print_advice(
            f"{refused} holds what was refused, with reasons: mend the source and publish again."
        )
    if others:
        output().print(f"{others} holds the permits of national species.")
    described = report.as_json(source, tally, lang.language)
    described["refused_file"] = str(refused) if refused else None
    described["national_file"] = str(others) if others else None
    output().write_json(described)
    if tally.refused:
        raise typer.Exit(CANNOT_DO)
