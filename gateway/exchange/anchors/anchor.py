"""Anchoring: the newest head of the journal is handed to another place, at an interval.

As each head names the one before, one that is kept elsewhere covers everything before it. Where the
place does not answer, the next round tries it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.canonical_json import canonical
from gateway.exchange.journal.heads import statement_of
from gateway.exchange.ports import (
    Anchor,
    AnchoredHead,
    Clock,
    Exchange,
    HeadArchive,
    NewId,
    SealedJournal,
)

ANCHORED = "JournalAnchored"


def partner_anchor(partner: str) -> str:
    """Name of a partner as an anchor. partner: its key."""
    return f"partner-{partner}"


def record_of_anchor(identity: str, anchored: AnchoredHead) -> Exchange:
    """Return the audit record of a head that is kept elsewhere. identity: id of the record."""
    message = canonical({"v": 1, "anchor": anchored.anchor, "batch": anchored.batch})
    proof = anchored.receipt.statement if anchored.receipt else b""
    return Exchange.own(identity, ANCHORED, anchored.at, message, proof=proof)


@dataclass(frozen=True, slots=True)
class AnchorHead:
    """Use case: hand the newest head to one anchor. every: least interval."""

    journal: SealedJournal
    archive: HeadArchive
    place: Anchor
    clock: Clock
    new_id: NewId
    every: timedelta

    def anchor(self) -> int | None:
        """Hand it over, if the interval is over; return its batch where it is kept there now.

        Raises ServiceUnavailable, and what partners raise; the next call tries again.
        """
        newest, kept = self.journal.last(), self.kept()
        if newest is None or (
            kept and (kept.batch == newest.batch or self.clock() - kept.at < self.every)
        ):
            return None
        try:
            sealed_at = datetime.fromisoformat(statement_of(newest.statement).sealed_at)
        except ValueError:
            raise ServiceUnavailable(
                "The newest head of the journal cannot be read any more.", DatabaseProblem.DAMAGED
            ) from None
        if not self.place.keep(newest):
            return None
        anchored = AnchoredHead(self.place.name, newest.batch, sealed_at, self.clock())
        self.archive.add_anchored(anchored, record_of_anchor(self.new_id(), anchored))
        return newest.batch

    def kept(self) -> AnchoredHead | None:
        """The newest head that is kept there; None where there is none yet."""
        named = (each for each in self.archive.anchored() if each.anchor == self.place.name)
        return next(named, None)

    def age_seconds(self) -> float:
        """Seconds since the newest head that is kept there was sealed; infinite for none."""
        kept = self.kept()
        return (self.clock() - kept.sealed_at).total_seconds() if kept else float("inf")
