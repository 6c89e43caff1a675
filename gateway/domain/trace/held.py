"""Held document: a permit of the chain that is at hand, with what was counted on its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.references.taxa import keys_of
from gateway.domain.trace.named import DocumentName

_NOT_USED = frozenset({Status.CANCELLED, Status.RETURNED})
"""Nothing leaves on such a document unless it was counted."""


class Knowledge(StrEnum):
    """How a document is known."""

    OWN = "own"
    """Our authority issued it."""
    ANSWERED = "answered"
    """Its issuer answered now."""
    COPY = "copy"
    """An earlier answer of its issuer, from the journal."""


class Reason(StrEnum):
    """Why a document is not at hand."""

    NOT_ISSUED = "not-issued"
    """Our authorities have issued no permit of this number."""
    ALTERED = "altered"
    """This permit of ours is not what its signed record says: nothing is derived from it."""
    NO_PARTNER = "no-partner"
    """No partner of that country is configured, so it cannot be asked."""
    REFUSED = "refused"
    """Its issuer gave no document."""
    UNREACHABLE = "unreachable"
    """Its issuer could not be reached, and no earlier copy is at hand."""
    NOT_ASKED = "not-asked"
    """The questions of this trace were used up, or it asks no partner."""
    NOT_TRUSTED = "not-trusted"
    """The answer was not usable: its seal is missing or broken, or it cannot be read."""
    TOO_MANY = "too-many"
    """The tree holds as many documents, or as many steps, as it may."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that is not at hand. code: of the error, empty where there was none."""

    reason: Reason
    code: str = ""


class Basis(StrEnum):
    """Basis of a quantity."""

    COUNTED_AT_IMPORT = "counted-at-import"
    COUNTED_AT_EXPORT = "counted-at-export"
    """In the ledger, or in box 14."""
    PERMITTED = "permitted"
    """Box 11: no count is known."""
    NOT_USED = "not-used"
    """The document ended before anything was counted on it."""

    @property
    def is_counted(self) -> bool:
        """Whether customs counted it."""
        return self in (Basis.COUNTED_AT_IMPORT, Basis.COUNTED_AT_EXPORT)


@dataclass(frozen=True, slots=True)
class Counted:
    """Quantity that customs counted on a line; None for a side without a count."""

    at_export: Quantity | None = None
    at_import: Quantity | None = None


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document at hand.

    counted: by letter of the line.  at: when the copy came, aware; None for one of ours.
    status: of one of ours; of a copy, what its issuer said instead of the permit; else None.
    counted_at_import: key of each partner that counted one of ours at import, with the moment.
    """

    name: DocumentName
    permit: Permit
    knowledge: Knowledge
    counted: Mapping[str, Counted] = field(default_factory=dict)
    at: datetime | None = None
    status: Status | None = None
    counted_at_import: tuple[tuple[str, datetime], ...] = ()

    def came_in(self, line: CitesPosition) -> tuple[Quantity, Basis] | None:
        """Return what a line brought to the country of import, and the basis; None if unknown.

        A count at import goes before one at export, and any count before box 11.
        """
        counted = self._counted(line)
        return self._best(
            line,
            (counted.at_import, Basis.COUNTED_AT_IMPORT),
            (counted.at_export, Basis.COUNTED_AT_EXPORT),
            unused=self.status in _NOT_USED,
        )

    def went_out(self, line: CitesPosition) -> tuple[Quantity, Basis] | None:
        """Return what left on a line, and the basis; None if unknown.

        A count at export goes before one at import. Of a document that another has replaced,
        nothing leaves but what was counted: the rest leaves on its successor.
        """
        counted = self._counted(line)
        return self._best(
            line,
            (counted.at_export, Basis.COUNTED_AT_EXPORT),
            (counted.at_import, Basis.COUNTED_AT_IMPORT),
            unused=self.status in _NOT_USED or self.status is Status.REPLACED,
        )

    def _counted(self, line: CitesPosition) -> Counted:
        """The counts of a line; box 14 of the document where nothing else was counted there."""
        counted = self.counted.get(line.id, Counted())
        shown = line.examination.quantity if line.examination else None
        return Counted(counted.at_export or shown, counted.at_import)

    @staticmethod
    def _best(
        line: CitesPosition, *counts: tuple[Quantity | None, Basis], unused: bool
    ) -> tuple[Quantity, Basis] | None:
        for quantity, basis in counts:
            if quantity is not None:
                return quantity, basis
        if line.quantity is None:
            return None
        if unused:
            return Quantity(Decimal(0), line.quantity.unit), Basis.NOT_USED
        return line.quantity, Basis.PERMITTED


def taxon_of(line: CitesPosition) -> str:
    """Return the name of box 7 as the names of two documents are compared, without author."""
    return keys_of(line.scientific_name)[1] if line.scientific_name else ""


def lines_by_taxon(permit: Permit) -> Mapping[str, Sequence[CitesPosition]]:
    """Return the lines of a permit by their taxon, in their order.

    Made once for a document: a partner's may have thousands of lines, and to go through them for
    each line of another takes minutes.
    """
    found: dict[str, list[CitesPosition]] = {}
    for line in permit.positions:
        found.setdefault(taxon_of(line), []).append(line)
    return found
