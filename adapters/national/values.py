"""Value types of record fields: text in, domain value out; an error names what was expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from adapters.national.encoding import NOT_UTF_8
from gateway.domain.codes import document_types
from gateway.domain.errors import GatewayError
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.permit.quantity import amount
from gateway.domain.permit.status import Status
from gateway.domain.white_space import XML_WHITE_SPACE, collapsed

_MAX_TEXT = 10_000
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
"""Bytes of a file that are not UTF-8, as the reader of CSV keeps them (surrogateescape)."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-5][0-9])")
_UNSEEN_AT_ENDS = "\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
"""What text that was copied from documents and sheets begins and ends with."""
_YEARS = range(1800, 2201)
_MAX_OFFSET = timedelta(hours=14)
_BOXES = (*map(str, range(1, 16)), "3a", "5a", "5b", "11a", "12a", "12b")
STATUSES = {
    each.value: each
    for each in Status
    if each is not Status.FINAL  # box 14 makes a permit final
}


class JsonNumber(str):
    """A number of a JSON file, with its digits as written; a float would round them."""

    __slots__ = ()


Scalar = str | bool
"""Value of a field: text, a JsonNumber, true or false."""


class UnexpectedValue(Exception):
    """A value that its field cannot hold. expected: a valid value, in words."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of value.

    expected: a valid value, in words.
    read: from cleaned text to a domain value, in the time zone of the record.
    secret: whether messages never repeat the value.
    number: whether JSON may hold a number.  boolean: whether JSON may hold true and false.
    """

    expected: str
    read: Callable[[str, tzinfo], object]
    secret: bool = False
    number: bool = False
    boolean: bool = False

    def of(self, value: Scalar, zone: tzinfo) -> object:
        """Read a value in the time zone of the record. Raises UnexpectedValue."""
        if isinstance(value, bool):
            if not self.boolean:
                raise UnexpectedValue(self.expected)
            return value
        if isinstance(value, JsonNumber) and not self.number:
            raise UnexpectedValue(f"{self.expected}, in quotation marks")
        text = cleaned(value)
        if not text.isprintable():  # a printable text, as most are, has none of these
            if _NOT_UTF_8.search(text):
                raise UnexpectedValue(NOT_UTF_8)
            if _UNWRITABLE.search(text):
                raise UnexpectedValue("text in UTF-8 without control characters")
        if len(text) > _MAX_TEXT:
            raise UnexpectedValue(f"text of at most {_MAX_TEXT} characters")
        try:
            return self.read(text, zone)
        except GatewayError as problem:
            raise UnexpectedValue(problem.text.rstrip(".")) from None
        except ValueError:
            raise UnexpectedValue(self.expected) from None


def cleaned(text: str) -> str:
    """Return a text with line feeds alone at its ends of lines, and without unseen ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(XML_WHITE_SPACE + _UNSEEN_AT_ENDS)


def _text(text: str, _: tzinfo) -> str:
    return text


def _name(text: str, _: tzinfo) -> str:
    """A text on one line, with single spaces, in which each character is seen.

    Joiners stay where their script needs them, as in Sinhala (RFC 5892, appendix A).
    """
    at = first_unsafe(text)
    if at is not None:
        code = f"U+{ord(text[at]):04X}"
        raise UnexpectedValue(f"text without the unseen character {code}, its character {at + 1}")
    return collapsed(text)


def _moment(text: str, zone: tzinfo) -> datetime:
    if _DAY.fullmatch(text):
        day = datetime.fromisoformat(text).replace(tzinfo=zone)
        # A document states an offset; the zone of an authority may have a name, and summer time.
        moment = day.replace(tzinfo=timezone(day.utcoffset() or timedelta()))
    elif _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
    else:
        raise ValueError(text)
    if moment.year not in _YEARS:
        raise UnexpectedValue(f"a date of the years {_YEARS.start} to {_YEARS.stop - 1}")
    if abs(moment.utcoffset() or timedelta()) > _MAX_OFFSET:
        raise ValueError(text)
    return moment


def _zone(text: str, _: tzinfo) -> timezone:
    if text == "Z":
        return UTC
    parts = _ZONE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    offset = timedelta(hours=int(parts["hours"]), minutes=int(parts["minutes"]))
    if offset > _MAX_OFFSET:
        raise ValueError(text)
    return timezone(-offset if parts["sign"] == "-" else offset)


def _country(text: str, _: tzinfo) -> str:
    return IsoCountryCode.parse(text).text


def _type(text: str, _: tzinfo) -> str:
    if text not in document_types():
        raise ValueError(text)
    return text


def _status(text: str, _: tzinfo) -> Status:
    if text not in STATUSES:
        raise ValueError(text)
    return STATUSES[text]


def _letter(text: str, _: tzinfo) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", text):
        raise ValueError(text)
    return text


def _authority(text: str, _: tzinfo) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", text):
        raise ValueError(text)
    return text


def _box(text: str, _: tzinfo) -> str:
    if text not in _BOXES:
        raise ValueError(text)
    return text


def _count(text: str, _: tzinfo) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        raise ValueError(text)
    return int(text)


def _annotation(text: str, _: tzinfo) -> str:
    if not re.fullmatch(r"#[1-9][0-9]{0,2}", text):
        raise ValueError(text)
    return text


def _yes_no(text: str, _: tzinfo) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


TEXT = ValueType("text", _text)
NAME = ValueType("text", _name)
NUMBER = ValueType("a permit number", lambda text, _: CertificateNumber.parse(text))
TOKEN = ValueType("a token", lambda text, _: TokenId.parse(text), secret=True)
TYPE = ValueType(f"one of {', '.join(document_types())}", _type)
MOMENT = ValueType(
    "a date such as 2026-03-31, or 2026-03-31T14:05:00+02:00 with its time zone", _moment
)
ZONE = ValueType("a time zone such as +02:00, or Z", _zone)
COUNTRY = ValueType("a country code of two capital letters", _country)
AMOUNT = ValueType("plain digits such as 12 or 12.5", lambda text, _: amount(text), number=True)
BOX = ValueType("the number of a box of the form, such as 3 or 11a", _box)
COUNT = ValueType("a whole number from 1 to 99999", _count, number=True)
ANNOTATION = ValueType("the number of an annotation, such as #4", _annotation)
YES_NO = ValueType("yes or no", _yes_no, boolean=True)
STATUS = ValueType(f"one of {', '.join(STATUSES)}", _status)
LETTER = ValueType("the letter of the line, without white space", _letter)
AUTHORITY = ValueType("the code of the authority, such as ANAC", _authority)
