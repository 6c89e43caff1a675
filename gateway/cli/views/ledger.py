"""View of a permit's ledger, on a terminal and as JSON."""

from collections.abc import Iterator

from rich.console import Group

from gateway.cli.console import labelled, plain
from gateway.cli.views.rules.finding import sentence
from gateway.cli.views.tables import Records
from gateway.cli.wording import MARKS, finding_as_json
from gateway.domain.codes import Language
from gateway.domain.ledger.endorsement import Confirmation, Declaration, LedgerLine, Reversal, Role
from gateway.domain.permit.quantity import plain as plain_amount
from gateway.domain.published import PublishedPermit
from gateway.domain.rules.use import use_findings

_LINES = ("Line", "Box 11", "At export", "At import", "Left at export", "Left at import", "Finding")
_EVENTS = ("When (UTC)", "Event", "By", "Quantities", "Id")
_IDENTIFIERS = frozenset(("Line", "Id"))
_Event = Confirmation | Reversal | Declaration
_DIFFERS = "export and import counted differently"


def view(published: PublishedPermit, language: Language = "english") -> Group:
    """Findings, table of the lines, and table of the events in the order they came.

    language: of the findings.
    """
    of = f"{published.authority.country.text}/{published.authority.code}"
    lines, events = Records(_LINES, _IDENTIFIERS), Records(_EVENTS, _IDENTIFIERS)
    for line in published.ledger:
        lines.add_row(*_line_row(line, multi_use=published.permit.document_type.multi_use))
    for event in _history(published):
        events.add_row(*_event_row(event))
    status = f"{published.status}, declared used up" if published.used_up else published.status
    head = plain(f"{published.permit.number} of {of}: {status}")
    findings = [
        labelled(MARKS[each.severity][0], sentence(each, language), MARKS[each.severity][1])
        for each in use_findings(published)
    ]
    happened = events if events.rows else plain("Nothing has been confirmed yet.")
    return Group(head, *findings, lines, happened)


def as_json(published: PublishedPermit, language: Language = "english") -> dict[str, object]:
    """Identity, status, every line and every event; amounts as text, in the unit of box 11."""
    multi_use = published.permit.document_type.multi_use
    return {
        "country": published.authority.country.text,
        "authority": published.authority.code,
        "number": published.permit.number.text,
        "status": published.status.value,
        "used_up": published.used_up,
        "findings": [finding_as_json(each, language) for each in use_findings(published)],
        "lines": [_line_json(line, multi_use=multi_use) for line in published.ledger],
        "events": [_event_json(event) for event in _history(published)],
    }


def _history(published: PublishedPermit) -> Iterator[_Event]:
    """All events, oldest first; at the same moment, a reversal before its replacement."""
    events: list[_Event] = [*published.reversals, *published.confirmations, *published.declarations]
    yield from sorted(events, key=lambda event: event.at)


def _line_row(line: LedgerLine, *, multi_use: bool) -> tuple[str, ...]:
    left = (
        ("-", "-")
        if multi_use
        else tuple(plain_amount(line.remaining(role)) for role in (Role.EXPORT, Role.IMPORT))
    )
    counted = (plain_amount(line.confirmed_at_export), plain_amount(line.confirmed_at_import))
    return (line.position, str(line.authorised), *counted, *left, _DIFFERS if line.differs else "")


def _event_row(event: _Event) -> tuple[str, ...]:
    when = f"{event.at:%Y-%m-%d %H:%M:%S}"
    if isinstance(event, Reversal):
        return (
            when,
            "taken back",
            event.person,
            f"{event.confirmation_id}: {event.reason}",
            event.id,
        )
    if isinstance(event, Declaration):
        return when, _declared(event), event.person, event.reason, event.id
    seen = ", ".join(f"{position}: {quantity}" for position, quantity in event.quantities)
    if event.person:
        return (
            when,
            f"confirmed at {event.role}",
            f"{event.person} for {event.by}",
            f"{seen}: {event.reason}",
            event.id,
        )
    return when, f"confirmed at {event.role}", event.by, seen, event.id


def _declared(event: Declaration) -> str:
    return "declared used up" if event.used_up else "opened again"


def _line_json(line: LedgerLine, *, multi_use: bool) -> dict[str, object]:
    return {
        "line": line.position,
        "unit": line.authorised.current_unit,
        "authorised": plain_amount(line.authorised.amount),
        "confirmed_at_export": plain_amount(line.confirmed_at_export),
        "confirmed_at_import": plain_amount(line.confirmed_at_import),
        "left_at_export": None if multi_use else plain_amount(line.remaining(Role.EXPORT)),
        "left_at_import": None if multi_use else plain_amount(line.remaining(Role.IMPORT)),
        "finding": _DIFFERS if line.differs else None,
    }


def _event_json(event: _Event) -> dict[str, object]:
    if isinstance(event, Reversal):
        return {
            "event": "taken back",
            "id": event.id,
            "at": event.at.isoformat(),
            "confirmation": event.confirmation_id,
            "person": event.person,
            "reason": event.reason,
        }
    if isinstance(event, Declaration):
        return {
            "event": _declared(event),
            "id": event.id,
            "at": event.at.isoformat(),
            "person": event.person,
            "reason": event.reason,
        }
    return {
        "event": "confirmed",
        "id": event.id,
        "at": event.at.isoformat(),
        "by": event.by,
        "role": event.role.value,
        "quantities": {
            position: plain_amount(quantity.amount) for position, quantity in event.quantities
        },
        "person": event.person,
        "reason": event.reason,
    }
