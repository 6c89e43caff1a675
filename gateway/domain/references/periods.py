"""Period and limits of a reference row: from which day to which day, and for what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Codes = frozenset[str] | None
"""Codes that a row is limited to. Empty: any. None: the data do not say, or say it in words."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a row holds, both included. None: without that end."""

    begins: date | None = None
    ends: date | None = None

    def includes(self, day: date) -> bool:
        """Whether a day is within the period."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )

    @property
    def is_calendar_year(self) -> bool:
        """Whether it is one year from 1 January to 31 December."""
        begins, ends = self.begins, self.ends
        return (
            begins is not None
            and ends is not None
            and begins.year == ends.year
            and (begins.month, begins.day, ends.month, ends.day) == (1, 1, 12, 31)
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Terms (box 9), sources (box 10) and purposes (box 5a) that a row is limited to."""

    terms: Codes = None
    sources: Codes = None
    purposes: Codes = None

    @property
    def are_stated(self) -> bool:
        """Whether all three are given as codes."""
        return None not in (self.terms, self.sources, self.purposes)

    def exclude(self, term: str | None, sources: Sequence[str], purpose: str | None) -> bool:
        """Whether the codes that are stated leave this trade out.

        A box that is empty is left out by no limit: it may be anything.
        """
        return (
            _leaves_out(self.terms, (term,) if term else ())
            or _leaves_out(self.sources, sources)
            or _leaves_out(self.purposes, (purpose,) if purpose else ())
        )


def _leaves_out(limit: Codes, found: Sequence[str]) -> bool:
    return bool(limit) and bool(found) and limit is not None and limit.isdisjoint(found)
