"""`report mismatches propose`, `agree`, `disagree`: a difference is settled in two gateways."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.report.mismatches import (
    IssuerArgument,
    LetterArgument,
    QuantityArgument,
)
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import (
    AsJson,
    Directory,
    FindingLanguage,
    PermitNumber,
    Person,
    Reason,
    settings_of,
)
from gateway.cli.views.report import shared as view
from gateway.cli.views.words import LanguageTag
from gateway.domain.report.mismatch import Line
from gateway.domain.report.shared import ActingPerson, PersonRole, SharedMismatch
from gateway.exchange.report.sharing.act import ActOnMismatch

if TYPE_CHECKING:
    from gateway.bootstrap import SharingPart

_PAGE = 500


def list_all(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that wait for a person of ours.")
    ] = False,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List those that go between our gateway and a partner's, with their state."""
    with bootstrap.open_sharing(settings_of(directory)) as sharing:
        found = [each for each in _every(sharing) if each.waits_since or not waiting]
        states = sharing.shared.partners()
    output().render(view.table(found, lang.language))
    output().print_lines(view.partner_lines(states, lang.language))
    output().write_json([view.as_json(each) for each in found])


def propose(
    issuer: IssuerArgument,
    number: PermitNumber,
    line: LetterArgument,
    quantity: QuantityArgument,
    person: Person,
    reason: Reason,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Propose a quantity to a partner that settles in its own gateway."""

    def act(on: ActOnMismatch, shared: SharedMismatch, by: ActingPerson) -> SharedMismatch:
        return on.propose(shared, quantity, by)

    _act(directory, Line(issuer, number, line), (person, reason), act, lang)


def agree(
    issuer: IssuerArgument,
    number: PermitNumber,
    line: LetterArgument,
    quantity: QuantityArgument,
    person: Person,
    reason: Reason,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Agree to the quantity that the partner proposed."""

    def act(on: ActOnMismatch, shared: SharedMismatch, by: ActingPerson) -> SharedMismatch:
        return on.agree(shared, by, quantity)

    _act(directory, Line(issuer, number, line), (person, reason), act, lang)


def disagree(
    issuer: IssuerArgument,
    number: PermitNumber,
    line: LetterArgument,
    person: Person,
    reason: Reason,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Disagree with the quantity that the partner proposed.

    You may propose another then.
    """
    _act(directory, Line(issuer, number, line), (person, reason), ActOnMismatch.disagree, lang)


def share(
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Compare all counts now, and tell partners. A gateway that serves does so, too.

    Nothing is told where a gateway does it at this moment.
    """
    with bootstrap.open_sharing(settings_of(directory)) as sharing:
        if not sharing.sharing:
            raise CannotDo(
                "No partner shares the queue.",
                "Give mismatch_address in its [[partner]] in conf/partners.toml.",
            )
        with sharing.exclusive_share.acquire() as sender:
            if sender is not None:
                sender.refresh()
                sender.deliver()
        found, states = list(_every(sharing)), sharing.shared.partners()
    output().print_lines(view.partner_lines(states, lang.language))
    output().write_json([view.as_json(each) for each in found])


def _act(
    directory: Path,
    line: Line,
    named: tuple[str, str],
    act: Callable[[ActOnMismatch, SharedMismatch, ActingPerson], SharedMismatch],
    lang: LanguageTag,
) -> None:
    person, reason = named
    with bootstrap.open_sharing(settings_of(directory)) as sharing:
        own = str(sharing.report.authorities[0].identity)
        authority = line.issuer if "/" in line.issuer else own
        by = ActingPerson(PersonRole.OPERATOR, authority, reason, person)
        done = act(sharing.act, sharing.act.on_line(line), by)
    output().print_lines((str(done.line), *view.lines(done, lang.language)))
    output().write_json(view.as_json(done))


def _every(sharing: "SharingPart") -> Iterator[SharedMismatch]:
    after = ""
    while page := sharing.shared.after(after, _PAGE):
        after = page[-1].id
        yield from page
