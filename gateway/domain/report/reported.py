"""Reported row: cells of the upload, and beside them what its quantity is based on.

The upload file takes no further columns, so the basis, the description and the marks stand in a
table beside it, row for row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from gateway.domain.permit.party import Country
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, plain
from gateway.domain.rules.report.row import Side
from gateway.domain.white_space import collapsed

SEIZED = "I"
"""Source of confiscated or seized specimens."""
UNKNOWN_COUNTRY = "XX"
NUMBER_OF_SPECIMENS = "NAR"


class RowBasis(StrEnum):
    """Basis of the quantity of a row."""

    AGREED = "agreed"
    """Both sides counted otherwise, and a person of each agreed to it in its own gateway."""
    COUNTED = "counted"
    """Our customs counted it."""
    COUNTED_BY_PARTNER = "counted-by-partner"
    """Customs of the other country counted it, and ours did not."""
    BOX_14 = "box-14"
    """Box 14 of the document said it when it was issued."""
    PERMITTED = "permitted"
    """Box 11: nothing says whether the permit was used."""

    @property
    def is_actual(self) -> bool:
        """Whether the quantity is that of actual trade."""
        return self is not RowBasis.PERMITTED


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """A row of the report.

    cells: by column of the upload.  issuer, number, position: the line of the permit it tells of.
    permitted: box 11.  description, remarks: box 9 and its marks.
    """

    side: Side
    cells: Mapping[str, str]
    basis: RowBasis
    issuer: str
    number: str
    position: str
    permitted: str
    description: str
    remarks: str

    @property
    def is_seizure(self) -> bool:
        """Whether the row tells of seized goods. Source: guidelines for annual reports."""
        return self.cells["SourceCode"] == SEIZED


@dataclass(frozen=True, slots=True)
class Trade:
    """Trade in one line of a permit, in one year. quantity: in the unit of box 11."""

    line: CitesPosition
    quantity: Quantity
    basis: RowBasis


@dataclass(frozen=True, slots=True)
class Journey:
    """Facts of a shipment that all its rows share.

    partner: code of the other country.  exporter: code of the country that the goods left.
    issuer, number: of the document.  purpose: box 5a.
    """

    side: Side
    year: int
    partner: str
    exporter: str
    issuer: str
    number: str
    purpose: str

    def row(self, trade: Trade, numbers: Mapping[str, str]) -> ReportedRow:
        """Return the row of a line. numbers: permit numbers by column; absent ones are empty."""
        line, quantity = trade.line, trade.quantity
        origin = country_code(line.origin.country if line.origin else None)
        values = {
            "Appendix": line.appendix or "",
            "SpeciesName": collapsed(line.scientific_name or ""),
            "TermCode": line.term or "",
            "Quantity": plain(quantity.amount),
            "UnitCode": unit_code(quantity),
            "TradingPartner": self.partner,
            "CountryOfOrigin": "" if origin == self.exporter else origin,
            "PurposeCode": self.purpose,
            "SourceCode": source_code(line),
            "Year": str(self.year),
            **numbers,
        }
        return ReportedRow(
            self.side,
            {column: values.get(column, "") for column in self.side.columns},
            trade.basis,
            self.issuer,
            self.number,
            line.id,
            str(line.quantity) if line.quantity else "",
            collapsed(line.description or ""),
            "; ".join(map(collapsed, line.marks)),
        )


def as_agreed(trade: Trade, agreed: Mapping[str, "AgreedAmount"]) -> Trade:
    """Return the trade with the quantity that both sides agreed to, where they did.

    A line that was counted in several years keeps what was counted in each: the agreement is about
    all of it.
    """
    found = agreed.get(trade.line.id)
    if found is None or str(trade.quantity) not in (found.ours, found.theirs):
        return trade
    return replace(
        trade, quantity=Quantity(found.amount, trade.quantity.unit), basis=RowBasis.AGREED
    )


@dataclass(frozen=True, slots=True)
class AgreedAmount:
    """Amount that both sides agreed to, in the unit of box 11. ours, theirs: as they counted."""

    amount: Decimal
    ours: str
    theirs: str


def unit_code(quantity: Quantity) -> str:
    """Return the CITES code of a unit; empty for numbers of specimens, as the upload has them."""
    code = quantity.current_unit
    return "" if code == NUMBER_OF_SPECIMENS else code


def source_code(line: CitesPosition) -> str:
    """Return the single code of the upload: I for seized goods, else the first of box 10."""
    return SEIZED if SEIZED in line.sources else next(iter(line.sources), "")


def country_code(country: Country | None) -> str:
    """Return the code of a box; XX where it names a country without its code; empty without one."""
    if country is None:
        return ""
    return country.code or (UNKNOWN_COUNTRY if country.name else "")


def numbers_of_origin(line: CitesPosition, exporter: str) -> Iterator[tuple[str, str]]:
    """Yield the column and number of the permit of box 12.

    Specimens from the sea (source X) rest on an introduction-from-the-sea certificate, which has a
    column of its own.
    """
    origin = line.origin
    if origin is None or origin.permit is None or not origin.permit.number:
        return
    number = collapsed(origin.permit.number)
    if "X" in line.sources:
        yield "IFSPermit", number
    elif country_code(origin.country) not in ("", exporter):
        yield "OriginPermit", number


def in_year(at: datetime | None, year: int, zone: tzinfo) -> bool:
    """Whether a moment lies in a calendar year of a zone."""
    return at is not None and at.astimezone(zone).year == year


def total(amounts: list[Decimal], like: Quantity) -> Quantity:
    """Return a sum in the unit of a quantity."""
    return Quantity(sum(amounts, Decimal(0)), like.unit)
