"""What does the journal keep of a hold and of its release, and do the holds still say the same?

Whoever can write the database could let go of a hold unseen, and have the gateway itself remove what it kept. So each
is a record of the journal as well, sealed like all others.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.exchange.journal_heads import canonical, moment
from gateway.exchange.ports import Direction, Exchange, Hold, Release

HELD, RELEASED = "JournalHeld", "JournalReleased"


def record_of_hold(hold: Hold) -> Exchange:
    """Its id is that of the hold."""
    return _record(hold.id, HELD, hold.at, _of_hold(hold))


def record_of_release(identity: str, hold: Hold, release: Release) -> Exchange:
    """identity: of the record."""
    return _record(identity, RELEASED, release.at, _of_release(hold, release))


def _record(identity: str, operation: str, at: datetime, message: bytes) -> Exchange:
    return Exchange(identity, Direction.OWN, at, at, operation, None, None, None, None, "ok", message, b"")


def _of_hold(hold: Hold) -> bytes:
    return _said(hold, hold.at, hold.person, hold.reason)


def _of_release(hold: Hold, release: Release) -> bytes:
    return _said(hold, release.at, release.person, release.reason)


def _said(hold: Hold, at: datetime, person: str, reason: str) -> bytes:
    said = {"v": 1, "hold": hold.id, "name": hold.name, "at": moment(at), "person": person, "reason": reason}
    return canonical(said)


@dataclass(slots=True)
class HoldDeeds:
    """Holds and releases as sealed records tell of them: id of the hold -> what the record says."""

    _held: dict[str, bytes] = field(default_factory=dict)
    _released: dict[str, bytes] = field(default_factory=dict)

    def take(self, record: Exchange) -> None:
        """One sealed record, of whatever."""
        if record.direction is Direction.OWN and record.operation in (HELD, RELEASED):
            (self._held if record.operation == HELD else self._released)[_hold_of(record)] = record.request

    def contradicted_by(self, holds: Sequence[Hold], settled: datetime) -> Iterator[str]:
        """A sentence for each hold that is not as it was sealed. settled: what was done before it is sealed by now."""
        for hold in holds:
            which = f"hold {hold.id} of {hold.name}"
            held, released = self._held.get(hold.id), self._released.get(hold.id)
            yield from _compared(f"The {which}, by {hold.person},", held, _of_hold(hold), hold.at < settled)
            if release := hold.release:
                what = f"The release of {which}, by {release.person},"
                yield from _compared(what, released, _of_release(hold, release), release.at < settled)
            elif released is not None:
                yield f"The {which} was released, and stands there as if it were not."
        for identity in self._held.keys() - {hold.id for hold in holds}:
            yield f"The hold {identity} is missing: it was removed."


def _compared(what: str, sealed: bytes | None, found: bytes, has_settled: bool) -> Iterator[str]:
    if sealed is None and has_settled:
        yield f"{what} is in no sealed record: it was added by somebody else."
    elif sealed not in (None, found):
        yield f"{what} is not what was sealed: it was changed."


def _hold_of(record: Exchange) -> str:
    try:
        return str(json.loads(record.request)["hold"])
    except (ValueError, TypeError, KeyError):  # whoever writes so is none of us
        return record.id
