"""Chain of a line: from a re-export to the document on which its goods left their origin.

A chain closes where each document is at hand, has a line of the taxon, and the last one is no
re-export and was issued by the country of origin (box 12).
Source: 50 CFR 23.23(e)(10).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from gateway.domain.permit.position import CitesPosition
from gateway.domain.trace.held import HeldDocument, Missing, lines_by_taxon, taxon_of
from gateway.domain.trace.named import REEXPORT, DocumentName, came_with, origin_of

_MOST_WAYS = 100
"""Ways that are tried for a line: documents that name each other crosswise have very many."""
_MOST_OF_ALL = 10_000
"""Ways that are tried for all lines of a document; one for each line at the least."""


class ChainEnd(StrEnum):
    """How a chain ends."""

    CLOSED = "closed"
    CLOSED_BY_DATE = "closed-by-date"
    """Pre-Convention: box 12b has the date of acquisition, and no document is needed."""
    NOT_NAMED = "not-named"
    """Boxes 12 and 12a name no document with country and number."""
    NOT_AT_HAND = "not-at-hand"
    OTHER_GOODS = "other-goods"
    """The document has no line of the taxon."""
    CIRCLE = "circle"
    OTHER_ORIGIN = "other-origin"
    """The last document is not the permit, or not of the country, that box 12 names."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Chain of a line. path: its documents, from the re-export on.

    missing: why the last document is not at hand, where the end is NOT_AT_HAND.
    """

    position: str
    path: tuple[DocumentName, ...]
    end: ChainEnd
    missing: Missing | None = None

    @property
    def closes(self) -> bool:
        """Whether the goods are followed to their origin."""
        return self.end in (ChainEnd.CLOSED, ChainEnd.CLOSED_BY_DATE)


Documents = Mapping[DocumentName, HeldDocument | Missing]


def chains_of(name: DocumentName, documents: Documents) -> tuple[Chain, ...]:
    """Return the chain of each line of a re-export; nothing for another document.

    documents: of its tree. A document that is not among them counts as not at hand.
    """
    held = documents.get(name)
    if not isinstance(held, HeldDocument) or held.permit.type != REEXPORT:
        return ()
    lines = held.permit.positions
    ways = max(1, min(_MOST_WAYS, _MOST_OF_ALL // max(1, len(lines))))
    walk = _Walk(documents)
    return tuple(walk.best(line, name, ways) for line in lines)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a taxon on one document, of those that came with the same document the first.

    They lead on the same way, so one of them is enough.
    """

    every: Sequence[CitesPosition]
    by_term: Mapping[str | None, Sequence[CitesPosition]]

    @classmethod
    def of(cls, lines: Sequence[CitesPosition]) -> "_Lines":
        every: dict[DocumentName | None, CitesPosition] = {}
        by_term: dict[str | None, dict[DocumentName | None, CitesPosition]] = {}
        for line in lines:
            named = came_with(line)
            every.setdefault(named, line)
            by_term.setdefault(line.term, {}).setdefault(named, line)
        alike = {term: list(found.values()) for term, found in by_term.items()}
        return cls(list(every.values()), alike)

    def alike_first(self, line: CitesPosition) -> Iterator[CitesPosition]:
        """Yield the lines on which the goods of another may have come, those of its term first."""
        alike = self.by_term.get(line.term, ())
        yield from alike
        seen = {came_with(each) for each in alike}
        yield from (each for each in self.every if came_with(each) not in seen)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walk over the documents of a tree. lines: of each document, by taxon, once it is needed."""

    documents: Documents
    lines: dict[DocumentName, Mapping[str, _Lines]] = field(default_factory=dict)

    def best(self, line: CitesPosition, name: DocumentName, most: int) -> Chain:
        """The first chain of a line that closes, or else its first chain. most: ways to try."""
        first: Chain | None = None
        for chain in islice(self._chains(line, line, (name,)), most):
            if chain.closes:
                return chain
            first = first or chain
        if first is None:
            raise ValueError("A line has one chain at least.")
        return first

    def _chains(
        self, first: CitesPosition, line: CitesPosition, path: tuple[DocumentName, ...]
    ) -> Iterator[Chain]:
        """Yield a chain for each line that the goods may have come on; one at least."""
        named = came_with(line)
        if named is None:
            end = ChainEnd.CLOSED_BY_DATE if _is_pre_convention(line) else ChainEnd.NOT_NAMED
            yield Chain(first.id, path, end)
            return
        if named in path:
            yield Chain(first.id, (*path, named), ChainEnd.CIRCLE)
            return
        found, longer = self.documents.get(named), (*path, named)
        if not isinstance(found, HeldDocument):
            yield Chain(first.id, longer, ChainEnd.NOT_AT_HAND, found)
            return
        lines = self._lines(found).get(taxon_of(line))
        if lines is None:
            yield Chain(first.id, longer, ChainEnd.OTHER_GOODS)
        elif found.permit.type != REEXPORT:
            yield Chain(first.id, longer, _origin_end(first, named))
        else:
            for each in lines.alike_first(line):
                yield from self._chains(first, each, longer)

    def _lines(self, held: HeldDocument) -> Mapping[str, _Lines]:
        known = self.lines.get(held.name)
        if known is None:
            found = lines_by_taxon(held.permit).items()
            known = self.lines[held.name] = {taxon: _Lines.of(lines) for taxon, lines in found}
        return known


def _origin_end(first: CitesPosition, last: DocumentName) -> ChainEnd:
    stated = origin_of(first)
    country = first.origin.country.code if first.origin and first.origin.country else None
    if (stated and stated != last) or (country and country != last.country):
        return ChainEnd.OTHER_ORIGIN
    return ChainEnd.CLOSED


def _is_pre_convention(line: CitesPosition) -> bool:
    """Source: Convention, Article VII.2; 50 CFR 23.45."""
    operation = line.operation
    dated = operation is not None and (operation.acquired or operation.acquired_before)
    return "O" in line.sources and bool(dated)
