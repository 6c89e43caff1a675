"""Verdict on a customs declaration: each field of each line agrees, differs, or is not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.people.sentence import Sentence


class Agreement(StrEnum):
    """Result of a comparison."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Field(StrEnum):
    """Field that is compared."""

    PERMIT = "permit"
    TOKEN = "token"  # noqa: S105 - the name of a field
    DAY = "day"
    POSITION = "position"
    SPECIES = "species"
    TERM = "term"
    SOURCE = "source"
    UNIT = "unit"
    QUANTITY = "quantity"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """Verdict on a field.

    box: of the permit.  declared, permitted: both values as text; None where there is none. The
    permitted quantity is what is free.  sentence: for a person.
    """

    field: Field
    agreement: Agreement
    box: str
    declared: str | None
    permitted: str | None
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """Verdict on a line. position: letter of the line of the permit; None where none was found."""

    line: DeclarationLine
    position: str | None
    fields: tuple[FieldVerdict, ...]

    @property
    def agreement(self) -> Agreement:
        """Differs where a field does; agrees only where every field does."""
        return worst(each.agreement for each in self.fields)

    def of(self, field: Field) -> FieldVerdict | None:
        """Return the verdict on a field; None where it was not compared."""
        return next((each for each in self.fields if each.field is field), None)

    @property
    def rank(self) -> tuple[int, int]:
        """Rank among the lines of a permit: fewest differences, then most agreements."""
        found = [each.agreement for each in self.fields]
        return found.count(Agreement.DIFFERS), -found.count(Agreement.AGREES)


@dataclass(frozen=True, slots=True)
class DeclarationVerdict:
    """Verdict on a whole declaration, line by line."""

    declaration: CustomsDeclaration
    lines: tuple[LineVerdict, ...]

    @property
    def agreement(self) -> Agreement:
        """Differs where a line does; agrees only where every line does."""
        return worst(each.agreement for each in self.lines)


def worst(found: Iterable[Agreement]) -> Agreement:
    """Return DIFFERS before UNKNOWN before AGREES; UNKNOWN of nothing."""
    seen = set(found)
    if Agreement.DIFFERS in seen:
        return Agreement.DIFFERS
    return Agreement.AGREES if seen == {Agreement.AGREES} else Agreement.UNKNOWN
