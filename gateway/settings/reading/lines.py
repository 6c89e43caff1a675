"""Line numbers of keys in a TOML file, which the standard library does not give."""

import re
from collections.abc import Sequence

Place = tuple[str | int, ...]
"""Path from the root to a value: names of keys, and indexes into arrays."""

_LIST_TABLE = re.compile(r"\s*\[\[(?P<name>[^\]]+)\]\]")
_TABLE = re.compile(r"\s*\[(?P<name>[^\]]+)\]")
_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*(?P<name>{_NAME}(?:\s*\.\s*{_NAME})*)\s*=")


def lines_of(text: str) -> list[str]:
    """Lines of a TOML file: LF or CR LF alone ends one, as U+2028 may stand in a text."""
    return text.replace("\r\n", "\n").split("\n")


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _places(text: str) -> dict[Place, int]:
    """Line of every table and key. Keys inside inline tables have none of their own."""
    lines: dict[Place, int] = {}
    counts: dict[tuple[str, ...], int] = {}

    def indexed(names: tuple[str, ...]) -> Place:
        place: list[str | int] = []
        for length, name in enumerate(names, 1):
            place.append(name)
            if names[:length] in counts:
                place.append(counts[names[:length]])
        return tuple(place)

    table: Place = ()
    for number, line in enumerate(lines_of(text), 1):
        if found := _LIST_TABLE.match(line):
            names = _names(found["name"])
            counts = {
                other: count
                for other, count in counts.items()
                if other[: len(names)] != names or other == names
            }
            counts[names] = counts.get(names, -1) + 1
            table = indexed(names)
        elif found := _TABLE.match(line):
            table = indexed(_names(found["name"]))
        elif found := _KEY.match(line):
            lines.setdefault((*table, *_names(found["name"])), number)
            continue
        else:
            continue
        for length in range(1, len(table) + 1):
            lines.setdefault(table[:length], number)
    return lines


def place_at(text: str, line: int, key: str) -> Place:
    """Place of a key that is written in a line (1-based); the key alone where it is in none."""
    found = (place for place, number in _places(text).items() if number == line)
    return next((place for place in found if place[-1] == key), (key,))


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """Line (1-based) of a key, or of the nearest table around it that is written.

    None where neither the key nor any table around it is written.
    """
    lines = _places(text)
    for length in range(len(place), 0, -1):
        if line := lines.get(tuple(place[:length])):
            return line
    return None
