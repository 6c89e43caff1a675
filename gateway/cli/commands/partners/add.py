"""`partners add`: a partner's file, or answers to questions, compared, confirmed, written."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.partners.questions import GivenPartner, answered
from gateway.cli.commands.partners.register import tell_running_gateway
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.partners import comparison as view
from gateway.domain.errors import PartnerFailed
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.settings import ServerMode, Settings
from gateway.settings.introduction.partner_file import PartnerFile, read_partner_file
from gateway.settings.reading.single_file import MOST_BYTES

if TYPE_CHECKING:
    from gateway.bootstrap import IntroductionPart
    from gateway.settings.introduction.change import PartnerChange

_File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The partner's file; left out: by questions."),
]
_Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Its short name here; left out: its country, as in za."),
]
_Country = Annotated[
    str | None, typer.Option(metavar="CODE", help="Without FILE: its country, ISO 3166.")
]
_Address = Annotated[
    str | None, typer.Option(metavar="URL", help="Without FILE: the address of its service.")
]
_Client = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Without FILE: its client certificate and its CA, PEM."),
]
_Seal = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Without FILE: the CA of its seals, PEM.")
]
_Offline = Annotated[bool, typer.Option("--offline", help="Do not look at its service now.")]
_WithoutFormer = Annotated[
    bool,
    typer.Option(
        "--without-former",
        help="Take out the certificates that the file does not name, as after a theft.",
    ),
]
_Person = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Who has compared, and answers.")
]
_Reason = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Whom that person has spoken to; the journal keeps it."),
]
_Yes = Annotated[
    bool, typer.Option("--yes", help="The fingerprints have been compared; do not ask.")
]


def add(
    file: _File = None,
    key: _Key = None,
    country: _Country = None,
    address: _Address = None,
    client_certificate: _Client = None,
    seal_anchors: _Seal = None,
    offline: _Offline = False,
    without_former: _WithoutFormer = False,
    person: _Person = None,
    reason: _Reason = None,
    yes: _Yes = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Register a partner, or take its new certificates, from the file that it has sent.

    Fingerprints are shown, to be compared by telephone, and the difference to what is registered.
    Nothing is written before a named person has confirmed it. Certificates that are known already
    stay valid beside the new ones.
    """
    settings = settings_of(directory)
    with bootstrap.open_introduction(settings) as introduction:
        if file is None:
            given = GivenPartner(country, address, client_certificate, seal_anchors, offline)
            name, received = "your answers", answered(introduction, given)
        else:
            name, received = file.name, read_partner_file(_content(file), file.name)
        chosen = key or _key_of(settings, received)
        judged, change = introduction.judged(received, name, chosen, keep_former=not without_former)
        output().render(view.certificates(judged.to_compare))
        for remark in judged.remarks:
            output().print(f"! {remark}", style="yellow")
        if not change.differences:
            output().print(f"Partner {chosen} is registered with all of this already.")
            output().write_json(view.change_as_json(change))
            return
        if not offline and received.service:
            _look(introduction, change)
        output().render(view.change(change))
        by = _confirmed(person, reason, yes=yes)
        introduction.store(change, by)
    output().print(f"✓ Partner {chosen} is {'registered' if change.is_new else 'up to date'}.")
    output().write_json(view.change_as_json(change))
    _say_what_follows(settings, change)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _key_of(settings: Settings, received: PartnerFile) -> str:
    """The partner of its country, where there is one; else its country in small letters."""
    country = received.country
    own = [each.key for each in settings.partner if each.country == country]
    if len(own) > 1:
        raise CannotDo(
            f"Several partners act for {country}: {', '.join(own)}.", "Name one with --key."
        )
    return own[0] if own else country.text.lower()


def _look(introduction: "IntroductionPart", change: "PartnerChange") -> None:
    """Show what its service shows now, and whether exchanges would trust it.

    Raises CannotDo where they would not.
    """
    service = introduction.service_after(change)
    try:
        shown = introduction.shown_by(service)
        output().render(view.certificates([("its server shows", each) for each in shown]))
        service.verify()
    except (PartnerFailed, ValueError) as problem:
        text = (
            problem.text if isinstance(problem, PartnerFailed) else "A certificate is unreadable."
        )
        raise CannotDo(
            f"Nothing was changed. {text}",
            "Ask the partner, or register it without a look at its service: --offline.",
        ) from None
    output().print("✓ Its server is trusted with the CA above.")


def _confirmed(person: str | None, reason: str | None, *, yes: bool) -> ResponsiblePerson:
    """The person who has compared the fingerprints. Raises CannotDo, InvalidRequest."""
    asks = sys.stdin.isatty()
    if not yes:
        if not asks:
            raise CannotDo(
                "Nothing was changed: the fingerprints must be compared first.",
                "Compare them by telephone, then say --yes --person NAME --reason TEXT.",
            )
        if not typer.confirm("Are all fingerprints those of the partner?", default=False):
            raise CannotDo("Nothing was changed.", "Ask the partner for its file again.")
    if asks and person is None:
        person = typer.prompt("Who has compared them (name)")
    if asks and reason is None:
        reason = typer.prompt("With whom, and why")
    return ResponsiblePerson(person or "", reason or "").validated()


def _say_what_follows(settings: Settings, change: "PartnerChange") -> None:
    if settings.server.mode is ServerMode.BEHIND_PROXY and "client_ca_file" in change.values:
        output().print(
            f"The proxy has to know its CA too: add {change.values['client_ca_file']} to the file"
            " of ssl_client_certificate, then nginx -s reload."
        )
    tell_running_gateway(settings)
    output().print(f"Next: epix-gateway partners test {change.key}")
