"""Description of a national source: place and format of the data, and a mapping to the boxes.

Nothing is guessed: encoding, separator, formats of dates and numbers, and the words that stand for
codes are declared here.
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from gateway.settings.national.date_pattern import pattern_problem
from gateway.settings.national.sync import SyncSettings
from gateway.settings.section import ExistingFile, Section, inside, wrong

BUILT_IN_WORDS = (
    "countries", "purposes", "sources", "units", "terms", "appendices", "document_types",
)  # fmt: skip
"""Translation tables that are there: names of the code lists in English, French and Spanish."""


class SourceKind(StrEnum):
    """Kind of a source."""

    CSV = "csv"
    EXCEL = "excel"
    JSON = "json"
    XML = "xml"
    SQL = "sql"


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field that a mapping may fill. date, amount: type of its value.  many: holds several."""

    required: bool = False
    date: bool = False
    amount: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class KnownFields:
    """Fields of the permit and of its lines, by name."""

    permit: Mapping[str, KnownField]
    line: Mapping[str, KnownField]


def _encoding(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        raise wrong("must be an encoding such as utf-8, windows-1252 or utf-16") from None
    if not getattr(codec, "_is_text_encoding", True):
        raise wrong("must be an encoding of text such as utf-8, windows-1252 or utf-16")
    return codec.name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("must be a time zone such as Africa/Maputo or Etc/UTC") from None
    return name


def _pattern(text: str) -> str:
    problem = pattern_problem(text)
    if problem:
        raise wrong(problem)
    return text


def _query(text: str) -> str:
    if not text.upper().lstrip().startswith(("SELECT", "WITH")):
        raise wrong("must be one SELECT")
    return text


_Column = Annotated[str, Field(min_length=1, max_length=300)]
_Word = Annotated[str, Field(max_length=300)]
_DatePattern = Annotated[str, AfterValidator(_pattern)]
_SeparatorSign = Annotated[str, Field(min_length=1, max_length=1)]


class Condition(Section):
    """A condition on one column of a row. Texts are compared without regard to capital letters.

    An empty text means an empty cell.
    """

    column: _Column
    one_of: tuple[_Word, ...] = ()
    """The cell holds one of these."""

    none_of: tuple[_Word, ...] = ()
    """The cell holds none of these."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Signs of a number: decimal sign, and the sign between groups of three digits, if any."""

    decimal: str
    thousands: str | None


class FieldMapping(Section):
    """Where the value of a field comes from: a column (or path), or a constant."""

    column: _Column | None = None
    constant: _Word | None = None
    words: str | None = None
    """Translation table for the value."""

    date: _DatePattern | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None
    split: Annotated[str, Field(min_length=1, max_length=3)] | None = None
    """Sign between several values of one cell."""

    when: Condition | None = None
    """The field is filled only where this holds."""


class SourceSettings(Section):
    """[source]: place and format of the data."""

    kind: SourceKind
    file: Annotated[Path, AfterValidator(inside)] | None = None
    """File of the source; a relative path begins at the working directory."""

    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    """Encoding of a CSV file."""

    separator: _SeparatorSign | None = None
    """Sign between the cells of a CSV file."""

    header_row: Annotated[int, Field(ge=1, le=100)] = 1
    """Row with the names of the columns: CSV and Excel."""

    sheet: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Sheet of an Excel file."""

    formulas: Literal["refuse", "results"] = "refuse"
    """Formula cells of an Excel file: refused, or read as the result that Excel stored."""

    records: _Column | None = None
    """Path of the records: XPath in XML, keys joined by `.` in JSON."""

    lines: _Column | None = None
    """Path of the lines below a record. Left out: a record is one line."""

    namespaces: dict[str, str] = Field(default_factory=dict)
    """Prefix -> namespace of XPath."""

    database_file: Annotated[Path, AfterValidator(inside)] | None = None
    """SQLite database; it is opened for reading only."""

    url_file: ExistingFile | None = None
    """File whose only line is the URL of another database, as SQLAlchemy writes it."""

    query: Annotated[str, AfterValidator(_query), Field(max_length=20_000)] | None = None
    """SELECT of the rows. Rows of one permit follow each other: ORDER BY the number."""

    answer_seconds: Annotated[int, Field(ge=1, le=24 * 3600)] = 300
    """How long a database may take for one answer: to a statement, or the next portion of rows."""

    attachments: Annotated[Path, AfterValidator(inside)] | None = None
    """Folder of the files that [permit] names in `attachments`; they lie in it or below."""

    date: _DatePattern = "yyyy-mm-dd"
    """How the source writes dates, such as dd/mm/yyyy."""

    decimal: Literal[".", ","] = "."
    """Decimal sign."""

    thousands: Literal[".", ",", " ", "'"] | None = None
    """Sign between groups of three digits. Left out: there is none."""

    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    """Zone of dates. Left out: that of the authority."""

    absent: tuple[_Word, ...] = ()
    """Texts that mean an empty cell, such as `-` or `n/a`."""

    only: tuple[Condition, ...] = ()
    """Rows are read where all of these hold; others are counted and left out."""

    national: tuple[Condition, ...] = ()
    """A row where all of these hold is of a national species, not of CITES."""


class SourceDescription(Section):
    """A file of conf/national. line: fields of a line.  words: own translation tables by name."""

    source: SourceSettings
    permit: dict[str, FieldMapping]
    line: dict[str, FieldMapping]
    words: dict[str, dict[str, _Word]] = Field(default_factory=dict)
    sync: SyncSettings | None = None
    """[sync]; None: the source is not synchronised."""

    def number_format(self, mapping: FieldMapping) -> NumberFormat:
        """Format of the numbers of a field: its own, else that of the source."""
        if mapping.decimal or mapping.thousands:
            return NumberFormat(mapping.decimal or self.source.decimal, mapping.thousands)
        return NumberFormat(self.source.decimal, self.source.thousands)
