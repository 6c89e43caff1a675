"""Rows of the annual report from permits of other countries that our customs counted.

A permit that was only asked for is no trade, and is in no row.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from gateway.domain.ledger.endorsement import Role, SeenQuantity, issuing_side
from gateway.domain.ledger.foreign_use import identity_of
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import amount
from gateway.domain.report.own_permits import ReportYear
from gateway.domain.report.reported import (
    AgreedAmount,
    Journey,
    ReportedRow,
    RowBasis,
    Trade,
    as_agreed,
    in_year,
    numbers_of_origin,
    total,
)
from gateway.domain.rules.report.row import Side
from gateway.domain.white_space import collapsed


@dataclass(frozen=True, slots=True)
class Count:
    """A count of our customs. at: aware.  seen: as it was booked."""

    at: datetime
    seen: tuple[SeenQuantity, ...]


def rows_of_foreign(
    country: str,
    permit: Permit,
    counts: Sequence[Count],
    wanted: ReportYear,
    agreed: Mapping[str, AgreedAmount] = MappingProxyType({}),
) -> Iterator[ReportedRow]:
    """Yield the rows that a foreign permit adds to the importer's part of a year, a line each.

    country: code of the issuing country.  counts: the same quantities twice are one count, as the
    issuing country takes them.  agreed: amounts that both sides agreed to, by letter of the line.
    Import permits of the partner tell of our exports, which our own documents report.
    """
    if issuing_side(permit) is Role.IMPORT:
        return
    journey = Journey(
        Side.IMPORTER,
        wanted.year,
        country,
        country,
        country,
        permit.number.text,
        permit.purpose or "",
    )
    for line in permit.positions:
        counted = amounts_of(line, counts_of_year(counts, wanted))
        quantity = total(counted, line.quantity) if line.quantity else None
        if quantity is not None and quantity.amount > 0:
            trade = as_agreed(Trade(line, quantity, RowBasis.COUNTED), agreed)
            if trade.quantity.amount > 0:
                yield journey.row(trade, _numbers(permit, line, country))


def counts_of_year(counts: Sequence[Count], wanted: ReportYear) -> list[Count]:
    """Return the counts of a year, each quantity once: in the year in which it came first."""
    first: dict[tuple[tuple[str, Decimal], ...], Count] = {}
    for count in sorted(counts, key=lambda each: each.at):
        first.setdefault(identity_of(count.seen), count)
    return [each for each in first.values() if in_year(each.at, wanted.year, wanted.zone)]


def amounts_of(line: CitesPosition, counts: Collection[Count]) -> list[Decimal]:
    """Return what was counted on a line, a count each."""
    return [
        amount(seen.amount, position=line.id, box="14")
        for each in counts
        for seen in each.seen
        if seen.position == line.id
    ]


def own_import_permit(permit: Permit, country: str) -> str | None:
    """Number of our import permit that a foreign document rests on, None where it names none."""
    named = permit.import_permit
    if named is None or not named.number or named.country not in (None, country):
        return None
    return collapsed(named.number)


def _numbers(permit: Permit, line: CitesPosition, exporter: str) -> dict[str, str]:
    numbers = dict(numbers_of_origin(line, exporter))
    rests_on = permit.import_permit.number if permit.import_permit else None
    return {
        **numbers,
        "ImportPermit": collapsed(rests_on or ""),
        "ExportPermit": permit.number.text,
    }
