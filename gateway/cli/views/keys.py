"""View of keys: a block of lines for a person, an object for a program."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway import bootstrap
from gateway.cli.console import plain

if TYPE_CHECKING:
    from gateway.bootstrap import CertificateView, KeyView

_BAR_CELLS = 20


def blocks(views: Iterable["KeyView"]) -> Group:
    """Each key with its purpose, and how long it lasts."""
    return Group(*(_block(view) for view in views))


def as_json(view: "KeyView") -> dict[str, object]:
    """The same for a program; moments in ISO 8601."""
    found = view.certificate
    certificate = found and {
        "subject": found.subject,
        "issuer": found.issuer,
        "serial": found.serial,
        "sha256": found.sha256,
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat(),
        "days_left": found.days_left,
        "development": found.development,
    }
    return {
        "purpose": str(view.purpose),
        "role": view.role,
        "where": str(view.where),
        "used": view.used,
        "certificate": certificate,
        "problem": view.problem or None,
    }


def _block(view: "KeyView") -> Group:
    head = Text.assemble(
        (f"{view.purpose}", "bold"), f"  {view.role}", ("  in use" if view.used else "", "green")
    )
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    lines.add_row("  where", plain(str(view.where)))
    if view.certificate is None:
        lines.add_row("  certificate", Text("none: ", "yellow") + plain(view.problem))
        return Group(head, lines, "")
    found = view.certificate
    lines.add_row("  subject", plain(found.subject))
    lines.add_row("  issuer", plain(found.issuer))
    lines.add_row("  serial", found.serial)
    lines.add_row("  SHA-256", found.sha256)
    lines.add_row("  valid", f"{found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}")
    lines.add_row("  left", _left(found))
    if found.development:
        lines.add_row("", Text("DEVELOPMENT ONLY: never for a real partner", "yellow"))
    return Group(head, lines, "")


def _left(found: "CertificateView") -> Text:
    if found.days_left < 0:
        return Text("ended", "bold red")
    full = round(_BAR_CELLS * min(1.0, found.days_left / max(1, found.lifetime_days)))
    style = (
        "bold red"
        if found.days_left <= bootstrap.URGENT_DAYS
        else "yellow"
        if found.days_left <= bootstrap.WARNING_DAYS[0]
        else "green"
    )
    return Text.assemble(
        ("█" * full, style), ("░" * (_BAR_CELLS - full), "dim"), f" {found.days_left} days"
    )
