"""Conversions between a value of a box and its text in a document, both ways, free of XML."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import cast

from adapters.tree import collapse
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.permit import UNSTATED
from gateway.domain.permit.quantity import Quantity, plain

Attributes = dict[str, str]


class NotSet(ValueError):
    """A text with which a partner's software writes that a value was never set."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion of a value, both ways.

    read: from text and attributes of a leaf to the value; it removes the attributes it uses.
    write: from the value to text and attributes.
    read_foreign: as read, for a document of a partner: it takes every text with one meaning, and
    raises NotSet for one that says there is no value.
    All raise ValueError with a sentence for a person.
    essential: a permit without this value is none; it is read as in a document of our own.
    """

    read: Callable[[str, Attributes], object]
    write: Callable[[object], tuple[str, Attributes]]
    read_foreign: Callable[[str, Attributes], object]
    essential: bool = False


def _simple(
    read: Callable[[str], object],
    write: Callable[[object], str],
    read_foreign: Callable[[str], object] | None = None,
    *,
    essential: bool = False,
) -> Conversion:
    foreign = read_foreign or read
    return Conversion(
        lambda text, _: read(text),
        lambda value: (write(value), {}),
        lambda text, _: foreign(text),
        essential,
    )


# Date and time

_MOMENT = re.compile(
    r"(?P<clock>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<part>[0-9]+))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_FOREIGN_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<clock>[0-9]{2}:[0-9]{2})(?::(?P<second>[0-9]{2}(?:\.[0-9]+)?))?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_MAX_OFFSET = timedelta(hours=14)
_UNSET_YEARS = (f"{MINYEAR:04}-", f"{MAXYEAR:04}-")
_END_OF_DAY = "24:00"
_MIDNIGHT = re.compile(r"T00:00:00(?=$|[+-])")


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return UNSTATED
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _MAX_OFFSET:
        raise ValueError("A time zone is at most 14 hours from UTC.")
    return timezone(-offset if text[0] == "-" else offset)


def read_moment(text: str) -> datetime:
    """Read an xs:dateTime, aware. Without a time zone it gets the zone UNSTATED.

    Digits finer than a microsecond are cut off. The first and last year of the calendar are
    refused, because the same moment in another time zone may lie outside the calendar.
    Raises ValueError.
    """
    found = _MOMENT.fullmatch(collapse(text))
    if not found:
        raise ValueError("A date and time is written as 2026-03-01T00:00:00+02:00.")
    try:
        moment = datetime.strptime(found["clock"], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007  the zone follows below
    except ValueError:
        raise ValueError("There is no such day or time of day.") from None
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("The year is outside 0002 to 9998.")
    return moment.replace(
        microsecond=int((found["part"] or "")[:6].ljust(6, "0")), tzinfo=_zone(found["zone"])
    )


def read_foreign_moment(text: str) -> datetime:
    """Read a date and time of a partner: xs:dateTime, or xs:date, or a form of ISO 8601 beside it.

    A day without time is its midnight. Seconds may be absent, a blank may stand for the T, and the
    colon of the zone may be absent. `24:00:00` is the end of that day, not the next one: a box of
    the form shows a day.
    Raises NotSet in the years 0001 and 9999, the least and greatest value of .NET and Java, and
    ValueError for any other text.
    Source: XML Schema 1.1 part 2, sections 3.3.7 and 3.3.9; ISO 8601-1, 5.4; RFC 3339, 5.6.
    """
    found = _FOREIGN_MOMENT.fullmatch(collapse(text))
    if not found:
        return read_moment(text)
    clock, second = found["clock"] or "00:00", found["second"] or "00"
    if clock == _END_OF_DAY and not second.strip("0."):
        clock, second = "23:59", "59.999999"
    zone = (found["zone"] or "").upper().replace(":", "")
    zone = f"{zone[:3]}:{zone[3:]}" if len(zone) > 1 else zone
    day = found["day"]
    if not day.startswith(_UNSET_YEARS):
        return read_moment(f"{day}T{clock}:{second}{zone}")
    # The rest must be a moment all the same; a year of the same length stands in for it.
    read_moment(f"2001{day[4:]}T{clock}:{second}{zone}")
    raise NotSet("The year is one that software writes where no date was set.")


def write_moment(moment: datetime) -> str:
    """Write an xs:dateTime with the moment's own offset; in the zone UNSTATED without any.

    Raises ValueError.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("A date and time needs a time zone.")
    if moment.tzname() == UNSTATED.tzname(None):
        return moment.replace(tzinfo=None).isoformat()
    if offset % timedelta(minutes=1) or abs(offset) > _MAX_OFFSET:
        raise ValueError("A time zone is whole minutes and at most 14 hours from UTC.")
    return moment.isoformat()


def write_date(moment: datetime) -> str:
    """Write a moment for a person; midnight as xs:date with its zone: `2026-08-14+02:00`.

    `read_foreign_moment` reads both. Raises ValueError.
    """
    return _MIDNIGHT.sub("", write_moment(moment))


# Quantities

_DECIMAL = re.compile(r"\+?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_EXPONENT = re.compile(rf"{_DECIMAL.pattern}[eE][+-]?[0-9]{{1,2}}")
_UNIT = "unitCode"


def _read_quantity(text: str, attributes: Attributes) -> Quantity:
    collapsed = collapse(text)
    if not _DECIMAL.fullmatch(collapsed):
        raise ValueError("A quantity is a plain decimal that is not negative, such as 12 or 12.5.")
    return Quantity(Decimal(collapsed), collapse(attributes.pop(_UNIT, "")) or None)


def _read_foreign_quantity(text: str, attributes: Attributes) -> Quantity:
    """As _read_quantity, and with an exponent: `1.25E+1`, as xs:double and .NET write, is 12.5.

    A comma, an apostrophe or a blank among the digits has more than one meaning and is not read.
    """
    collapsed = collapse(text)
    if _EXPONENT.fullmatch(collapsed):
        # Exact: neither the number from text nor its plain form is rounded.
        collapsed = plain(Decimal(collapsed))
    return _read_quantity(collapsed, attributes)


def _write_quantity(value: object) -> tuple[str, Attributes]:
    quantity = cast(Quantity, value)
    if not quantity.amount.is_finite() or quantity.amount < 0:
        raise ValueError("A quantity is finite and not negative.")
    return plain(quantity.amount), {_UNIT: quantity.unit} if quantity.unit else {}


def _write_counted(value: object) -> tuple[str, Attributes]:
    text, attributes = _write_quantity(value)
    return text, attributes or {_UNIT: cast(Quantity, value).current_unit}


# Indicators and numbers, then the table of conversions

_INDICATORS = {"true": True, "1": True, "false": False, "0": False}


def _read_indicator(text: str) -> bool:
    indicator = _INDICATORS.get(collapse(text))
    if indicator is None:
        raise ValueError("An indicator is true or false.")
    return indicator


def _read_foreign_indicator(text: str) -> bool:
    return _read_indicator(text.lower())


def _read_number(text: str) -> CertificateNumber:
    try:
        return CertificateNumber.of_partner(text)
    except InvalidRequest as refused:
        raise ValueError(refused.text) from None


TEXT = _simple(lambda text: text, lambda value: cast(str, value))
"""Text for people, unchanged, with its line breaks."""
TOKEN = _simple(collapse, lambda value: collapse(cast(str, value)))
"""A code or an identifier, with white space collapsed as in xs:token."""
NUMBER = _simple(_read_number, str, essential=True)
"""Number of the permit. Source: box 1."""
MOMENT = _simple(
    read_moment, lambda value: write_moment(cast(datetime, value)), read_foreign_moment
)
INDICATOR = _simple(
    _read_indicator, lambda value: "true" if value else "false", _read_foreign_indicator
)
QUANTITY = Conversion(_read_quantity, _write_quantity, _read_foreign_quantity)
COUNTED = Conversion(_read_quantity, _write_counted, _read_foreign_quantity)
"""Box 11: a quantity with its unit; NAR (number of specimens) where the permit states none."""
SOURCES = _simple(
    lambda text: tuple(collapse(text).split(" ")),
    lambda value: " ".join(cast(tuple[str, ...], value)),
)
"""Box 10: a source code of a letter, or two with a blank between."""
