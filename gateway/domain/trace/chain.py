"""Chain of a line: from a re-export to the document on which its goods left their origin.

A chain closes where each document is at hand, has a line of the taxon, and the last one is no
re-export and was issued by the country of origin (box 12).
Source: 50 CFR 23.23(e)(10).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from gateway.domain.permit.position import CitesPosition
from gateway.domain.trace.held import HeldDocument, Missing, taxon_of
from gateway.domain.trace.named import REEXPORT, DocumentName, came_with, origin_of

_MOST_WAYS = 100
"""Ways that are tried for a line: documents that name each other crosswise have very many."""


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
    return tuple(_best(line, (name,), documents) for line in held.permit.positions)


def _best(line: CitesPosition, path: tuple[DocumentName, ...], documents: Documents) -> Chain:
    """The first chain of a line that closes, or else its first chain."""
    first: Chain | None = None
    for chain in islice(_chains(line, line, path, documents), _MOST_WAYS):
        if chain.closes:
            return chain
        first = first or chain
    if first is None:
        raise ValueError("A line has one chain at least.")
    return first


def _chains(
    first: CitesPosition,
    line: CitesPosition,
    path: tuple[DocumentName, ...],
    documents: Documents,
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
    found, longer = documents.get(named), (*path, named)
    if not isinstance(found, HeldDocument):
        yield Chain(first.id, longer, ChainEnd.NOT_AT_HAND, found)
        return
    lines = [each for each in found.permit.positions if taxon_of(each) == taxon_of(line)]
    if not lines:
        yield Chain(first.id, longer, ChainEnd.OTHER_GOODS)
    elif found.permit.type != REEXPORT:
        yield Chain(first.id, longer, _origin_end(first, named))
    else:
        for each in _alike_first(line, lines):
            yield from _chains(first, each, longer, documents)


def _alike_first(line: CitesPosition, lines: list[CitesPosition]) -> list[CitesPosition]:
    """Lines of another document that differ in what they came with, those of the same term first.

    Lines that came with the same document lead on the same way, so one of them is enough: a
    document of many lines would else be walked many times at each step.
    """
    differing: dict[DocumentName | None, CitesPosition] = {}
    for each in sorted(lines, key=lambda other: other.term != line.term):
        differing.setdefault(came_with(each), each)
    return list(differing.values())


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
