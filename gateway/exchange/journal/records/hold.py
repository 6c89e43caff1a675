"""Audit records of legal holds and releases, and the comparison of the holds with these records.

A person with write access to the database could release a hold unseen, and the gateway itself would
then remove the records. So every hold and release is a sealed record of the journal too, and
`journal verify` compares the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import Direction, Exchange, LegalHold, Release

HELD, RELEASED = "JournalHeld", "JournalReleased"


def record_of_hold(hold: LegalHold) -> Exchange:
    """Return the audit record of a hold; it has the id of the hold."""
    return _record(hold.id, HELD, hold, hold)


def record_of_release(identity: str, hold: LegalHold, release: Release) -> Exchange:
    """Return the audit record of a release. identity: id of the record."""
    return _record(identity, RELEASED, hold, release)


def _record(identity: str, operation: str, hold: LegalHold, event: LegalHold | Release) -> Exchange:
    return Exchange.own(identity, operation, event.at, _message(hold, event))


def _message(hold: LegalHold, event: LegalHold | Release) -> bytes:
    at, person, reason = moment(event.at), event.person, event.reason
    return canonical(
        {"v": 1, "hold": hold.id, "name": hold.name, "at": at, "person": person, "reason": reason}
    )


@dataclass(slots=True)
class HoldAudit:
    """Holds and releases found in sealed records, by (operation, id of the hold)."""

    _sealed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def add(self, record: Exchange) -> None:
        """Collect a sealed record; records of other operations are ignored."""
        if record.direction is Direction.OWN and record.operation in (HELD, RELEASED):
            self._sealed[record.operation, _hold_of(record)] = record.request

    def discrepancies(self, holds: Sequence[LegalHold], settled: datetime) -> Iterator[str]:
        """Yield a sentence for each hold that differs from its sealed record.

        settled: an event before this moment must be sealed by now.
        """
        for hold in holds:
            which = f"hold {hold.id} of {hold.name}"
            yield from self._compared(f"The {which}, by {hold.person},", HELD, hold, hold, settled)
            if release := hold.release:
                what = f"The release of {which}, by {release.person},"
                yield from self._compared(what, RELEASED, hold, release, settled)
            elif (RELEASED, hold.id) in self._sealed:
                yield f"The {which} was released, and stands there as if it were not."
        found = {hold.id for hold in holds}
        for operation, identity in self._sealed:
            if operation == HELD and identity not in found:
                yield f"The hold {identity} is missing: it was removed."

    def _compared(
        self,
        what: str,
        operation: str,
        hold: LegalHold,
        event: LegalHold | Release,
        settled: datetime,
    ) -> Iterator[str]:
        sealed = self._sealed.get((operation, hold.id))
        if sealed is None and event.at < settled:
            yield f"{what} is in no record that is still what was sealed."
        elif sealed not in (None, _message(hold, event)):
            yield f"{what} is not what was sealed: it was changed."


def _hold_of(record: Exchange) -> str:
    try:
        hold_id = parse_json(record.request)["hold"]
    except (ValueError, TypeError, KeyError):  # not written by this gateway
        return record.id
    return hold_id if isinstance(hold_id, str) else record.id
