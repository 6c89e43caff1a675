"""Port of journal lines: attributes of exchanges without their messages, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.exchange.ports.journal import Direction


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """Attributes of an exchange, as in `Exchange`, without its messages."""

    id: str
    direction: Direction
    began_at: datetime
    ended_at: datetime
    operation: str | None
    caller: str | None
    callee: str | None
    fingerprint: str | None
    permit_number: str | None
    outcome: str

    @property
    def partner(self) -> str:
        """The other side: key or country; empty where it is not known, and for own records."""
        sides = {Direction.IN: self.caller, Direction.OUT: self.callee}
        return sides.get(self.direction) or ""

    @property
    def milliseconds(self) -> int:
        """Time from beginning to end."""
        return round((self.ended_at - self.began_at).total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Filter on lines. None: any value.

    partner: key of the other side, in either direction.
    fingerprints: of certificates that are the partner's, for requests in which one was refused.
    directions: ways of the exchange.
    failed: whether the outcome is another than `ok`.
    since, until: bounds on the beginning, aware; until is exclusive.
    """

    permit_number: str | None = None
    partner: str | None = None
    directions: frozenset[Direction] | None = None
    operation: str | None = None
    outcome: str | None = None
    failed: bool = False
    since: datetime | None = None
    until: datetime | None = None
    fingerprints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of lines, newest first. further: id to go on before; None where nothing is older."""

    lines: Sequence[ExchangeLine]
    further: str | None


class ExchangeLines(Protocol):
    """Lines of the journal. Every method raises ServiceUnavailable."""

    def page(self, wanted: LineFilter, before: str | None, most: int, scanned: int) -> LinePage:
        """Return the newest lines that match and have a smaller id than `before`.

        most: lines on the page.  scanned: records that are looked at, at most, so that the cost of
        a page is bounded. A page may hold fewer lines than `most` and still have more after it.
        """

    def between(
        self, after: str, before: datetime, most: int, since: datetime | None = None
    ) -> Sequence[ExchangeLine]:
        """Return the lines with ids after one and of a time before a moment, in order of ids.

        since: only those of this moment or later.
        """
