"""Saved query: a table of the annual report by columns, filters and grouping, all of them data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.domain.errors import InvalidRequest
from gateway.domain.permit.quantity import plain
from gateway.domain.report.reported import SEIZED, ReportedRow
from gateway.domain.rules.report.row import Side

_MOST_GROUPS = 200_000
BESIDE = ("Part", "Issuer", "Permit", "Line", "Basis", "Permitted", "Description", "Remarks")
"""Columns beside those of the upload."""
COLUMNS = (*Side.IMPORTER.columns, *BESIDE)
"""Columns that a query may name."""


def values_of(row: ReportedRow) -> dict[str, str]:
    """Return every value of a row, by the columns of `COLUMNS`."""
    return {
        **dict.fromkeys(Side.IMPORTER.columns, ""),
        **row.cells,
        "Part": row.side.value,
        "Issuer": row.issuer,
        "Permit": row.number,
        "Line": row.position,
        "Basis": row.basis.value,
        "Permitted": row.permitted,
        "Description": row.description,
        "Remarks": row.remarks,
    }


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query.

    columns: those of its table, in order.  where: allowed values by column; a row must fit all.
    totals: rows with the same values are one row; its quantity is their sum.
    """

    name: str
    columns: tuple[str, ...]
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    totals: bool = False

    def fits(self, values: Mapping[str, str]) -> bool:
        """Whether a row is in the table."""
        return all(values[column] in allowed for column, allowed in self.where.items())

    def cells(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Return the cells of a row."""
        return tuple(values[column] for column in self.columns)


@dataclass(slots=True)
class Totals:
    """Sums of a query with totals, in the order in which the groups came first."""

    query: SavedQuery
    sums: dict[tuple[str, ...], Decimal] = field(default_factory=dict)

    def add(self, values: Mapping[str, str]) -> None:
        """Add a row. Raises InvalidRequest where the groups are too many for the memory."""
        group = self.query.cells({**values, "Quantity": ""})
        self.sums[group] = self.sums.get(group, Decimal(0)) + Decimal(values["Quantity"])
        if len(self.sums) > _MOST_GROUPS:
            raise InvalidRequest(
                f"The query {self.query.name} makes more than {_MOST_GROUPS} groups; name fewer"
                " columns."
            )

    def rows(self) -> list[tuple[str, ...]]:
        """Return the rows of the table."""
        columns = self.query.columns
        return [
            tuple(
                plain(total) if column == "Quantity" else cell
                for column, cell in zip(columns, group, strict=True)
            )
            for group, total in self.sums.items()
        ]


_FINISHED_GOODS = frozenset({
    "BEL", "BOC", "BPR", "CAR", "CLO", "CST", "FPL", "FPS", "FPT", "FRA", "FRN", "GAR", "HAN",
    "HAP", "HOC", "HPR", "IJW", "IVC", "JWL", "KEY", "LPL", "LPS", "MED", "PKY", "RUG", "SHO",
    "SKO", "TIC", "WAL", "WAT", "WOO", "WPR",
})  # fmt: skip
_GOODS = ("Part", "Appendix", "SpeciesName", "TermCode", "Quantity", "UnitCode")
ILLEGAL_TRADE = SavedQuery(
    "illegal-trade",
    (*_GOODS, "TradingPartner", "CountryOfOrigin", "Permit", "Year", "Description", "Remarks"),
    {"SourceCode": frozenset({SEIZED})},
)
"""Seized goods: what the exchange knows for the annual report on illegal trade."""

MANUFACTURED = SavedQuery(
    "manufactured",
    (*_GOODS, "TradingPartner", "CountryOfOrigin", "PurposeCode", "SourceCode", "Year"),
    {
        "Appendix": frozenset({"II", "III"}),
        "TermCode": _FINISHED_GOODS,
    },
    totals=True,
)
"""Manufactured products of Appendices II and III, added up without permit numbers.

The terms are those of finished goods; a query of the same name in [report] replaces this one.
Source: guidelines for annual reports, section on manufactured products.
"""
