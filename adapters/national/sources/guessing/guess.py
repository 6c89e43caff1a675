"""Proposal of a description: a TOML text from the columns and values of a file, for a person.

Names of columns are compared with usual names, values with formats and code lists. Each doubt is
marked UNSURE. A line that a person has to complete is a comment, so that nothing unsure counts
before it was looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adapters.national.csv_records import LINE_PREFIX
from adapters.national.fields import PERMIT, POSITION
from adapters.national.sources.guessing.guess_values import guess_date, guess_numbers, guess_words
from adapters.national.sources.guessing.samples import Sample, sample_of
from adapters.national.sources.known_fields import known_field, known_fields
from adapters.national.usual_names import nearest, usual
from gateway.settings.national import NumberFormat

UNSURE = "# UNSURE: "
_WORDS = {
    "type": "document_types", "purpose": "purposes", "importer.country": "countries",
    "exporter.country": "countries", "position.origin.country": "countries",
    "position.last_reexport.country": "countries", "management_authority.country": "countries",
    "import_permit.country": "countries", "position.sources": "sources",
    "position.appendix": "appendices", "position.unit": "units", "position.term": "terms",
}  # fmt: skip
"""Field -> translation table for its words."""

_COUNTRIES = ("exporter.country", "importer.country")
"""Fields that the rules ask of most documents, and that tables of one country leave out."""


@dataclass(slots=True)
class _Proposal:
    sample: Sample
    date: str | None = None
    numbers: NumberFormat | None = None
    permit: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def guess(file: Path) -> str:
    """The text of a description for a CSV or Excel file. Raises RecordInvalid."""
    sample = sample_of(file)
    proposal = _Proposal(sample)
    found = _fields(sample)
    _formats(proposal, found)
    for column, (name, unsure) in found.items():
        target = proposal.line if name.startswith(LINE_PREFIX) else proposal.permit
        target.append(_mapping(proposal, column, name, unsure))
    proposal.left = [name for name in sample.columns if name and name not in found]
    _missing(proposal, {name for name, _ in found.values()})
    return "\n".join(_lines(file, proposal)) + "\n"


def _fields(sample: Sample) -> dict[str, tuple[str, bool]]:
    """Column -> field, and whether that is unsure; each field once."""
    fields = known_fields()
    known = [*fields.permit, *(LINE_PREFIX + name for name in fields.line)]
    found: dict[str, tuple[str, bool]] = {}
    for find, unsure in ((usual, False), (nearest, True)):
        for column in filter(None, sample.columns):
            name = find(column, known) if column not in found else None
            if name is not None and name not in {taken for taken, _ in found.values()}:
                found[column] = (name, unsure)
    return {column: found[column] for column in sample.columns if column in found}


def _formats(proposal: _Proposal, found: dict[str, tuple[str, bool]]) -> None:
    """The formats of the source: those of its first column of dates, and of numbers."""
    for column, (name, unsure) in found.items():
        cells, rows = proposal.sample.cells(column)
        if unsure or not cells:
            continue
        if known_field(name).date and proposal.date is None:
            proposal.date = guess_date(cells, rows).format
        if known_field(name).amount and proposal.numbers is None:
            proposal.numbers = guess_numbers(cells, rows).format


def _mapping(proposal: _Proposal, column: str, name: str, unsure: bool) -> str:
    """The line of one field."""
    cells, rows = proposal.sample.cells(column)
    keys: dict[str, str] = {"column": column}
    remarks = ["the name of the column says so by its spelling alone"] if unsure else []
    known = known_field(name)
    if known.date and cells:
        date = guess_date(cells, rows)
        keys |= {} if date.format == proposal.date else {"date": date.format}
        remarks += [date.unsure] if date.unsure else []
    if known.amount and cells:
        numbers = guess_numbers(cells, rows)
        if numbers.format != proposal.numbers:
            keys["decimal"] = numbers.format.decimal
            keys |= {"thousands": numbers.format.thousands} if numbers.format.thousands else {}
        remarks += [numbers.unsure] if numbers.unsure else []
    if name in _WORDS:
        words = guess_words(_WORDS[name], cells)
        keys |= {"words": _WORDS[name]} if words.needed else {}
        proposal.words.setdefault(_WORDS[name], {}).update(words.unknown)
    short = name.removeprefix(LINE_PREFIX)
    value = (
        _quoted(column)
        if len(keys) == 1
        else "{ " + ", ".join(f"{key} = {_quoted(text)}" for key, text in keys.items()) + " }"
    )
    line = f"{short} = {value}"
    line = f"# {line}" if unsure else line
    return f"{line}  {UNSURE}{'; '.join(remarks)}" if remarks else line


def _missing(proposal: _Proposal, found: set[str]) -> None:
    for name, known in PERMIT.items():
        if known.required and name not in found:
            proposal.permit.append(
                f'# {name} = ""  {UNSURE}no column was found; every permit needs it'
                f" (box {known.box})"
            )
    for name in _COUNTRIES:
        if name not in found:
            proposal.permit.append(
                f'# {name} = {{ constant = "" }}  {UNSURE}no column was found'
                f" (box {PERMIT[name].box})"
            )
    for name, known in POSITION.items():
        if known.required and name != "id" and LINE_PREFIX + name not in found:
            proposal.line.append(
                f'# {name} = ""  {UNSURE}no column was found; every line needs it (box {known.box})'
            )


def _lines(file: Path, proposal: _Proposal) -> Iterator[str]:
    yield "# Proposed from the file's columns and values. Look at each line that says UNSURE,"
    yield "# complete it, and take the # before it away. docs/national-sources.md explains it."
    yield ""
    yield "[source]"
    yield f"kind = {_quoted('excel' if 'sheet' in proposal.sample.settings else 'csv')}"
    yield f"file = {_quoted(str(file.absolute()))}"
    for key, value in proposal.sample.settings.items():
        why = proposal.sample.unsure.get(key)
        yield f"{key} = {_quoted(value)}" + (f"  {UNSURE}{why}" if why else "")
    if proposal.date:
        yield f"date = {_quoted(proposal.date)}"
    if proposal.numbers:
        yield f"decimal = {_quoted(proposal.numbers.decimal)}"
        if proposal.numbers.thousands:
            yield f"thousands = {_quoted(proposal.numbers.thousands)}"
    yield ""
    yield "[permit]"
    yield from proposal.permit
    yield ""
    yield "[line]"
    yield from proposal.line
    for table, unknown in proposal.words.items():
        if unknown:
            yield ""
            yield f"[words.{table}]"
            for word, near in unknown.items():
                why = f"perhaps {near} is meant" if near else "the code lists do not have this word"
                yield f"# {_quoted(word)} = {_quoted(near)}  {UNSURE}{why}"
    for column in proposal.left:
        yield ""
        yield f"# No field was found for the column {_quoted(column)}."


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)
