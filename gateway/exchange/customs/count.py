"""Count: quantities that an officer counted on a foreign permit, line by line.

The counted quantities are booked in the outbox, which tells the issuing country. Specimens dead on
arrival and seized ones stand in the record of the act alone: the message ConfirmQuantities has no
place for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import QuantityExceeded, QuantityInvalid
from gateway.domain.ledger.endorsement import SeenQuantity, judge
from gateway.domain.ledger.foreign_use import Counted, remaining
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.customs.look_up import LookUpPermit, ShownLookUp
from gateway.exchange.customs.officer import Officer
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.people.acts import Act
from gateway.exchange.ports import Clock, Journal, NewId, OutgoingConfirmation


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What the officer typed for a line, as text. counted: empty where it was not counted."""

    counted: str = ""
    dead: str = ""
    seized: str = ""


@dataclass
class CountRefused(Exception):
    """Entries of a count that are wrong. problems: field (`counted@A`) -> what is wrong."""

    problems: Mapping[str, "CountProblem"]


@dataclass(frozen=True, slots=True)
class CountProblem:
    """What is wrong with an entry. left: what remains, where more was counted."""

    is_too_much: bool = False
    left: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CountQuantities:
    """Use case: book what an officer counted."""

    look_ups: LookUpPermit
    book: BookConfirmation
    journal: Journal
    clock: Clock
    new_id: NewId

    def count(
        self, officer: Officer, shown: ShownLookUp, lines: Mapping[str, CountedLine]
    ) -> OutgoingConfirmation | None:
        """Record and book a count; None where no line was counted.

        lines: by letter.  Raises CountRefused with every entry that is wrong; LookupError where the
        permit is not shown; ServiceUnavailable, KeyUnusable.
        """
        if shown.permit is None:
            raise LookupError("no permit is shown")
        permit, look_up = shown.permit.permit, shown.look_up
        problems = problems_of(permit, counted_before(shown), lines)
        if problems:
            raise CountRefused(problems)
        seen = [
            SeenQuantity(letter, line.counted.strip())
            for letter, line in lines.items()
            if line.counted.strip()
        ]
        if not seen:
            return None
        # The record comes first: should booking fail, nothing that was typed is lost.
        act = officer.act(
            Act.COUNTED,
            self.clock(),
            country=look_up.country,
            number=look_up.number,
            lines="; ".join(_words(letter, line) for letter, line in lines.items() if _any(line)),
        )
        self.journal.record(act.exchange(self.new_id()))
        return self.book.book(
            look_up.country,
            look_up.number,
            self.look_ups.token_of(look_up),
            seen,
            officer.person.full_name,
        )


def counted_before(shown: ShownLookUp) -> Sequence[Counted]:
    """Return what our customs counted before, but for what a person has given up."""
    return [each.seen for each in shown.counted if each.state is not DeliveryState.DROPPED]


def problems_of(
    permit: Permit, before: Sequence[Counted], lines: Mapping[str, CountedLine]
) -> Mapping[str, CountProblem]:
    """Return what is wrong with each entry: no quantity, no such line, or more than remains.

    Specimens that are dead on arrival or seized may be as many as box 11 says; the line is counted
    too, if only with 0.
    """
    problems: dict[str, CountProblem] = {}
    for letter, line in lines.items():
        for kind, text in (("counted", line.counted), ("dead", line.dead), ("seized", line.seized)):
            if text.strip():
                problem = _problem(permit, before, letter, text.strip(), kind)
                if problem:
                    problems[f"{kind}@{letter}"] = problem
        if _any(line) and not line.counted.strip():
            problems[f"counted@{letter}"] = CountProblem()
    return problems


def _problem(
    permit: Permit, before: Sequence[Counted], letter: str, text: str, kind: str
) -> CountProblem | None:
    position = permit.position(letter)
    left = remaining(position, before) if position else None
    try:
        ((_, quantity),) = judge(permit, [SeenQuantity(letter, text)])
    except QuantityExceeded:
        return CountProblem(is_too_much=True, left=left)
    except QuantityInvalid:
        return CountProblem()
    if kind == "counted" and left is not None and left.is_less_than(quantity):
        stays_with_holder = permit.document_type.multi_use
        return None if stays_with_holder else CountProblem(is_too_much=True, left=left)
    return None


def _any(line: CountedLine) -> bool:
    return any(text.strip() for text in (line.counted, line.dead, line.seized))


def _words(letter: str, line: CountedLine) -> str:
    parts = (("", line.counted), ("dead ", line.dead), ("seized ", line.seized))
    named = ", ".join(f"{word}{text.strip()}" for word, text in parts if text.strip())
    return f"{letter}: {named}"
