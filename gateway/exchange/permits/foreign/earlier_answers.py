"""Earlier answers: documents of a permit that a partner sent before, read from the journal again.

They are shown where the partner cannot be reached. The caller verifies the seal of each anew, and
decides which is shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import CertificateNumber
from gateway.domain.partner import OperationName
from gateway.exchange.permits.check_file import AnswerUnusable
from gateway.exchange.ports import Direction, Exchange, JournalFilter, PartnerReply

_NAMES = {
    False: (OperationName.GET_NON_FINAL,),
    True: (OperationName.GET_FINAL, OperationName.GET_FINAL_AS_THE_HUB),
}
_MAX_ANSWERS = 20


class JournalSearch(Protocol):
    """The journal, as far as it is searched for answers of partners."""

    def search(self, wanted: JournalFilter, count: int) -> Sequence[Exchange]:
        """Exchanges that match, newest first, at most `count`. Raises ServiceUnavailable."""


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer of a partner. at: when it came, aware.  partner: its key, None where unknown."""

    reply: PartnerReply
    at: datetime
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierAnswers:
    """Earlier answers. read_answer: of the bytes of a SOAP answer; raises AnswerUnusable."""

    journal: JournalSearch
    read_answer: Callable[[bytes], PartnerReply]

    def of(self, number: CertificateNumber, *, final: bool) -> Iterator[EarlierAnswer]:
        """Yield the answers to the same question, newest first. Raises ServiceUnavailable.

        Number alone is compared: the document names its country, and the seal proves it.
        """
        asked = (
            exchange
            for name in _NAMES[final]
            for exchange in self.journal.search(
                JournalFilter(number.text, operation=str(name), outcome="ok"), _MAX_ANSWERS
            )
            if exchange.direction is Direction.OUT
        )
        for exchange in sorted(asked, key=lambda each: each.began_at, reverse=True):
            try:
                reply = self.read_answer(exchange.answer)
            except AnswerUnusable:
                continue
            yield EarlierAnswer(reply, exchange.ended_at, exchange.callee)
