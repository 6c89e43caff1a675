"""Share of closed chains: of the re-exports of a year, those whose goods are followed home."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.domain.trace.chain import ChainEnd
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import Trace
from gateway.exchange.ports.trace.reexports import ReexportPlace, Reexports
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.trace.trace import TracePermit

_AT_ONCE = 200
_MOST_NAMED = 1000


@dataclass(slots=True)
class ChainShare:
    """Figure of a year. ends: of the lines.

    not_closed: the first re-exports whose chain does not close.
    passed: permits with a document of which more was re-exported than came in.
    """

    year: int
    reexports: int = 0
    closed: int = 0
    ends: Counter[ChainEnd] = field(default_factory=Counter)
    not_closed: list[DocumentName] = field(default_factory=list)
    passed: list[DocumentName] = field(default_factory=list)

    @property
    def share(self) -> Decimal | None:
        """Percentage of re-exports whose chains close, to a tenth; None without re-exports."""
        if not self.reexports:
            return None
        return (Decimal(100) * self.closed / self.reexports).quantize(Decimal("0.1"))

    def add(self, trace: Trace) -> None:
        """Add the trace of a re-export."""
        self.reexports += 1
        self.ends.update(chain.end for chain in trace.chains)
        if trace.closes:
            self.closed += 1
        elif len(self.not_closed) < _MOST_NAMED:
            self.not_closed.append(trace.root.name)
        if trace.passed and len(self.passed) < _MOST_NAMED:
            self.passed.append(trace.root.name)


@dataclass(frozen=True, slots=True)
class ShareOfChains:
    """Use case: the figure of a year, of our re-exports, without asking a partner."""

    served: ServedAuthorities
    reexports: Reexports
    trace: TracePermit

    def of_year(self, year: int) -> ChainShare:
        """Return the figure of the re-exports that were issued in a year.

        Raises ServiceUnavailable, KeyUnusable.
        """
        figure = ChainShare(year)
        for name in self._names(year):
            figure.add(self.trace.trace(name.country, name.number, questions=0))
        return figure

    def _names(self, year: int) -> Iterator[DocumentName]:
        place, days = None, (date(year, 1, 1), date(year, 12, 31))
        page: Sequence[tuple[ReexportPlace, DocumentName]]
        while page := self.reexports.of_days(self.served.authorities, *days, place, _AT_ONCE):
            yield from (name for _, name in page)
            place = page[-1][0]
