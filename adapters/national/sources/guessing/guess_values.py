"""Guesses from values: dates, numbers and words of a column, each with what is unsure of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from adapters.national.sources.formats import date_text, number_text, plain_text, shown
from adapters.national.sources.words import WordTable, word_table
from adapters.national.values import UnexpectedValue
from gateway.exchange.ports import Cell
from gateway.settings.national import NumberFormat

_DATES = (
    "yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "dd.mm.yyyy", "dd-mm-yyyy", "mm-dd-yyyy",
    "yyyy/mm/dd", "d/m/yyyy", "m/d/yyyy", "d.m.yyyy", "yyyymmdd",
)  # fmt: skip
_NUMBERS = (
    NumberFormat(".", None), NumberFormat(",", None), NumberFormat(".", ","),
    NumberFormat(",", "."), NumberFormat(".", " "), NumberFormat(",", " "),
)  # fmt: skip
_MOST_WORDS = 50

Format = TypeVar("Format")


@dataclass(frozen=True, slots=True)
class Guess(Generic[Format]):
    """A format, and why it is unsure; None where it is sure."""

    format: Format
    unsure: str | None = None


@dataclass(slots=True)
class WordGuess:
    """Words of a column. needed: whether a table translates them.  unknown: word -> near code."""

    needed: bool
    unknown: dict[str, str] = field(default_factory=dict)


def guess_date(cells: Sequence[Cell], rows: Sequence[int]) -> Guess[str]:
    """The pattern that most cells fit. rows: of the cells, for the remark."""
    return _best(cells, rows, _DATES, lambda cell, pattern: date_text(cell, pattern, None))


def guess_numbers(cells: Sequence[Cell], rows: Sequence[int]) -> Guess[NumberFormat]:
    """The format that most cells fit."""
    return _best(cells, rows, _NUMBERS, number_text)


def _best(
    cells: Sequence[Cell],
    rows: Sequence[int],
    formats: Sequence[Format],
    read: Callable[[Cell, Format], str],
) -> Guess[Format]:
    """The first of the formats that read most cells; unsure where another reads them otherwise."""
    readings = {
        index: [_read(read, cell, each) for cell in cells] for index, each in enumerate(formats)
    }
    counts = {index: sum(value is not None for value in found) for index, found in readings.items()}
    best = max(counts, key=lambda index: (counts[index], -index))
    remarks = [
        f"{_shown(cells[place])} in row {rows[place]} may mean {one} or {other}"
        for place, one, other in _otherwise(readings, counts, best)
    ][:1]
    misfits = [place for place, value in enumerate(readings[best]) if value is None]
    if misfits:
        said = f"{_shown(cells[misfits[0]])} in row {rows[misfits[0]]}"
        remarks.append(f"{len(misfits)} of {len(cells)} cells do not fit, such as {said}")
    return Guess(formats[best], "; ".join(remarks) or None)


def _otherwise(
    readings: Mapping[int, Sequence[str | None]], counts: Mapping[int, int], best: int
) -> Iterator[tuple[int, str, str]]:
    """Places of cells that another format, as good as the best one, reads otherwise."""
    for index, found in readings.items():
        if counts[index] == counts[best]:
            for place, (one, other) in enumerate(zip(readings[best], found, strict=True)):
                if one is not None and other is not None and one != other:
                    yield place, one, other


def _read(read: Callable[[Cell, Format], str], cell: Cell, form: Format) -> str | None:
    try:
        return read(cell, form)
    except UnexpectedValue:
        return None


def guess_words(table: str, cells: Sequence[Cell]) -> WordGuess:
    """Which words of a column a translation table does not have."""
    known = word_table(table, {})
    words = [word for cell in cells if (word := _text(cell))]
    found = WordGuess(any(_code(known, word) != word for word in words))
    for word in dict.fromkeys(words):
        if _code(known, word) is None and len(found.unknown) < _MOST_WORDS:
            found.unknown[word] = _near(known, word)
    return found


def _text(cell: Cell) -> str | None:
    try:
        return plain_text(cell)
    except UnexpectedValue:
        return None


def _code(table: WordTable, word: str) -> str | None:
    try:
        return table.code(word)
    except UnexpectedValue:
        return None


def _near(table: WordTable, word: str) -> str:
    return table.near(word) or ""


def _shown(cell: Cell) -> str:
    text = shown(cell)[:40]
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in text) + '"'
