"""`permits list` and `permits cancel`: the permits that this gateway holds and answers."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.options import (
    AsJson,
    Directory,
    IssuingCountry,
    PermitNumber,
    Person,
    Reason,
    country_code,
    settings_of,
)
from gateway.cli.views.own_permits import listed as listed_view
from gateway.domain.published import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.publication.listed import PermitFilter, require_day


def list_own(
    number: Annotated[
        str, typer.Option(metavar="TEXT", help="Only numbers that hold this text.")
    ] = "",
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    country: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Only those of this country of export, import or transit: ZA.",
            callback=country_code,
        ),
    ] = None,
    expires_before: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Only those whose last day is before this: 2026-12-31."),
    ] = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="Only those whose last day is over.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the permits that this gateway holds and answers, oldest first."""
    wanted = PermitFilter(number, status, country, require_day(expires_before), expired)
    with bootstrap.open_permits(settings_of(directory)) as permits:
        found = [
            (each, permits.listing.is_expired(each)) for each in permits.listing.listed(wanted)
        ]
    output().render(listed_view.view(found))
    output().write_json([listed_view.as_json(each, expired=over) for each, over in found])


def cancel(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Cancel a permit of ours: partners are told so, and no confirmation is taken. For good."""
    name = PermitName(country, number, authority)
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        cancelled = permits.cancel.cancel(name, ResponsiblePerson(person, reason))
    output().print(f"{cancelled.permit.number} of {cancelled.authority}: {cancelled.status}")
    output().write_json(
        {
            "number": cancelled.permit.number.text,
            "country": cancelled.authority.country.text,
            "authority": cancelled.authority.code,
            "status": cancelled.status.value,
        }
    )
