"""`ledger`: confirmed quantities on a permit of ours, and decisions of officers on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    IssuingCountry,
    PermitNumber,
    Person,
    Quantities,
    Reason,
    settings_of,
)
from gateway.cli.quantities import read_quantities
from gateway.cli.views import ledger as ledger_view
from gateway.cli.views.words import LanguageTag
from gateway.domain.codes import Language
from gateway.domain.errors import CertificateNotFound
from gateway.domain.identifiers import whole_identity
from gateway.domain.ledger.endorsement import Role
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.ledger import LedgerDecisions
from gateway.exchange.permits.own_permits import PermitName

Wrong = Annotated[
    str, typer.Argument(metavar="CONFIRMATION", help="Its id, as `ledger show` gives it.")
]
Code = Annotated[
    str | None,
    typer.Option(
        "--authority", metavar="CODE", help="Where the country has several with this number."
    ),
]


def show(
    country: IssuingCountry,
    number: PermitNumber,
    authority: Code = None,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show what box 11 authorises, what was confirmed, what remains, and every event."""
    with bootstrap.open_permits(settings_of(directory)) as permits:
        published = _published(permits.ledger, PermitName(country, number, authority))
    _print(published, lang.language)


def reverse(
    country: IssuingCountry,
    number: PermitNumber,
    confirmation: Wrong,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take a confirmation back. It stays in the history and counts no longer."""
    name = PermitName(country, number, authority)
    _decide(
        directory,
        name,
        lambda ledger: ledger.reverse(
            name, _whole(ledger, name, confirmation), ResponsiblePerson(person, reason)
        ),
    )


def correct(
    country: IssuingCountry,
    number: PermitNumber,
    confirmation: Wrong,
    quantities: Quantities,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take a confirmation back and book other quantities in its place."""
    name, seen = PermitName(country, number, authority), read_quantities(quantities)
    _decide(
        directory,
        name,
        lambda ledger: ledger.correct(
            name, _whole(ledger, name, confirmation), seen, ResponsiblePerson(person, reason)
        ),
    )


def record(
    country: IssuingCountry,
    number: PermitNumber,
    caller: Annotated[
        str, typer.Argument(metavar="CALLER", help="Whose customs counted: key of a partner.")
    ],
    quantities: Quantities,
    person: Person,
    reason: Reason,
    side: Annotated[
        Role | None,
        typer.Option(help="Side that the endorsement of a multi-use document says."),
    ] = None,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Book one more shipment for a caller that cannot.

    The same quantities again, from the caller itself, are taken for a repeat.
    """
    name, seen = PermitName(country, number, authority), read_quantities(quantities)
    _decide(
        directory,
        name,
        lambda ledger: ledger.record(name, caller, seen, ResponsiblePerson(person, reason), side),
    )


def close(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Declare a permit used up, whatever remains of it: it is final."""
    name = PermitName(country, number, authority)
    _decide(directory, name, lambda ledger: ledger.close(name, ResponsiblePerson(person, reason)))


def reopen(
    country: IssuingCountry,
    number: PermitNumber,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Take `ledger close` back."""
    name = PermitName(country, number, authority)
    _decide(directory, name, lambda ledger: ledger.reopen(name, ResponsiblePerson(person, reason)))


def _decide(
    directory: Path, name: PermitName, action: Callable[[LedgerDecisions], PublishedPermit]
) -> None:
    with bootstrap.open_permits(settings_of(directory)) as permits:
        _published(permits.ledger, name)
        _print(action(permits.ledger))


def _whole(ledger: LedgerDecisions, name: PermitName, confirmation: str) -> str:
    """The whole id of a confirmation, by its beginning."""
    return whole_identity(confirmation, (each.id for each in ledger.permit(name).confirmations))


def _published(ledger: LedgerDecisions, name: PermitName) -> PublishedPermit:
    with published_here():
        return ledger.permit(name)


@contextmanager
def published_here() -> Iterator[None]:
    """Say of an unknown permit how to find it. Raises CannotDo."""
    try:
        yield
    except CertificateNotFound:
        raise CannotDo(
            "No permit of this number is published here.",
            "Compare the number with box 1 of the document.",
        ) from None


def _print(published: PublishedPermit, language: Language = "english") -> None:
    output().render(ledger_view.view(published, language))
    output().write_json(ledger_view.as_json(published, language))
