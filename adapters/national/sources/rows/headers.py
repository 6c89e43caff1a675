"""Header row: names of columns of a table, compared with those that a mapping names."""

from collections.abc import Sequence

from adapters.national.source import combined
from adapters.national.values import cleaned
from gateway.domain.errors import RecordInvalid
from gateway.domain.white_space import collapsed

MAX_COLUMNS = 1_000


def header(
    file: str, row: int, cells: Sequence[str], columns: Sequence[str], sheet: str | None = None
) -> dict[int, str]:
    """Place of each column, from 0, and its name as the mapping spells it.

    columns: named by the mapping. Outer and repeated white space in names does not count.
    Raises RecordInvalid for every column that is missing, or that stands twice.
    """
    place = f"{file}, sheet {sheet}" if sheet else file
    if len(cells) > MAX_COLUMNS:
        raise RecordInvalid(
            f"The row has {len(cells)} cells.",
            file=place,
            row=row,
            expected=f"at most {MAX_COLUMNS} columns",
        )
    written = [collapsed(cleaned(cell)) for cell in cells]
    found: dict[int, str] = {}
    problems = []
    for column in columns:
        name = collapsed(column)
        count = written.count(name)
        if count == 1:
            found[written.index(name)] = column
            continue
        text = "This column stands twice." if count else "There is no column of this name."
        there = ", ".join(filter(None, written))
        expected = "each column once" if count else f"a column of the source: {there[:2_000]}"
        problems.append(RecordInvalid(text, file=place, row=row, field=column, expected=expected))
    if problems:
        raise combined(problems)
    return found
