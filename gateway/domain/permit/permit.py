"""Permit form, boxes 1 to 15: a permit or certificate as a document shows it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from gateway.domain.codes import DocumentType, document_type
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.party import Location, Party, ReferencedDocument, Signatory
from gateway.domain.permit.position import CitesPosition, Examination
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)

UNSTATED = timezone(timedelta(0), "unstated")
"""Time zone of a moment that was written without one: read as UTC, written without zone again."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A value outside every known box, kept so that reading and writing again loses nothing.

    version: schema version of its document ("v1", "v2"). The other version writes the value only
    where it has the same place.
    place: path from the root, each step a name and an index from 0, as in
    `HeaderExchangedDocument[0]/Name[1]`. A step may have a key in place of the index:
    `IncludedSupplyChainConsignmentItem[ID=A]`.
    text: the value; None where only attributes of a known value are carried.
    attributes: name and value, as written.
    """

    version: str
    place: str
    text: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """Content of the form, of our own or a foreign permit.

    Everything but number and type may be absent in a foreign document.

    number: box 1.
    type: code of the document type (`EXPORT`, `OWNERSHIP` ...), see codes.document_type.
    type_name: the words of box 1 for a document of another type, where our list has no such name.
    copy: true for a copy.
    valid_from, valid_until: box 2, aware, valid to midnight of the day as written. Only a document
    type without a fixed period may have no last day.
    importer: 3, 3a.  exporter: 4.  special_conditions: 5.
    replacement, retrospective, partially_completed, import_permit, carnet, annex: variants, which
    are stated in box 5; None where the document is none.
    purpose: 5a, a single letter; purpose_text: its words.
    management_authority: 6, its stamp 5b.  applicant: 4.  issuer: 13.  examiner: 14.
    issued_at, issued_where: 13.  transport: 15.  examination: 14, for the whole document.
    positions: the lines, 7 to 12b and 14.
    unreadable: leaves of a foreign document without a value, of the document and of its lines.
    Source: Res. Conf. 12.3, standard form; wire contract, section 6.
    """

    number: CertificateNumber
    type: str
    type_name: str | None = None
    copy: bool | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    importer: Party | None = None
    exporter: Party | None = None
    special_conditions: tuple[str, ...] = ()
    replacement: Replacement | None = None
    retrospective: Retrospective | None = None
    partially_completed: PartiallyCompleted | None = None
    import_permit: ImportPermit | None = None
    carnet: Carnet | None = None
    annex: Annex | None = None
    purpose: str | None = None
    purpose_text: str | None = None
    management_authority: Signatory | None = None
    applicant: Signatory | None = None
    issuer: Signatory | None = None
    examiner: Signatory | None = None
    issued_at: datetime | None = None
    issued_where: Location | None = None
    transport: ReferencedDocument | None = None
    examination: Examination | None = None
    positions: tuple[CitesPosition, ...] = ()
    carried: tuple[Carried, ...] = ()
    unreadable: tuple[UnreadableLeaf, ...] = ()

    @property
    def valid_before(self) -> datetime | None:
        """The midnight that ends the last day of box 2, in its own zone; None without such a day.

        Source: Res. Conf. 12.3, box 2: valid until, that day included.
        """
        if self.valid_until is None:
            return None
        midnight = self.valid_until.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=1)

    def expired_since(self, at: datetime) -> datetime | None:
        """Return the end of validity where it is not after a moment; None where it is valid then.

        at: aware.
        """
        end = self.valid_before
        return end if end is not None and end <= at else None

    @property
    def document_type(self) -> DocumentType:
        """Document type with its validity and use, from the code list."""
        return document_type(self.type)

    def left_to_holder(self, box: str) -> bool:
        """Whether a box may be blank, as the holder of a partially completed document fills it in.

        Source: 50 CFR 23.51.
        """
        return self.partially_completed is not None and self.partially_completed.leaves(box)

    @property
    def needs_last_day(self) -> bool:
        """Whether box 2 must have a last day: the document type has a fixed period.

        Source: 50 CFR 23.54(b).
        """
        return self.document_type.months is not None

    def position(self, letter: str) -> CitesPosition | None:
        """Return the line of a letter, compared exactly; None where there is none."""
        return next((line for line in self.positions if line.id == letter), None)

    def hides(self, box: str, position: str | None) -> bool:
        """Whether a box holds text that is not readable, so that it is neither empty nor known.

        position: letter of the line; None for a box of the whole document.
        """
        return any(
            (leaf.box, leaf.position) == (box, position) and not leaf.not_set
            for leaf in self.unreadable
        )

    @property
    def is_endorsed(self) -> bool:
        """Whether box 14 shows a quantity for every line."""
        return bool(self.positions) and all(
            line.examination is not None and line.examination.quantity is not None
            for line in self.positions
        )

    def as_issued(self) -> "Permit":
        """Return the permit with box 14 empty, as the authority issued it."""
        lines = tuple(replace(line, examination=None) for line in self.positions)
        return replace(self, examination=None, positions=lines)

    @property
    def countries(self) -> frozenset[str]:
        """Codes of the (re-)exporting and importing countries that the form names.

        Partners of these countries may see the permit.
        """
        parties = (
            self.importer,
            self.exporter,
            self.management_authority and self.management_authority.party,
        )
        named = (party.country.code for party in parties if party and party.country)
        return frozenset(code for code in named if code)
