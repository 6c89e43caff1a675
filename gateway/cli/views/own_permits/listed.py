"""View of the list of our permits: number, kind, status, last day, countries."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table

from gateway.cli.console import plain
from gateway.exchange.ports import ListedPermit


def view(found: Sequence[tuple[ListedPermit, bool]]) -> RenderableType:
    """A row for each permit; with it whether it has expired. Numbers are shown whole."""
    if not found:
        return plain("No permit fits.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("Number", "Authority", "Kind", "Status", "Last day", "Countries", "Changed"):
        table.add_column(column, overflow="fold")
    for listed, expired in found:
        last = _last_day(listed) or "-"
        table.add_row(
            plain(listed.permit.number.text),
            plain(str(listed.authority)),
            plain(listed.permit.type),
            plain(listed.status.value),
            plain(f"{last} (expired)" if expired else last),
            plain(" ".join(sorted(listed.countries))),
            plain(f"{listed.changed_at:%Y-%m-%d %H:%M}Z"),
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
