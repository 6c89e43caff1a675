"""How is the text of a field read? One Kind per sort of value; what is wrong is said by naming what was expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from gateway.domain.codes import document_types
from gateway.domain.errors import GatewayError
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.published import Status
from gateway.domain.quantity import amount

_SPACE = " \t\r\n"
_LONGEST = 10_000
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-5][0-9])")
_YEARS = range(1800, 2201)
_FURTHEST = timedelta(hours=14)
STATED = {"issued": Status.ISSUED, "cancelled": Status.CANCELLED, "replaced": Status.REPLACED}


class JsonNumber(str):
    """A number of a JSON file, as it is written there: never a float."""

    __slots__ = ()


Scalar = str | bool
"""What a field holds: text, a JsonNumber, true or false."""


class NotExpected(Exception):
    """A value is not what its field holds. expected: what should stand there."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of value. expected: in words.  read: from trimmed text, in the time zone of the record.

    secret: never repeated in a message.  number, truth: whether JSON may hold a number, or true and false.
    """

    expected: str
    read: Callable[[str, timezone], object]
    secret: bool = False
    number: bool = False
    truth: bool = False

    def of(self, value: Scalar, zone: timezone) -> object:
        """The value as the domain knows it. Raises NotExpected."""
        if isinstance(value, bool):
            if not self.truth:
                raise NotExpected(self.expected)
            return value
        if isinstance(value, JsonNumber) and not self.number:
            raise NotExpected(f"{self.expected}, in quotation marks")
        text = value.strip(_SPACE)
        if _UNWRITABLE.search(text):
            raise NotExpected("text in UTF-8 without control characters")
        if len(text) > _LONGEST:
            raise NotExpected(f"text of at most {_LONGEST} characters")
        try:
            return self.read(text, zone)
        except GatewayError as problem:
            raise NotExpected(problem.text.rstrip(".")) from None
        except ValueError:
            raise NotExpected(self.expected) from None


def _text(text: str, _: timezone) -> str:
    return text


def _moment(text: str, zone: timezone) -> datetime:
    if _DAY.fullmatch(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=zone)
    elif _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
    else:
        raise ValueError(text)
    if moment.year not in _YEARS or abs(moment.utcoffset() or timedelta()) > _FURTHEST:
        raise ValueError(text)
    return moment


def _zone(text: str, _: timezone) -> timezone:
    if text == "Z":
        return UTC
    parts = _ZONE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    offset = timedelta(hours=int(parts["hours"]), minutes=int(parts["minutes"]))
    if offset > _FURTHEST:
        raise ValueError(text)
    return timezone(-offset if parts["sign"] == "-" else offset)


def _country(text: str, _: timezone) -> str:
    return IsoCountryCode.parse(text).text


def _type(text: str, _: timezone) -> str:
    if text not in document_types():
        raise ValueError(text)
    return text


def _status(text: str, _: timezone) -> Status:
    if text not in STATED:
        raise ValueError(text)
    return STATED[text]


def _letter(text: str, _: timezone) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", text):
        raise ValueError(text)
    return text


def _authority(text: str, _: timezone) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", text):
        raise ValueError(text)
    return text


def _yes_no(text: str, _: timezone) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


TEXT = Kind("text", _text)
NUMBER = Kind("a permit number", lambda text, _: CertificateNumber.parse(text))
TOKEN = Kind("a token", lambda text, _: TokenId.parse(text), secret=True)
TYPE = Kind(f"one of {', '.join(document_types())}", _type)
MOMENT = Kind("a date such as 2026-03-31, or 2026-03-31T14:05:00+02:00 with its time zone", _moment)
ZONE = Kind("a time zone such as +02:00, or Z", _zone)
COUNTRY = Kind("a country code of two capital letters", _country)
AMOUNT = Kind("plain digits such as 12 or 12.5", lambda text, _: amount(text), number=True)
YES_NO = Kind("yes or no", _yes_no, truth=True)
STATUS = Kind(f"one of {', '.join(STATED)}", _status)
LETTER = Kind("the letter of the line, without white space", _letter)
AUTHORITY = Kind("the code of the authority, such as ANAC", _authority)
