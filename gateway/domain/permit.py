"""Boxes 1 to 15: one permit or certificate as a document shows it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from gateway.domain.codes import DocumentType, document_type
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.party import Location, Party, ReferencedDocument, Signatory
from gateway.domain.position import CitesPosition, Examination

UNSTATED = timezone(timedelta(0), "unstated")
"""Time zone of a moment that was written without one: reckoned as UTC, written back without."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Something a document carries outside every known box, kept so that nothing is lost on a round trip.

    version: schema version of the document it came in ("v1", "v2"); another writes it only where it has the place.
    place: where, as steps from the root, each a name and an index from 0: `HeaderExchangedDocument[0]/Name[1]`.
    A step may name what tells it apart instead of an index: `IncludedSupplyChainConsignmentItem[ID=A]`.
    text: the value; None where only attributes of a known value are carried.  attributes: name and value, as written.
    """

    version: str
    place: str
    text: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """What the form says, whoever issued it. Everything but number and type may be absent in a foreign document.

    number: box 1.  type: code of the document type (`EXPORT`, `OWNERSHIP` ...), see codes.document_type.
    type_name: the words of box 1 for a document of another kind, where they are not our list's own.
    copy: true for a copy.  valid_from, valid_until: box 2, aware, valid to midnight of the day as written.
    importer: 3, 3a.  exporter: 4.  special_conditions: 5.  purpose: 5a, one letter; purpose_text: its words.
    management_authority: 6, its stamp 5b.  applicant: 4.  issuer: 13.  examiner: 14.
    issued_at, issued_where: 13.  transport: 15.  examination: 14, for the whole document.
    positions: the lines, 7 to 12b and 14.
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

    @property
    def document_type(self) -> DocumentType:
        """The type with its validity and use, from the code list."""
        return document_type(self.type)

    def position(self, letter: str) -> CitesPosition | None:
        """The line of this letter, compared exactly; None where there is none."""
        return next((line for line in self.positions if line.id == letter), None)

    def expired_on(self, day: date) -> bool:
        """Whether the last day of box 2 is over. The day counts as written, in the zone it was written in."""
        return self.valid_until is not None and day > self.valid_until.date()

    @property
    def is_endorsed(self) -> bool:
        """Whether box 14 shows a quantity for every line."""
        return bool(self.positions) and all(
            line.examination is not None and line.examination.quantity is not None for line in self.positions
        )

    def as_issued(self) -> "Permit":
        """The permit with box 14 empty, as it left the authority."""
        lines = tuple(replace(line, examination=None) for line in self.positions)
        return replace(self, examination=None, positions=lines)

    @property
    def countries(self) -> frozenset[str]:
        """Codes of the countries the form names as (re-)exporting and importing: those with an eye on it by right."""
        parties = (self.importer, self.exporter, self.management_authority and self.management_authority.party)
        named = (party.country.code for party in parties if party and party.country)
        return frozenset(code for code in named if code)
