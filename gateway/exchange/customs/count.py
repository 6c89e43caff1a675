"""Count: quantities that an officer counted on a foreign permit, line by line.

The counted quantities are booked in the outbox, which tells the issuing country. Specimens dead on
arrival and seized ones stand in the record of the act alone: the message ConfirmQuantities has no
place for them. The remaining quantity is the one of declarations, too
(gateway/exchange/declarations/free.py). It is read, and the count is stored, under the lock of the
permit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.errors import QuantityExceeded, QuantityInvalid
from gateway.domain.ledger.endorsement import SeenQuantity, judge
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.customs.look_up import LookUpPermit, ShownLookUp
from gateway.exchange.customs.officer import Officer
from gateway.exchange.declarations.free import FreeQuantities, free_of
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.people.acts import Act
from gateway.exchange.ports import BeginWork, Clock, NewId, OutgoingConfirmation


@dataclass(frozen=True, slots=True)
class CountedLine:
    """Entry of the officer for a line, as text. counted: empty where it was not counted."""

    counted: str = ""
    dead: str = ""
    seized: str = ""


@dataclass
class CountRefused(Exception):
    """Entries of a count that are wrong. problems: field (`counted@A`) -> what is wrong."""

    problems: Mapping[str, "CountProblem"]


@dataclass(frozen=True, slots=True)
class CountProblem:
    """Mistake of an entry. left: the rest, where more was counted."""

    is_too_much: bool = False
    left: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CountQuantities:
    """Use case: book what an officer counted. free: counts what remains."""

    look_ups: LookUpPermit
    book: BookConfirmation
    free: FreeQuantities
    begin_work: BeginWork
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
        name = look_up.country, look_up.number
        token = self.look_ups.token_of(look_up)
        with self.begin_work() as work:
            work.declared.lock([name])
            problems = problems_of(permit, free_of(permit, self.free.use(work, name)), lines)
            if problems:
                raise CountRefused(problems)
            seen = [
                SeenQuantity(letter, line.counted.strip()).with_unit_of(permit)
                for letter, line in lines.items()
                if line.counted.strip()
            ]
            if not seen:
                return None
            outgoing, event = self.book.prepare(*name, token, seen, officer.person.full_name)
            act = officer.act(
                Act.COUNTED,
                self.clock(),
                country=look_up.country,
                number=look_up.number,
                lines="; ".join(
                    _words(letter, line) for letter, line in lines.items() if _any(line)
                ),
            )
            work.record(act.exchange(self.new_id()))
            work.declared.book(outgoing, event)
            work.commit()
        return outgoing

    def remaining(self, shown: ShownLookUp) -> Mapping[str, Quantity]:
        """Return what remains of each line of a permit that is shown, by letter.

        A line is left out where that is not known.  Raises PermitAltered, ServiceUnavailable.
        """
        if shown.permit is None:
            return {}
        permit, look_up = shown.permit.permit, shown.look_up
        with self.begin_work() as work:
            return free_of(permit, self.free.use(work, (look_up.country, look_up.number)))


def problems_of(
    permit: Permit, free: Mapping[str, Quantity], lines: Mapping[str, CountedLine]
) -> Mapping[str, CountProblem]:
    """Return what is wrong with each entry: no quantity, no such line, or more than remains.

    free: the rest of each line, by letter.
    Specimens that are dead on arrival or seized may be as many as box 11 says; the line is counted
    too, if only with 0.
    """
    problems: dict[str, CountProblem] = {}
    for letter, line in lines.items():
        for kind, text in (("counted", line.counted), ("dead", line.dead), ("seized", line.seized)):
            if text.strip():
                problem = _problem(permit, free.get(letter), letter, text.strip(), kind)
                if problem:
                    problems[f"{kind}@{letter}"] = problem
        if _any(line) and not line.counted.strip():
            problems[f"counted@{letter}"] = CountProblem()
    return problems


def _problem(
    permit: Permit, left: Quantity | None, letter: str, text: str, kind: str
) -> CountProblem | None:
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
