"""`report mismatches`: lines that we and a partner count differently, until both settle them."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    FindingLanguage,
    PermitNumber,
    Person,
    Reason,
    country_code,
    settings_of,
)
from gateway.cli.views.report import mismatches as view
from gateway.cli.views.report import shared as shared_view
from gateway.cli.views.words import LanguageTag
from gateway.domain.report.mismatch import Line
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.report.mismatches import MismatchFilter

IssuerArgument = Annotated[
    str,
    typer.Argument(metavar="ISSUER", help="As `list` shows it: MZ/ANAC for ours, ZA for theirs."),
]
QuantityArgument = Annotated[
    str, typer.Argument(metavar="QUANTITY", help="What both report, in the unit of box 11.")
]
LetterArgument = Annotated[str, typer.Argument(metavar="LINE", help="Letter of the line: A.")]


def list_all(
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Only those counted in this year.")
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only those with this country.", callback=country_code),
    ] = None,
    settled: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them as CSV for the partner, into a new file."),
    ] = None,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the lines that we and a partner count differently."""
    with bootstrap.open_report(settings_of(directory)) as report:
        queued = list(report.mismatches.queued(MismatchFilter(year, country, settled)))
        if out is not None:
            try:
                report.write_mismatches(out, queued)
            except FileExistsError:
                raise CannotDo(f"{out} exists already.", "Name another file.") from None
    output().render(view.table(queued, lang.language))
    output().write_json([view.as_json(each) for each in queued])


def show(
    issuer: IssuerArgument,
    number: PermitNumber,
    line: LetterArgument,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show one of them, and how it was settled."""
    with bootstrap.open_sharing(settings_of(directory)) as sharing:
        found = sharing.report.mismatches.find(Line(issuer, number, line))
        keys = sharing.sharing
        shared = [each for key in keys if (each := sharing.shared.find(key, found[0].line))]
    output().print_lines(view.lines(found, lang.language))
    for each in shared:
        output().print_lines(shared_view.lines(each, lang.language))
    output().write_json(
        view.as_json(found) | {"shared": [shared_view.as_json(each) for each in shared]}
    )


def settle(
    issuer: IssuerArgument,
    number: PermitNumber,
    line: LetterArgument,
    agreed: QuantityArgument,
    person: Person,
    partner_person: Annotated[
        str, typer.Option("--partner-person", metavar="NAME", help="Who agreed for the partner.")
    ],
    reason: Reason,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Settle one: persons of both sides answer for one quantity. The journal keeps a record."""
    with bootstrap.open_report(settings_of(directory)) as report:
        at = Line(issuer, number, line)
        report.mismatches.settle(at, agreed, ResponsiblePerson(person, reason), partner_person)
        found = report.mismatches.find(at)
    output().print_lines(view.lines(found, lang.language))
    output().write_json(view.as_json(found))
