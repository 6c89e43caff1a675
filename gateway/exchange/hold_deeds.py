"""What does the journal keep of a hold and of its release, and do the holds still say the same?

Whoever can write the database could let go of a hold unseen, and have the gateway itself remove what it kept. So each
is a record of the journal as well, sealed like all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.exchange.journal_heads import canonical, moment, said_in
from gateway.exchange.own_records import own_record
from gateway.exchange.ports import Direction, Exchange, Hold, Release

HELD, RELEASED = "JournalHeld", "JournalReleased"


def record_of_hold(hold: Hold) -> Exchange:
    """Its id is that of the hold."""
    return _record(hold.id, HELD, hold, hold)


def record_of_release(identity: str, hold: Hold, release: Release) -> Exchange:
    """identity: of the record."""
    return _record(identity, RELEASED, hold, release)


def _record(identity: str, operation: str, hold: Hold, deed: Hold | Release) -> Exchange:
    return own_record(identity, operation, deed.at, _said(hold, deed))


def _said(hold: Hold, deed: Hold | Release) -> bytes:
    at, person, reason = moment(deed.at), deed.person, deed.reason
    return canonical({"v": 1, "hold": hold.id, "name": hold.name, "at": at, "person": person, "reason": reason})


@dataclass(slots=True)
class HoldDeeds:
    """Holds and releases as sealed records tell of them: (operation, id of the hold) -> what the record says."""

    _sealed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def take(self, record: Exchange) -> None:
        """One sealed record, of whatever."""
        if record.direction is Direction.OWN and record.operation in (HELD, RELEASED):
            self._sealed[record.operation, _hold_of(record)] = record.request

    def contradicted_by(self, holds: Sequence[Hold], settled: datetime) -> Iterator[str]:
        """A sentence for each hold that is not as it was sealed. settled: what was done before it is sealed by now."""
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
        self, what: str, operation: str, hold: Hold, deed: Hold | Release, settled: datetime
    ) -> Iterator[str]:
        sealed = self._sealed.get((operation, hold.id))
        if sealed is None and deed.at < settled:
            yield f"{what} is in no record that is still what was sealed."
        elif sealed not in (None, _said(hold, deed)):
            yield f"{what} is not what was sealed: it was changed."


def _hold_of(record: Exchange) -> str:
    try:
        said = said_in(record.request)["hold"]
    except (ValueError, TypeError, KeyError):  # whoever writes so is none of us
        return record.id
    return said if isinstance(said, str) else record.id
