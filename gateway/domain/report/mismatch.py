"""Mismatch: a line of a permit that two countries count differently, and its settlement.

Both countries report the line; a difference between them is what a comparison of their annual
reports finds a year later. Persons of both sides settle it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.errors import InvalidRequest
from gateway.domain.ledger.endorsement import Confirmation, issuing_side
from gateway.domain.ledger.foreign_use import identity_of
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, amount
from gateway.domain.published import PublishedPermit
from gateway.domain.report.foreign_permits import Count, amounts_of
from gateway.domain.report.reported import total
from gateway.domain.responsible_person import ResponsiblePerson


class Knowledge(StrEnum):
    """Origin of the quantity of a side."""

    COUNTED = "counted"
    ENDORSED = "box 14"
    ISSUED = "box 11"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a permit. issuer: `MZ/ANAC` of ours, else the code of the issuing country."""

    issuer: str
    number: str
    position: str

    def __str__(self) -> str:
        return f"{self.issuer} {self.number} line {self.position}"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A difference of counts.

    partner: code of the other country.  counted_at: the last count, aware.
    ours, theirs: quantity with unit; the knowledge says where each comes from.
    """

    line: Line
    partner: str
    species: str
    counted_at: datetime
    ours: str
    ours_from: Knowledge
    theirs: str
    theirs_from: Knowledge


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settlement of a mismatch by persons of both sides. Never changed.

    id: UUIDv7.  at: aware.  ours, theirs: quantities that were settled; where a count changes
    later, the mismatch is open again.  agreed: quantity that both sides report, without unit.
    person: of ours.  partner_person: of the partner: by name, or role and authority where it agreed
    in its own gateway.  agreement: id of the act by which both gateways agreed; empty where a
    person of ours says that the partner agreed.
    """

    id: str
    at: datetime
    line: Line
    ours: str
    theirs: str
    agreed: str
    person: str
    partner_person: str
    reason: str
    agreement: str = ""

    def settles(self, mismatch: Mismatch) -> bool:
        """Whether it is about these quantities of this line."""
        quantities = mismatch.ours, mismatch.theirs
        return self.line == mismatch.line and (self.ours, self.theirs) == quantities


def settle(
    mismatch: Mismatch,
    agreed: str,
    by: ResponsiblePerson,
    partner_person: str,
    identity: str,
    at: datetime,
) -> Settlement:
    """Return the settlement of a mismatch.

    Raises InvalidRequest where a person or the reason is missing, or both are the same person;
    QuantityInvalid.
    """
    by, other = by.validated(), partner_person.strip()
    if not other or other.casefold() == by.person.casefold():
        raise InvalidRequest(
            Sentence("A person of the partner agrees to it too: name both persons.")
        )
    amount(agreed, position=mismatch.line.position, box="14")
    return Settlement(
        identity,
        at,
        mismatch.line,
        mismatch.ours,
        mismatch.theirs,
        agreed,
        by.person,
        other,
        by.reason,
    )


def mismatches_of_own(
    published: PublishedPermit, country_of: Callable[[str], str]
) -> Iterator[Mismatch]:
    """Yield the lines of a permit of ours that customs of the other country counted otherwise.

    Our side is what our customs counted, else box 14, else box 11. Multi-use documents stay with
    their holder and are not compared.  country_of: country of a caller, by its key.
    """
    permit, own = published.permit, issuing_side(published.permit)
    if permit.document_type.multi_use:
        return
    events = published.effective_confirmations
    for line in permit.positions:
        of_line = [event for event in events if event.of(line.id) is not None]
        others = [event for event in of_line if event.role is not own]
        if not others or line.quantity is None:
            continue
        ours, known = _ours(line, line.quantity, [each for each in of_line if each.role is own])
        theirs = _sum(line, line.quantity, others)
        if _differ(ours, theirs):
            yield Mismatch(
                Line(str(published.authority), permit.number.text, line.id),
                country_of(others[-1].by),
                line.scientific_name or "",
                others[-1].at,
                str(ours),
                known,
                str(theirs),
                Knowledge.COUNTED,
            )


def mismatches_of_foreign(
    country: str, permit: Permit, counts: Sequence[Count]
) -> Iterator[Mismatch]:
    """Yield the lines of a foreign permit that our customs counted otherwise than it says.

    Their side is box 14 of the document, else box 11.
    """
    if permit.document_type.multi_use or not counts:
        return
    once = list({identity_of(each.seen): each for each in counts}.values())
    for line in permit.positions:
        counted = amounts_of(line, once)
        if line.quantity is None or not counted:
            continue
        theirs, known = _stated(line, line.quantity)
        ours = total(counted, line.quantity)
        if _differ(ours, theirs):
            yield Mismatch(
                Line(country, permit.number.text, line.id),
                country,
                line.scientific_name or "",
                max(each.at for each in once),
                str(ours),
                Knowledge.COUNTED,
                str(theirs),
                known,
            )


def _ours(
    line: CitesPosition, permitted: Quantity, events: Sequence[Confirmation]
) -> tuple[Quantity, Knowledge]:
    if not events:
        return _stated(line, permitted)
    return _sum(line, permitted, events), Knowledge.COUNTED


def _stated(line: CitesPosition, permitted: Quantity) -> tuple[Quantity, Knowledge]:
    endorsed = line.examination.quantity if line.examination else None
    return (endorsed, Knowledge.ENDORSED) if endorsed else (permitted, Knowledge.ISSUED)


def _sum(line: CitesPosition, like: Quantity, events: Sequence[Confirmation]) -> Quantity:
    counted = (event.of(line.id) for event in events)
    return total([quantity.amount for quantity in counted if quantity is not None], like)


def _differ(one: Quantity, other: Quantity) -> bool:
    return not one.like(other) or one.is_less_than(other) or other.is_less_than(one)
