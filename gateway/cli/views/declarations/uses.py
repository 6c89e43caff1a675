"""View of what declarations hold of permits, on a terminal and as JSON."""

from collections.abc import Iterator, Sequence

from gateway.cli.views.tables import Records
from gateway.domain.declarations.use import LineUse, UseEvent, UseState
from gateway.domain.permit.quantity import plain
from gateway.exchange.declarations.acting import Acted

_COLUMNS = ("Declaration", "Line", "Permit", "Of line", "State", "Holds", "Lapses (UTC)")
_IDENTIFIERS = frozenset(("Declaration", "Line", "Permit", "Of line"))
_EVENTS = ("When (UTC)", "Declaration", "Line", "Act", "Quantity", "By", "Reason")
_MOMENT = "%Y-%m-%d %H:%M"


def head(acted: Acted) -> Iterator[str]:
    """The results of an act, a line each."""
    if acted.changed:
        yield f"✓ {len(acted.changed)} of {len(acted.uses)} lines changed."
    else:
        yield "✓ Nothing is changed: this was done before."
    for outgoing in acted.booked.outgoing:
        yield (
            f"  {outgoing.country} will be told what was used of {outgoing.permit_number}:"
            f" {outgoing.id} in the outbox"
        )
    for outgoing in acted.booked.not_booked:
        yield (
            f"  {outgoing.country} may know other quantities of {outgoing.permit_number} already"
            f" ({outgoing.id} in the outbox): ask its authority to correct them."
        )


def table(uses: Sequence[LineUse]) -> Records:
    """A row for each line of a declaration."""
    records = Records(_COLUMNS, _IDENTIFIERS)
    for use in uses:
        first, unit = use.first, use.last.allowed.written_unit
        records.add_row(
            first.declaration,
            first.item,
            f"{first.country} {first.number}",
            first.position,
            _state(use),
            f"{plain(use.held)} {unit}",
            f"{use.lapses_at:{_MOMENT}}" if use.lapses_at else "",
        )
    return records


def _state(use: LineUse) -> str:
    if use.state is UseState.WRITTEN_OFF and use.confirmed:
        return "written-off, confirmed"
    return use.state.value


def history(uses: Sequence[LineUse]) -> Records:
    """A row for each event."""
    records = Records(_EVENTS, frozenset(("When (UTC)", "Declaration", "Line", "Act")))
    for event in (event for use in uses for event in use.events):
        records.add_row(
            f"{event.at:{_MOMENT}}",
            event.declaration,
            event.item,
            event.act.value,
            str(event.quantity),
            f"{event.officer}, {event.authority}",
            event.reason,
        )
    return records


def as_json(use: LineUse) -> dict[str, object]:
    """A line with its events, for a program."""
    first = use.first
    return {
        "declaration": first.declaration,
        "item": first.item,
        "country": first.country,
        "number": first.number,
        "position": first.position,
        "state": use.state.value,
        "holds": plain(use.held),
        "unit": use.last.allowed.written_unit,
        "lapses_at": use.lapses_at.isoformat() if use.lapses_at else None,
        "confirmation": use.confirmed.outgoing if use.confirmed else None,
        "events": [_event(event) for event in use.events],
    }


def _event(event: UseEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "act": event.act.value,
        "quantity": plain(event.quantity.amount),
        "authority": event.authority,
        "officer": event.officer,
        "at": event.at.isoformat(),
        "reason": event.reason,
    }


def acted_as_json(acted: Acted) -> dict[str, object]:
    """The result of an act, for a program."""
    return {
        "changed": len(acted.changed),
        "lines": [as_json(use) for use in acted.uses],
        "booked": [outgoing.id for outgoing in acted.booked.outgoing],
        "to_be_corrected": [outgoing.id for outgoing in acted.booked.not_booked],
    }
