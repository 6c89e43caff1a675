"""Audit records of shared mismatches: acts of persons on both sides, and messages between them."""

from collections.abc import Callable

from gateway.domain.report.shared import Act, ActKind, SharedMismatch, settlement_between
from gateway.exchange.canonical_json import canonical
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.report.shared import SharedChange

MESSAGE = "ShareMismatches"
"""Operation of the journal record of a message."""
OPERATIONS = {
    ActKind.PROPOSED: "MismatchProposed",
    ActKind.AGREED: "MismatchAgreed",
    ActKind.DISAGREED: "MismatchDisagreed",
}
"""Operation of the journal record of an act."""

Decide = Callable[[SharedMismatch | None], SharedChange | None]


def change_of(
    before: SharedMismatch, after: SharedMismatch, clock: Clock, new_id: NewId
) -> SharedChange:
    """Return the change between two states, with records of new acts and a new settlement."""
    known = {act.id for act in before.acts}
    records = tuple(_record(after, act, clock, new_id) for act in after.acts if act.id not in known)
    return SharedChange(after, settlement_between(before, after, new_id()), records)


def _record(shared: SharedMismatch, act: Act, clock: Clock, new_id: NewId) -> Exchange:
    line, by = shared.line, act.by
    message = canonical(
        {
            "event": "mismatch " + act.kind.value,
            "id": act.id,
            "at": act.at.isoformat(),
            "partner": shared.partner,
            "issuer": line.issuer,
            "number": line.number,
            "position": line.position,
            "version": act.version,
            "by_partner": not act.ours,
            "quantity": act.quantity,
            "role": by.role.value,
            "authority": by.authority,
            "person": by.name,
            "reason": by.reason,
        }
    )
    return Exchange.own(new_id(), OPERATIONS[act.kind], clock(), message, permit_number=line.number)
