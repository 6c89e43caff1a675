"""Named documents: the permits that boxes 12 and 12a of a re-export name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.white_space import collapsed

REEXPORT = "REEXPORT"
"""Document type whose boxes 12 and 12a name where the goods came from."""

_CODE_LETTERS, _LONGEST_NUMBER = 2, 70
"""As identifiers have them (gateway/domain/identifiers.py); other text names no document."""


@dataclass(frozen=True, slots=True, order=True)
class DocumentName:
    """Name of a permit: code of the issuing country, and number. Both are compared exactly."""

    country: str
    number: str

    def __str__(self) -> str:
        return f"{self.country} {self.number}"


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that a permit names. box: 12 or 12a.  day: as it is stated there.

    positions: letters of the lines that name it.
    """

    name: DocumentName
    box: str
    day: date | None
    positions: tuple[str, ...]


def came_with(line: CitesPosition) -> DocumentName | None:
    """Return the document that the goods of a line came with.

    The last re-export certificate (box 12a), or else the permit of origin (box 12); None where
    neither box names country and number.
    Source: 50 CFR 23.23(e)(10).
    """
    return _last_reexport(line) or origin_of(line)


def origin_of(line: CitesPosition) -> DocumentName | None:
    """Return the permit of origin (box 12); None where the box lacks country or number."""
    origin = line.origin
    return _name(origin.country, origin.permit) if origin else None


def _last_reexport(line: CitesPosition) -> DocumentName | None:
    last = line.last_reexport
    return _name(last.country, last.certificate) if last else None


def named_documents(permit: Permit) -> Sequence[NamedDocument]:
    """Return the documents that a re-export names: first the ones of box 12a, then of box 12.

    Any other document names itself there at the most, so it names none.
    """
    if permit.type != REEXPORT:
        return ()
    found: dict[tuple[str, DocumentName, date | None], list[str]] = {}
    for box in ("12a", "12"):
        for line in permit.positions:
            for name, day in _of_box(line, box):
                found.setdefault((box, name, day), []).append(line.id)
    return [
        NamedDocument(name, box, day, tuple(letters)) for (box, name, day), letters in found.items()
    ]


def _of_box(line: CitesPosition, box: str) -> Iterator[tuple[DocumentName, date | None]]:
    name = origin_of(line) if box == "12" else _last_reexport(line)
    if name is None:
        return
    if box == "12":
        document = line.origin.permit if line.origin else None
    else:
        document = line.last_reexport.certificate if line.last_reexport else None
    yield name, document.issued.date() if document and document.issued else None


def _name(country: Country | None, document: ReferencedDocument | None) -> DocumentName | None:
    code = country.code if country else None
    number = collapsed(document.number) if document and document.number else ""
    if code is None or len(code) != _CODE_LETTERS or not 0 < len(number) <= _LONGEST_NUMBER:
        return None
    return DocumentName(code, number)
