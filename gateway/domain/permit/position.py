"""Line of a permit (CitesPosition): boxes 7 to 12b, and box 14 per line."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.permit.party import Country, Location, Party, ReferencedDocument
from gateway.domain.permit.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Quota:
    """Box 11a: exported this year including this permit, of the annual quota (`500/1000`).

    text: what the figures alone do not say, such as "tusks of 2 of 100 animals".
    """

    used_to_date: Quantity | None = None
    annual: Quantity | None = None
    text: str | None = None

    def without_unit(self) -> "Quota":
        """The same figures without a unit."""
        used, annual = self.used_to_date, self.annual
        figures = used and Quantity(used.amount), annual and Quantity(annual.amount)
        return Quota(*figures, self.text)


@dataclass(frozen=True, slots=True)
class Origin:
    """Box 12: country where the specimens were taken, bred or propagated, and its permit."""

    country: Country | None = None
    permit: ReferencedDocument | None = None


@dataclass(frozen=True, slots=True)
class LastReexport:
    """Box 12a: country of last re-export and its certificate."""

    country: Country | None = None
    certificate: ReferencedDocument | None = None


@dataclass(frozen=True, slots=True)
class RegisteredOperation:
    """Box 12b: registered breeding operation or date of acquisition (pre-Convention).

    category_code: code of the operation; only schema version 2 has an element for it.
    registration: number and name of the operation.  acquired: aware.
    acquired_before: day before which the specimen was acquired, where the exact day is not known;
    aware.  acquired_statement: what the authority states of it.
    Source: Convention, Article VII.2; Res. Conf. 13.6; 50 CFR 23.23(e)(9), 23.45.
    """

    category_code: str | None = None
    registration: ReferencedDocument | None = None
    acquired: datetime | None = None
    acquired_before: datetime | None = None
    acquired_statement: str | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """Box 14: examination of the specimens by an officer.

    at: aware.  quantity: in the unit of box 11.  port: place of the examination.
    authority: that certifies it.
    dead_on_arrival, seized: what the inspection found beside the counted quantity, of a line, in
    the unit of box 11.
    """

    at: datetime | None = None
    quantity: Quantity | None = None
    port: Location | None = None
    authority: Party | None = None
    dead_on_arrival: Quantity | None = None
    seized: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CitesPosition:
    """A line of a permit.

    id: its letter, the key of ConfirmQuantities; a token without white space.
    scientific_name: box 7.  common_names: box 8.
    description, term, marks: box 9; term is the three-letter CITES code.
    appendix: I, II or III.  sources: a letter, and a second letter for sources I and O (box 10).
    annotation: number of the annotation of the listing (`#4`), beside box 10.
    quantity: box 11.  quota: 11a.  origin: 12.  last_reexport: 12a.  operation: 12b.
    examination: 14.
    Everything but the letter may be absent in a foreign document.
    Source: Res. Conf. 12.3, standard form.
    """

    id: str
    scientific_name: str | None = None
    common_names: tuple[str, ...] = ()
    description: str | None = None
    term: str | None = None
    marks: tuple[str, ...] = ()
    appendix: str | None = None
    sources: tuple[str, ...] = ()
    annotation: str | None = None
    quantity: Quantity | None = None
    quota: Quota | None = None
    origin: Origin | None = None
    last_reexport: LastReexport | None = None
    operation: RegisteredOperation | None = None
    examination: Examination | None = None
