"""Variants of a permit: forms of a document beside its kind, stated in box 5.

Each is a field of the permit, never words of box 5 to be searched for. A document has at most one
of each, and may have several of them.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replacement of a document that was lost, stolen, damaged or destroyed.

    number, issued: of the document that is replaced; issued is aware.  reason: in words.
    Source: 50 CFR 23.52; Reg. (EC) 865/2006, Article 12.
    """

    number: str | None = None
    issued: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Retrospective:
    """Retrospective document, issued after the goods had left.

    agreement: that of the Management Authority of the other country, as a reference in one line.
    agreed_at: its date, aware.  reason: in words.
    Source: 50 CFR 23.53; Res. Conf. 12.3, on retrospective documents.
    """

    agreement: str | None = None
    agreed_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PartiallyCompleted:
    """Partially completed document of a simplified procedure.

    boxes: numbers of the boxes that the holder fills in (`3`, `11`); a number stands for the boxes
    with a letter, too (`3` for `3a`).  shipments: number for which the document was issued; box 11
    is the quantity of all of them together.
    Source: 50 CFR 23.51; Res. Conf. 12.3, on simplified procedures.
    """

    boxes: tuple[str, ...] = ()
    shipments: int | None = None

    def leaves(self, box: str) -> bool:
        """Whether the holder fills in a box."""
        return box in self.boxes or box.rstrip("ab") in self.boxes


@dataclass(frozen=True, slots=True)
class ImportPermit:
    """Import permit that an export of an Appendix I specimen rests on.

    issued: aware.  country: code of the issuing country.
    Source: Convention, Articles III.2(d) and III.4(c).
    """

    number: str | None = None
    issued: datetime | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Carnet:
    """ATA carnet that a sample collection travels with.

    valid_until: last day, aware.
    Source: 50 CFR 23.23(e)(12); Reg. (EC) 865/2006, Article 44a.
    """

    number: str | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """Annex to the form. pages: their number, at least 1.

    Source: 50 CFR 23.23(e)(1).
    """

    pages: int | None = None
