"""How do we speak? People on stdout, programs as JSON on stdout, errors on stderr; never a markup from outside."""

import json
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import Progress, ProgressColumn
from rich.text import Text

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def plain(text: str) -> Text:
    """Text from outside, as it stands: no markup is obeyed, no control character reaches the terminal."""
    return Text(_UNPRINTABLE.sub("\ufffd", text))


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


@dataclass(slots=True)
class Voice:
    """as_json: a program reads stdout, so nothing but one JSON value goes there."""

    as_json: bool = False
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def say(self, text: str, style: str = "") -> None:
        """A line for a person."""
        if not self.as_json:
            self.out.print(plain(text), style=style, soft_wrap=True)

    def show(self, thing: Any) -> None:
        """A table or another thing that Rich draws, for a person."""
        if not self.as_json:
            self.out.print(thing)

    def tell(self, value: object) -> None:
        """The result for a program."""
        if self.as_json:
            self.out.print(json.dumps(value, ensure_ascii=False, indent=2), soft_wrap=True)

    def progress(self, *columns: ProgressColumn) -> Progress:
        """How far long work is, on a terminal, gone when it is done. columns: left out, Rich's own."""
        return Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal)

    def complain(self, text: str, advice: str = "") -> None:
        """An error: one sentence, then what to do."""
        self.err.print(Text("Error: ", style="bold red") + plain(text), soft_wrap=True)
        if advice:
            self.err.print(plain(advice), soft_wrap=True)


VOICE: ContextVar[Voice] = ContextVar("voice")
"""The voice of the command that is running."""


def voice() -> Voice:
    """The voice of the command that is running."""
    return VOICE.get()
