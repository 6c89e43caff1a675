"""Reading of one file of reference data: its rows, and everything that is wrong with it."""

from collections.abc import Sequence

from gateway.domain.errors import ReferenceDataInvalid
from gateway.exchange.ports.listings.files import PlacedRow

_MOST_PROBLEMS = 20


class Reading:
    """A file that is being read. left_out: number of rows that no rule needs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.rows: list[PlacedRow] = []
        self.problems: list[ReferenceDataInvalid] = []
        self.left_out = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether there are so many problems that reading on tells a person nothing."""
        return len(self.problems) >= _MOST_PROBLEMS

    def refuse(self, row: int, field: str | None, text: str, expected: str) -> None:
        """Note a problem. row: line of a CSV file, or index in a list.  field: column, or key."""
        self.problems.append(
            ReferenceDataInvalid(text, file=self._name, row=row, field=field, expected=expected)
        )


def combined(problems: Sequence[ReferenceDataInvalid]) -> ReferenceDataInvalid:
    """Return the first problem with the others beside it, up to a number."""
    first, *others = problems[:_MOST_PROBLEMS]
    first.also = tuple(others)
    return first
