"""View of the list of our permits: number, kind, status, last day, countries."""

from collections.abc import Sequence

from rich.console import Group, RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.exchange.ports import ListedPermit

_COLUMNS = ("Number", "Authority", "Kind", "Status", "Last day", "Countries", "Changed")


def view(found: Sequence[tuple[ListedPermit, bool]]) -> RenderableType:
    """A row for each permit; with it whether it has expired. Numbers are shown whole."""
    if not found:
        return plain("No permit fits.")
    table = Records(_COLUMNS, frozenset({"Number", "Authority"}))
    for listed, expired in found:
        last = _last_day(listed) or "-"
        table.add_row(
            listed.permit.number.text,
            str(listed.authority),
            listed.permit.type,
            listed.status.value,
            f"{last} (expired)" if expired else last,
            " ".join(sorted(listed.countries)),
            f"{listed.changed_at:%Y-%m-%d %H:%M}Z",
        )
    return Group(table, plain(f"{len(found):,} permits."))


def as_json(listed: ListedPermit, *, expired: bool) -> dict[str, object]:
    """The same for a program; moments in ISO 8601."""
    return {
        "number": listed.permit.number.text,
        "country": listed.authority.country.text,
        "authority": listed.authority.code,
        "type": listed.permit.type,
        "status": listed.status.value,
        "valid_until": _last_day(listed),
        "expired": expired,
        "countries": sorted(listed.countries),
        "published_at": listed.published_at.isoformat(),
        "changed_at": listed.changed_at.isoformat(),
    }


def _last_day(listed: ListedPermit) -> str | None:
    last = listed.permit.valid_until
    return last.date().isoformat() if last else None
