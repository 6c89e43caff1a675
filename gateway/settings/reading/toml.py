"""TOML of a configuration file, read past its mistakes, so that all of them are named at once.

The parser of the standard library stops at the first mistake. A value without quotes is taken as
the text that it was meant to be, and a line that is no TOML is left out; each is a problem.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from gateway.settings.reading.lines import lines_of

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ASSIGNMENT = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>[^\s\"'\[{#][^#\"'\[\]{}]*)")
_MOST_MISTAKES = 200


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that is no TOML. line: 1-based.  key: of an assignment, without its table."""

    line: int
    text: str
    key: str | None = None


@dataclass(slots=True)
class Toml:
    """Content of a file. data: None where no more than its mistakes is known."""

    data: dict[str, Any] | None
    mistakes: list[Mistake] = field(default_factory=list)


def read_toml(text: str) -> Toml:
    """Read a file past its mistakes, as far as its tables can be told apart."""
    found = Toml(None)
    lines = lines_of(text)
    for _ in range(_MOST_MISTAKES):
        try:
            found.data = tomllib.loads("\n".join(lines))
            break
        except tomllib.TOMLDecodeError as error:
            if not _step_past(error, lines, found.mistakes):
                break
    return found


def _step_past(error: tomllib.TOMLDecodeError, lines: list[str], mistakes: list[Mistake]) -> bool:
    """Note the mistake and take it out of the lines; False where reading cannot go on."""
    place = _PLACE.search(str(error))
    reason = str(error)[: place.start()] if place else str(error)
    if not place or not place[1]:
        mistakes.append(Mistake(len(lines), f"not TOML: {reason}"))
        return False
    number = int(place[1])
    line = lines[number - 1]
    assigned = _ASSIGNMENT.match(line)
    if assigned and not any(each.line == number for each in mistakes):
        value = assigned["value"].rstrip()
        quoted = json.dumps(value, ensure_ascii=False)
        text = f"is no value of TOML; a text stands in quotes: {assigned['key']} = {quoted}"
        mistakes.append(Mistake(number, text, assigned["key"]))
        lines[number - 1] = f"{assigned['key']} = {quoted}"
        return True
    mistakes.append(Mistake(number, f"not TOML: {reason}"))
    lines[number - 1] = ""
    return not line.lstrip().startswith("[") and bool(line.strip())
