"""Customs declaration: lines that rely on permits, as a customs system states them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.permit.quantity import Quantity

MOST_LINES = 999
"""Lines of one declaration: those of a single administrative document."""

LONGEST_NUMBER = 70
"""Characters of the number of a declaration or of a line."""


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """A line of a declaration that relies on one permit.

    item: number of the line on the declaration.
    country, number: of the permit: the country that issued it, and box 1.
    authority: code of our authority that issued it, where several have a permit of this number.
    token: of the permit; never in a text.
    position: line of the permit by its letter, or by its place from 1; None where not stated.
    scientific_name: of the specimens.  description: of the goods, in the trader's words.
    term, source: codes of boxes 9 and 10.  quantity: in any unit.
    origin: code of the country where the specimens were taken, bred or propagated (box 12).
    customs_origin: code of the country where the goods were made, in the sense of customs law.
    Everything but item, country and number may be absent: the forms of customs differ.
    """

    item: str
    country: str
    number: str
    token: str | None = field(default=None, repr=False)
    position: str | None = None
    scientific_name: str | None = None
    description: str | None = None
    term: str | None = None
    source: str | None = None
    quantity: Quantity | None = None
    origin: str | None = None
    customs_origin: str | None = None
    authority: str | None = None

    @property
    def permit(self) -> tuple[str, str]:
        """Country and number of the permit."""
        return self.country, self.number


@dataclass(frozen=True, slots=True)
class CustomsDeclaration:
    """A declaration to customs. number: as customs registered it.  day: of import or export."""

    number: str
    lines: tuple[DeclarationLine, ...]
    day: date | None = None

    def validated(self) -> "CustomsDeclaration":
        """Return the declaration. Raises DeclarationInvalid, InvalidRequest."""
        require_number(self.number, "number")
        if not 0 < len(self.lines) <= MOST_LINES:
            raise DeclarationInvalid(
                f"A declaration has 1 to {MOST_LINES} lines that rely on a permit.", field="lines"
            )
        for line in self.lines:
            require_number(line.item, "item", line.item[:LONGEST_NUMBER])
            IsoCountryCode.parse(line.country)
            CertificateNumber.of_partner(line.number)
        again = [key for key, count in Counter(map(_key, self.lines)).items() if count > 1]
        if again:
            raise DeclarationInvalid(
                "The declaration names this line twice for the same permit.",
                item=again[0][0],
                field="item",
            )
        return self


def require_number(text: str, name: str, item: str | None = None) -> None:
    """Require the number of a declaration or of a line: 1 to 70 visible characters, no space.

    name: of the entry.  item: of the line, None for the declaration.  Raises DeclarationInvalid.
    """
    if not 0 < len(text) <= LONGEST_NUMBER or not text.isprintable() or " " in text:
        raise DeclarationInvalid(
            f"The number of a declaration or line has 1 to {LONGEST_NUMBER} visible characters"
            " and no space.",
            item=item,
            field=name,
        )


def _key(line: DeclarationLine) -> tuple[str, str, str]:
    return line.item, line.country, line.number
