"""`ledger`, and what persons decide on it: `reverse`, `correct`, `record`, `close`, `reopen`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.bootstrap import Gateway
from gateway.cli import ledger_view
from gateway.cli.commands.confirm import read
from gateway.cli.console import voice
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.domain.answerable import Answerable
from gateway.domain.errors import CertificateNotFound
from gateway.domain.published import PublishedPermit
from gateway.exchange.keep_ledger import KeepLedger, PermitName

Country = Annotated[str, typer.Argument(metavar="COUNTRY", help="Country that issued the permit, one of ours: MZ.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the permit, box 1.")]
Wrong = Annotated[str, typer.Argument(metavar="CONFIRMATION", help="Its id, as `ledger` shows it.")]
Quantities = Annotated[
    list[str], typer.Argument(metavar="LINE=QUANTITY...", help="What was seen, in the unit of box 11: A=5 B=12.5")
]
Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who answers for it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the history.")]
Code = Annotated[
    str | None, typer.Option("--authority", metavar="CODE", help="Where the country has several with this number.")
]


def ledger(
    country: Country,
    number: Number,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Show what box 11 authorises, what was confirmed at export and import, what remains, and every event."""
    with bootstrap.build(settings_of(directory)) as gateway:
        _tell(_known(gateway, PermitName(country, number, authority)))


def reverse(
    country: Country,
    number: Number,
    confirmation: Wrong,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Take a confirmation back. It stays in the history and counts no longer."""
    name = PermitName(country, number, authority)
    _decide(directory, name, lambda ledger: ledger.reverse(name, confirmation, Answerable(person, reason)))


def correct(
    country: Country,
    number: Number,
    confirmation: Wrong,
    quantities: Quantities,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Take a confirmation back and book other quantities in its place."""
    name, seen = PermitName(country, number, authority), read(quantities)
    _decide(directory, name, lambda ledger: ledger.correct(name, confirmation, seen, Answerable(person, reason)))


def record(
    country: Country,
    number: Number,
    caller: Annotated[str, typer.Argument(metavar="CALLER", help="Whose customs counted: key of a partner.")],
    quantities: Quantities,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Book one more shipment for a caller that cannot: the same quantities again, from it, are taken for a repeat."""
    name, seen = PermitName(country, number, authority), read(quantities)
    _decide(directory, name, lambda ledger: ledger.record(name, caller, seen, Answerable(person, reason)))


def close(
    country: Country,
    number: Number,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Declare a permit used up, whatever remains of it: it is final."""
    name = PermitName(country, number, authority)
    _decide(directory, name, lambda ledger: ledger.close(name, Answerable(person, reason)))


def reopen(
    country: Country,
    number: Number,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Take `close` back."""
    name = PermitName(country, number, authority)
    _decide(directory, name, lambda ledger: ledger.reopen(name, Answerable(person, reason)))


def _decide(directory: Path, name: PermitName, deed: Callable[[KeepLedger], PublishedPermit]) -> None:
    with bootstrap.build(settings_of(directory)) as gateway:
        _known(gateway, name)
        _tell(deed(gateway.keep_ledger))


def _known(gateway: Gateway, name: PermitName) -> PublishedPermit:
    try:
        return gateway.keep_ledger.of(name)
    except CertificateNotFound:
        raise CannotDo(
            "No permit of this number is published here.", "Compare the number with box 1 of the document."
        ) from None


def _tell(published: PublishedPermit) -> None:
    voice().show(ledger_view.view(published))
    voice().tell(ledger_view.as_json(published))
