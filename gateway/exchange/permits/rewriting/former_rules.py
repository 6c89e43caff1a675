"""Former rules: bookings and units of earlier gateways, found on a permit and mended.

A count was booked at export whenever it came from the issuing country, on import permits, too. A
quota had no unit of its own: it got the unit of box 11, which the national record never said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.codes import current_unit
from gateway.domain.ledger.endorsement import EndorsementRule, Reversal
from gateway.domain.partner import Partner
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson

_SPECIMENS = current_unit(None)


@dataclass(frozen=True, slots=True)
class Rebooking:
    """A confirmation that is booked on the other side.

    reversed_id: id of the former confirmation.  booked_id: of the new one.  role: its side.
    """

    reversed_id: str
    booked_id: str
    role: str


def rebooked(
    published: PublishedPermit,
    callers: Mapping[str, Partner],
    rule: EndorsementRule,
    by: ResponsiblePerson,
    at: datetime,
    new_id: Callable[[], str],
) -> tuple[PublishedPermit, tuple[Rebooking, ...]]:
    """Return the permit with every confirmation on its side, and what was booked anew.

    Raises QuantityExceeded where less remains on that side.
    """
    wrong = published.misbooked(callers)
    if not wrong:
        return published, ()
    reversals = [Reversal(new_id(), event.id, at, by.person, by.reason) for event in wrong]
    later = published.rebook(reversals, [new_id() for _ in wrong], rule)
    booked = later.confirmations[-len(wrong) :]
    return later, tuple(
        Rebooking(former.id, event.id, event.role.value)
        for former, event in zip(wrong, booked, strict=True)
    )


def without_taken_units(permit: Permit) -> tuple[Permit, tuple[str, ...]]:
    """Return a permit whose quotas have no unit that was taken from box 11, and their lines.

    permit: published by a gateway that knew no other unit of a quota. The figures may count
    specimens or be in the unit of box 11; only the national record can say which.
    """
    lines = [_without_taken_unit(line) for line in permit.positions]
    changed = tuple(
        before.id for before, after in zip(permit.positions, lines, strict=True) if before != after
    )
    return replace(permit, positions=tuple(lines)), changed


def _without_taken_unit(line: CitesPosition) -> CitesPosition:
    if line.quota is None or line.quantity is None:
        return line
    figures = (line.quota.used_to_date, line.quota.annual)
    units = {figure.unit for figure in figures if figure is not None}
    if units != {line.quantity.unit} or line.quantity.current_unit == _SPECIMENS:
        return line
    return replace(line, quota=line.quota.without_unit())
