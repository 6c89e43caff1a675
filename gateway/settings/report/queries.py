"""Saved queries of the annual report, [[report_query]]: columns, filters and grouping as data."""

from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.domain.report.query import COLUMNS, SavedQuery
from gateway.settings.section import Section, matching, wrong

_MOST_VALUES = 200


def _columns(named: tuple[str, ...]) -> tuple[str, ...]:
    """Check names of columns: known, and each once."""
    unknown = [name for name in named if name not in COLUMNS]
    if unknown:
        raise wrong(f"must be columns of {' '.join(COLUMNS)}; {unknown[0]} is none")
    if len(set(named)) < len(named):
        raise wrong("must not name a column twice")
    return named


def _filters(where: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Check filters: known columns, and values for each."""
    _columns(tuple(where))
    if not all(0 < len(values) <= _MOST_VALUES for values in where.values()):
        raise wrong(f"must have 1 to {_MOST_VALUES} values for each column")
    return where


class ReportQuerySettings(Section):
    """[[report_query]]: a table that is written beside the annual report."""

    name: Annotated[
        str, AfterValidator(matching(r"[a-z0-9-]{1,24}", "must be 1 to 24 of a-z 0-9 -"))
    ]
    """Its name, part of the file's name. One of the same name as ours takes its place."""

    columns: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_columns)]
    """Its columns, in order."""

    where: Annotated[dict[str, tuple[str, ...]], AfterValidator(_filters)] = Field(
        default_factory=dict
    )
    """Values that a row must have, by column; any of several. Left out: all rows."""

    totals: bool = False
    """Whether rows that are alike but for their quantity are added into one."""

    @property
    def query(self) -> SavedQuery:
        """The query of the report."""
        where = {column: frozenset(values) for column, values in self.where.items()}
        return SavedQuery(self.name, self.columns, where, self.totals)
