"""Tables whose identifiers are whole: a row is a block of lines where the terminal is too narrow.

An identifier is copied into the next command. A part of it, or one that is broken over two lines,
is of no use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from gateway.cli.console import labelled, plain

_NARROWEST = 12
"""Cells that a column of words has at least, beside the identifiers."""

_PADDING = 2


@dataclass(slots=True)
class Records:
    """Rows of one shape. Values are text from outside, each on one line.

    columns: headings.  whole: names of columns with identifiers, which are never broken.
    """

    columns: Sequence[str]
    whole: frozenset[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add_row(self, *values: str) -> None:
        """Add a row, a value for each column."""
        self.rows.append(values)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render as a table, or as blocks where a table would break an identifier."""
        if self._narrowest() <= options.max_width:
            yield self._table()
            return
        for row in self.rows:
            for name, value in zip(self.columns, row, strict=True):
                if name in self.whole:
                    text = Text.assemble((f"{name} ", "bold"), plain(value))
                    text.no_wrap, text.overflow = True, "ignore"
                    yield text
                else:
                    yield labelled(name, value, "bold")
            yield ""

    def _narrowest(self) -> int:
        """Cells that the table takes at least."""
        cells = 0
        for place, name in enumerate(self.columns):
            longest = max(cell_len(plain(row[place]).plain) for row in self.rows or [self.columns])
            needed = max(longest, cell_len(name))
            cells += (needed if name in self.whole else min(needed, _NARROWEST)) + _PADDING
        return cells

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in self.columns:
            table.add_column(name, overflow="fold", no_wrap=name in self.whole)
        for row in self.rows:
            table.add_row(*map(plain, row))
        return table
