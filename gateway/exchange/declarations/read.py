"""Reading of what declarations hold of permits: of one declaration, one permit, or the newest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.domain.declarations.use import LineUse, UseEvent
from gateway.exchange.ports.declarations.uses import DeclaredUseReading

MOST_EVENTS = 500
"""Events that are looked at where neither declaration nor permit is named."""


@dataclass(frozen=True, slots=True)
class ReadDeclarations:
    """Use case: list the lines of declarations with their history. Raises ServiceUnavailable."""

    reading: DeclaredUseReading

    def of_declaration(self, number: str) -> Sequence[LineUse]:
        """Return the lines of a declaration."""
        return _lines(self.reading.of_declaration(number))

    def of_permit(self, country: str, number: str) -> Sequence[LineUse]:
        """Return the lines of every declaration on a permit."""
        return _lines(self.reading.of_permit(country, number))

    def newest(self) -> Sequence[LineUse]:
        """Return the lines of the declarations that were acted on last, each whole."""
        numbers = dict.fromkeys(each.declaration for each in self.reading.newest(MOST_EVENTS))
        return [line for number in numbers for line in self.of_declaration(number)]


def _lines(events: Iterable[UseEvent]) -> Sequence[LineUse]:
    histories: dict[tuple[str, str, str, str], list[UseEvent]] = {}
    for event in events:
        histories.setdefault(event.key, []).append(event)
    return [LineUse(tuple(each)) for each in histories.values()]
