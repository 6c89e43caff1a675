"""Rows of the annual report from permits of our own authorities.

Documents of the country that the goods leave are rows of the exporter's part, import permits and
certificates of introduction from the sea rows of the importer's. A quantity that customs counted
goes before what box 11 permits, and counts in the year in which it was counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from types import MappingProxyType

from gateway.domain.ledger.endorsement import Confirmation, Role, issuing_side
from gateway.domain.permit.party import Party
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.published import PublishedPermit
from gateway.domain.report.reported import (
    AgreedAmount,
    Journey,
    ReportedRow,
    RowBasis,
    Trade,
    as_agreed,
    country_code,
    in_year,
    numbers_of_origin,
    total,
)
from gateway.domain.rules.report.report import Basis, year_of_trade
from gateway.domain.rules.report.row import Side
from gateway.domain.white_space import collapsed

FROM_THE_SEA = "ZZ"
"""Code in place of a country for specimens that were introduced from the sea."""


@dataclass(frozen=True, slots=True)
class ReportYear:
    """A calendar year of a Party. zone: of its authority, for the border of the year."""

    country: str
    year: int
    zone: tzinfo

    @property
    def name(self) -> str:
        """Beginning of the names of files: `MZ-2025`."""
        return f"{self.country}-{self.year}"


def rows_of_own(
    published: PublishedPermit,
    wanted: ReportYear,
    agreed: Mapping[str, AgreedAmount] = MappingProxyType({}),
) -> Iterator[ReportedRow]:
    """Yield the rows that a permit of ours adds to the report of a year, a line each.

    agreed: amounts that both sides agreed to, by letter of the line.

    Lines of a zero quantity are left out, and so is what was permitted on a document that is
    cancelled, replaced or declared used up.
    Source: Convention, Article VIII.7; guidelines for annual reports.
    """
    journey = _journey(published.permit, wanted)
    for line in published.permit.positions:
        trade = _trade(published, line, wanted)
        if trade is not None:
            trade = as_agreed(trade, agreed)
        if trade is not None and trade.quantity.amount > 0:
            yield journey.row(trade, _numbers(published.permit, line, journey))


def _trade(published: PublishedPermit, line: CitesPosition, wanted: ReportYear) -> Trade | None:
    permit, own = published.permit, issuing_side(published.permit)
    if line.quantity is None:
        return None
    for basis, is_own in ((RowBasis.COUNTED, True), (RowBasis.COUNTED_BY_PARTNER, False)):
        events = [
            event
            for event in published.effective_confirmations
            if (event.role is own) is is_own and event.of(line.id) is not None
        ]
        if events:
            return Trade(line, total(_amounts(events, line, wanted), line.quantity), basis)
    if line.examination is not None and line.examination.quantity is not None:
        in_this_year = year_of_trade(permit, Basis.ACTUAL_TRADE) == wanted.year
        return Trade(line, line.examination.quantity, RowBasis.BOX_14) if in_this_year else None
    is_open = published.status.in_force and not published.used_up
    if is_open and year_of_trade(permit, Basis.ISSUED_PERMITS) == wanted.year:
        return Trade(line, line.quantity, RowBasis.PERMITTED)
    return None


def _amounts(events: list[Confirmation], line: CitesPosition, wanted: ReportYear) -> list[Decimal]:
    counted = (event.of(line.id) for event in events if in_year(event.at, wanted.year, wanted.zone))
    return [quantity.amount for quantity in counted if quantity is not None]


def _journey(permit: Permit, wanted: ReportYear) -> Journey:
    importing = issuing_side(permit) is Role.IMPORT
    other = _country(permit.exporter if importing else permit.importer)
    if permit.type == "IFS":
        other = FROM_THE_SEA
    return Journey(
        Side.IMPORTER if importing else Side.EXPORTER,
        wanted.year,
        other,
        other if importing else wanted.country,
        wanted.country,
        permit.number.text,
        permit.purpose or "",
    )


def _country(party: Party | None) -> str:
    return country_code(party.country if party else None)


def _numbers(permit: Permit, line: CitesPosition, journey: Journey) -> dict[str, str]:
    of_origin = dict(numbers_of_origin(line, journey.exporter))
    number = permit.number.text
    if permit.type == "IFS":
        return {"IFSPermit": number}
    if journey.side is Side.EXPORTER:
        return {**of_origin, "ExportPermit": number}
    return {
        **of_origin,
        "ImportPermit": number,
        "ExportPermit": _export_permit(line, journey.partner),
    }


def export_permits_of(permit: Permit) -> Iterator[tuple[str, str]]:
    """Yield country and number of the documents that an import permit of ours rests on."""
    partner = _country(permit.exporter)
    for line in permit.positions:
        if number := _export_permit(line, partner):
            yield partner, number


def _export_permit(line: CitesPosition, partner: str) -> str:
    """Number of the document under which the goods left the partner, as box 12a or 12 names it."""
    last, origin = line.last_reexport, line.origin
    if last and last.certificate and country_code(last.country) == partner:
        return collapsed(last.certificate.number or "")
    if origin and origin.permit and country_code(origin.country) == partner:
        return collapsed(origin.permit.number or "")
    return ""
