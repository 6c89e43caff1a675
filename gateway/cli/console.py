"""Output of the command line: text for people and JSON for programs on stdout, errors on stderr.

Text from outside is printed as it stands, a value on a line: its markup has no effect, and the
characters that `gateway.domain.foreign_text` names are shown as escapes. Lines begin where a view
lays them out, and nowhere else.
"""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.domain.foreign_text import in_json, one_line

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


def plain(text: str) -> Text:
    """Text from outside on one line, without markup; unsafe characters as escapes."""
    return Text(one_line(text))


def labelled(label: str, value: str, style: str = "") -> Table:
    """A label and a value on one line; a long value goes on below itself, never below the label.

    So no value is so long, or holds so many spaces, that a part of it begins a line.
    """
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text(style=style).append(plain(label)), plain(value))
    return row


def laid_out(lines: Iterable[str]) -> Text:
    """Several lines that a view has divided itself, each as `plain` has it."""
    return Text("\n").join(map(plain, lines))


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


@dataclass(slots=True)
class Output:
    """Output of one command. as_json: stdout is for a program and carries one JSON value alone."""

    as_json: bool = False
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def print(self, text: str, style: str = "") -> None:
        """Print a line for a person."""
        self.print_lines((text,), style)

    def print_lines(self, lines: Iterable[str], style: str = "") -> None:
        """Print lines for a person."""
        if not self.as_json:
            self.out.print(laid_out(lines), style=style, soft_wrap=True)

    def render(self, renderable: Any) -> None:
        """Print a table or another object that Rich renders, for a person."""
        if not self.as_json:
            self.out.print(renderable, crop=False)

    def write_json(self, value: object) -> None:
        """Write the result for a program, if one was asked for.

        Strings arrive unchanged; characters that must not reach a terminal are escapes of JSON.
        """
        if self.as_json:
            self.print_document(value)

    def print_document(self, value: object) -> None:
        """Print a document in JSON, whether or not --json was given. See `write_json`."""
        # Line feeds inside strings are escapes already: those left are the layout.
        lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
        self.out.print(Text("\n".join(map(in_json, lines))), soft_wrap=True)

    def progress(self, *columns: "ProgressColumn") -> "Progress":
        """Progress bars of long work: on a terminal only, removed at the end.

        columns: Rich's own if left out.
        """
        # Help pages and short commands do without this part of Rich.
        from rich.progress import Progress

        return Progress(
            *columns, console=self.err, transient=True, disable=not self.err.is_terminal
        )

    def print_advice(self, text: str) -> None:
        """Print a line on stderr that a person needs also where stdout is for a program."""
        self.err.print(plain(text), soft_wrap=True)

    def print_error(self, text: str, advice: str = "") -> None:
        """Print an error. text: a single sentence.  advice: the next step for a person."""
        self.err.print(Text("Error: ", style="bold red") + plain(text), soft_wrap=True)
        if advice:
            self.print_advice(advice)


OUTPUT: ContextVar[Output] = ContextVar("output")
"""The output of the command that is running."""


def output() -> Output:
    """The output of the command that is running."""
    return OUTPUT.get()
