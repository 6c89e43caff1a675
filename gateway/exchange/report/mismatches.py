"""Mismatch queue: lines that two countries count differently, until persons of both settle them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.report.mismatch import (
    Line,
    Mismatch,
    Settlement,
    mismatches_of_foreign,
    mismatches_of_own,
    settle,
)
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.report.settlements import Settlements
from gateway.exchange.ports.report.trade import TradeRecords
from gateway.exchange.report.pages import counted_abroad, own_permits

Queued = tuple[Mismatch, Settlement | None]
"""A mismatch, with its settlement; None while it is open."""


@dataclass(frozen=True, slots=True)
class MismatchFilter:
    """Filter of the queue; None leaves a condition out.

    year: of the last count.  partner: code of the other country.  settled: settled ones, too.
    """

    year: int | None = None
    partner: str | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class MismatchQueue:
    """Use case: list and settle mismatches.

    foreign: the document of a foreign permit, by country and number; None where none is at hand.
    countries: country of a partner, by its key.
    shared_with: whether the partner of a country settles in its own gateway.
    """

    records: TradeRecords
    foreign: Callable[[str, str], Permit | None]
    settlements: Settlements
    authorities: Collection[Authority]
    countries: Mapping[str, str]
    clock: Clock
    new_id: NewId
    shared_with: Callable[[str], bool]

    def queued(self, wanted: MismatchFilter) -> Iterator[Queued]:
        """Yield the mismatches that fit. Raises ServiceUnavailable, KeyUnusable."""
        settled: dict[Line, list[Settlement]] = {}
        for each in self.settlements.all():
            settled.setdefault(each.line, []).append(each)
        for mismatch in self.every():
            settlement = settlement_of(mismatch, settled.get(mismatch.line, ()))
            if (
                wanted.year in (None, mismatch.counted_at.year)
                and wanted.partner in (None, mismatch.partner)
                and (wanted.settled or settlement is None)
            ):
                yield mismatch, settlement

    def find(self, line: Line) -> Queued:
        """Return the mismatch of a line. Raises InvalidRequest where there is none."""
        for mismatch, settlement in self.queued(MismatchFilter(settled=True)):
            if mismatch.line == line:
                return mismatch, settlement
        raise InvalidRequest(f"No counts differ on {line}; `report mismatches list` names lines.")

    def settle(
        self, line: Line, agreed: str, by: ResponsiblePerson, partner_person: str
    ) -> Settlement:
        """Settle a mismatch: both persons answer for the quantity that both countries report.

        Raises InvalidRequest where there is none, it is settled, a person is missing, or the
        partner settles in its own gateway; QuantityInvalid, ServiceUnavailable.
        """
        mismatch, settlement = self.find(line)
        require_unshared(mismatch, self.shared_with)
        settled = settle(mismatch, agreed, by, partner_person, self.new_id(), self.clock())
        keep_settlement(self.settlements, settled, settlement)
        return settled

    def every(self) -> Iterator[Mismatch]:
        """Yield all mismatches, settled or not. Raises ServiceUnavailable, KeyUnusable."""
        for published in own_permits(self.records, self.authorities, confirmed=True):
            yield from mismatches_of_own(published, lambda key: self.countries.get(key, key))
        for counted in counted_abroad(self.records):
            permit = self.foreign(counted.country, counted.number)
            if permit is not None:
                yield from mismatches_of_foreign(counted.country, permit, counted.counts)


def settlement_of(mismatch: Mismatch, settled: Sequence[Settlement]) -> Settlement | None:
    """Return the settlement of a mismatch; None while it is open."""
    return next((each for each in settled if each.settles(mismatch)), None)


def require_unshared(mismatch: Mismatch, shared_with: Callable[[str], bool]) -> None:
    """Raise InvalidRequest where the partner settles in its own gateway: it speaks for itself."""
    if shared_with(mismatch.partner):
        raise InvalidRequest(
            Sentence("The partner settles in its own gateway: propose a quantity to it.")
        )


def keep_settlement(
    settlements: Settlements, settled: Settlement, before: Settlement | None
) -> None:
    """Store a settlement with its audit record, unless the difference is settled already.

    before: its settlement as read.  Another person may settle it at the same moment, so the store
    looks once more.  Raises InvalidRequest, ServiceUnavailable.
    """
    before = before or settlements.add(settled, settlement_record(settled))
    if before is not None:
        raise InvalidRequest(
            f"{settled.line} is settled already, by {before.person}.",
            position=settled.line.position,
        )


def settlement_record(settled: Settlement) -> Exchange:
    """Return the audit record of a settlement."""
    line = settled.line
    message = canonical(
        {
            "event": "mismatch settled",
            "id": settled.id,
            "at": settled.at.isoformat(),
            "issuer": line.issuer,
            "number": line.number,
            "position": line.position,
            "ours": settled.ours,
            "theirs": settled.theirs,
            "agreed": settled.agreed,
            "person": settled.person,
            "partner_person": settled.partner_person,
            "reason": settled.reason,
        }
    )
    return Exchange.own(
        settled.id, "MismatchSettled", settled.at, message, permit_number=line.number
    )
