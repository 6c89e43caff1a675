"""Line of a shared mismatch as this gateway knows it: unit, our comparison, part of the partner."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from gateway.domain.codes import current_unit
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import issuing_side
from gateway.domain.partner import Partner
from gateway.domain.permit.permit import Permit
from gateway.domain.published import PublishedPermit
from gateway.domain.report.mismatch import (
    Line,
    Mismatch,
    mismatches_of_foreign,
    mismatches_of_own,
)
from gateway.exchange.ports.report.trade import TradeRecords
from gateway.exchange.report.sharing.message import SharedLine


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line in which a partner takes part. unit: of box 11, current code; empty where unknown.

    mismatch: our comparison; None where our counts do not differ.
    """

    line: Line
    unit: str
    mismatch: Mismatch | None


@dataclass(frozen=True, slots=True)
class KnownLines:
    """Look-up of lines. foreign: document of a foreign permit; None where none is at hand."""

    records: TradeRecords
    foreign: Callable[[str, str], Permit | None]
    authorities: Collection[Authority]

    def find(self, shared: SharedLine, partner: Partner) -> KnownLine | None:
        """Return a line of ours that the partner counted, or of the partner's that we counted.

        None for every other line, whether it exists or not: no partner learns of a permit by it.
        Raises ServiceUnavailable.
        """
        if shared.country == partner.country.text:
            return self._of_partner(shared)
        found = [
            known
            for published in self.records.own(shared.country, shared.number, partner.key)
            if published.authority in self.authorities
            and (known := _of_ours(published, shared.position, partner))
        ]
        return found[0] if len(found) == 1 else None

    def _of_partner(self, shared: SharedLine) -> KnownLine | None:
        counted = self.records.counted((shared.country, shared.number))
        was_counted = counted is not None and any(
            seen.position == shared.position for count in counted.counts for seen in count.seen
        )
        permit = self.foreign(shared.country, shared.number) if was_counted else None
        if counted is None or permit is None:
            return None
        line = permit.position(shared.position)
        if line is None:
            return None
        found = mismatches_of_foreign(shared.country, permit, counted.counts)
        return KnownLine(
            Line(shared.country, shared.number, shared.position),
            current_unit(line.quantity.unit) if line.quantity else "",
            next((each for each in found if each.line.position == shared.position), None),
        )


def _of_ours(published: PublishedPermit, position: str, partner: Partner) -> KnownLine | None:
    own = issuing_side(published.permit)
    takes_part = any(
        event.by == partner.key and event.role is not own and event.of(position) is not None
        for event in published.effective_confirmations
    )
    line = published.permit.position(position) if takes_part else None
    if line is None:
        return None
    # Where several partners counted a line, the comparison has it with the last of them alone.
    found = [each for each in mismatches_of_own(published, str) if each.partner == partner.key]
    return KnownLine(
        Line(str(published.authority), published.permit.number.text, position),
        current_unit(line.quantity.unit) if line.quantity else "",
        next((each for each in found if each.line.position == position), None),
    )


def shared_line(line: Line) -> SharedLine:
    """Name of a line for the partner: it knows the country of an authority alone."""
    return SharedLine(line.issuer.partition("/")[0], line.number, line.position)
