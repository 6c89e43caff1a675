"""`permits list`, and the ends of a permit of ours: cancelled, replaced, lost, returned."""

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
from gateway.domain.permit.status import Status
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
    _end(directory, name, Status.CANCELLED, ResponsiblePerson(person, reason))


def replace(
    country: IssuingCountry,
    number: PermitNumber,
    successor: Annotated[
        str, typer.Argument(metavar="SUCCESSOR", help="Number of the permit that replaces it.")
    ],
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say which permit replaces one of ours; it is published already. For good."""
    name = PermitName(country, number, authority)
    _end(directory, name, Status.REPLACED, ResponsiblePerson(person, reason), successor)


def mark_lost(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say that a permit of ours was lost or stolen: partners are refused it. For good."""
    name = PermitName(country, number, authority)
    _end(directory, name, Status.LOST, ResponsiblePerson(person, reason))


def mark_returned(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say that the holder gave a permit of ours back unused: partners are refused it. For good."""
    name = PermitName(country, number, authority)
    _end(directory, name, Status.RETURNED, ResponsiblePerson(person, reason))


def _end(
    directory: Path,
    name: PermitName,
    status: Status,
    by: ResponsiblePerson,
    successor: str | None = None,
) -> None:
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        ended = permits.ending.end(name, status, by, successor)
    output().print(f"{ended.permit.number} of {ended.authority}: {ended.status}")
    output().write_json(
        {
            "number": ended.permit.number.text,
            "country": ended.authority.country.text,
            "authority": ended.authority.code,
            "status": ended.status.value,
        }
    )
