"""`partners list`, `show`, `disable`, `enable`: the register of partners."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, Directory, Person, Reason, settings_of
from gateway.cli.running_server import Reload, reload
from gateway.cli.views.partners import register as view
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.settings import PartnerSettings, Settings

PartnerKey = Annotated[
    str, typer.Argument(metavar="PARTNER", help="Its key in conf/partners.toml: za.")
]


def list_all(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List the partners, those that are disabled included."""
    settings = settings_of(directory)
    today = bootstrap.now().date()
    with bootstrap.open_introduction(settings) as introduction:
        output().write_json(
            [
                view.as_json(each, introduction.kept_certificates(each), today)
                for each in settings.partner
            ]
        )
    if settings.partner:
        output().render(view.table(settings.partner))
    else:
        output().print("No partner is registered. Next: epix-gateway partners add FILE")


def show(
    partner: PartnerKey,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show one partner: contact, address, certificates, and the agreements on paper."""
    settings = settings_of(directory)
    found, today = partner_of(settings, partner), bootstrap.now().date()
    with bootstrap.open_introduction(settings) as introduction:
        kept = introduction.kept_certificates(found)
    output().render(view.detail(found, settings.dialect_of(found), kept, today))
    output().write_json(view.as_json(found, kept, today))


def disable(
    partner: PartnerKey, person: Person, reason: Reason, directory: Directory = Path()
) -> None:
    """Refuse a partner and ask it no more. Its settings and its history stay."""
    _switch(directory, partner, ResponsiblePerson(person, reason), enabled=False)


def enable(
    partner: PartnerKey, person: Person, reason: Reason, directory: Directory = Path()
) -> None:
    """Take `partners disable` back."""
    _switch(directory, partner, ResponsiblePerson(person, reason), enabled=True)


def partner_of(settings: Settings, key: str) -> PartnerSettings:
    """The partner of a key, disabled or not. Raises CannotDo."""
    found = next((each for each in settings.partner if each.key == key), None)
    if found is None:
        known = ", ".join(each.key for each in settings.partner) or "none"
        raise CannotDo(f"No partner has the key {key}; known are: {known}.")
    return found


def tell_running_gateway(settings: Settings) -> None:
    """Let a running gateway read the partners again, or say what a person does for it."""
    said = {
        Reload.SIGNALLED: "✓ The running gateway reads it anew; no request is lost.",
        Reload.NOT_RUNNING: "No gateway runs on this directory; the next `serve` uses it.",
        Reload.NOT_ALLOWED: (
            "The running gateway belongs to another user. Tell it: systemctl reload epix-gateway"
        ),
    }
    output().print(said[reload(settings.directory)])


def _switch(directory: Path, key: str, by: ResponsiblePerson, *, enabled: bool) -> None:
    settings = settings_of(directory)
    partner = partner_of(settings, key)
    if partner.enabled is enabled:
        raise CannotDo(f"Partner {key} is {'in force' if enabled else 'disabled'} already.")
    with bootstrap.open_introduction(settings) as introduction:
        introduction.switch(key, by, enabled=enabled)
    output().print(f"✓ Partner {key} is {'in force again' if enabled else 'disabled'}.")
    tell_running_gateway(settings)
