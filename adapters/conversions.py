"""How is one value of a box spelled in a document? Each conversion reads and writes; neither touches any XML."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import cast

from adapters.tree import collapse
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit import UNSTATED
from gateway.domain.quantity import Quantity, plain

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Conversion:
    """read: text and attributes of a leaf -> value; takes the attributes it uses out. write: value -> text, attributes.

    Both raise ValueError with a sentence for a person.
    """

    read: Callable[[str, Attributes], object]
    write: Callable[[object], tuple[str, Attributes]]


def _simple(read: Callable[[str], object], write: Callable[[object], str]) -> Conversion:
    return Conversion(lambda text, _: read(text), lambda value: (write(value), {}))


# -- moments ----------------------------------------------------------------------------------------------------------

_MOMENT = re.compile(
    r"(?P<clock>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<part>[0-9]+))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_FARTHEST = timedelta(hours=14)


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return UNSTATED
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _FARTHEST:
        raise ValueError("A time zone is at most 14 hours from UTC.")
    return timezone(-offset if text[0] == "-" else offset)


def read_moment(text: str) -> datetime:
    """An xs:dateTime, aware; one without zone is in UNSTATED. What is finer than a microsecond is cut off.

    The first and last year of the calendar are refused, because another zone may lie outside it.
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
    return moment.replace(microsecond=int((found["part"] or "")[:6].ljust(6, "0")), tzinfo=_zone(found["zone"]))


def write_moment(moment: datetime) -> str:
    """With the offset the moment has; without one where it was read without."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("A date and time needs a time zone.")
    if moment.tzname() == UNSTATED.tzname(None):
        return moment.replace(tzinfo=None).isoformat()
    if offset % timedelta(minutes=1) or abs(offset) > _FARTHEST:
        raise ValueError("A time zone is whole minutes and at most 14 hours from UTC.")
    return moment.isoformat()


# -- quantities -------------------------------------------------------------------------------------------------------

_DECIMAL = re.compile(r"\+?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_UNIT = "unitCode"


def _read_quantity(text: str, attributes: Attributes) -> Quantity:
    collapsed = collapse(text)
    if not _DECIMAL.fullmatch(collapsed):
        raise ValueError("A quantity is a plain decimal that is not negative, such as 12 or 12.5.")
    return Quantity(Decimal(collapsed), collapse(attributes.pop(_UNIT, "")) or None)


def _write_quantity(value: object) -> tuple[str, Attributes]:
    quantity = cast(Quantity, value)
    if not quantity.amount.is_finite() or quantity.amount < 0:
        raise ValueError("A quantity is finite and not negative.")
    return plain(quantity.amount), {_UNIT: quantity.unit} if quantity.unit else {}


def _write_counted(value: object) -> tuple[str, Attributes]:
    text, attributes = _write_quantity(value)
    return text, attributes or {_UNIT: cast(Quantity, value).current_unit}


# -- the rest ---------------------------------------------------------------------------------------------------------

_INDICATORS = {"true": True, "1": True, "false": False, "0": False}


def _read_indicator(text: str) -> bool:
    indicator = _INDICATORS.get(collapse(text))
    if indicator is None:
        raise ValueError("An indicator is true or false.")
    return indicator


def _read_number(text: str) -> CertificateNumber:
    try:
        return CertificateNumber.parse(text)
    except InvalidRequest as refused:
        raise ValueError(refused.text) from None


TEXT = _simple(lambda text: text, lambda value: cast(str, value))
"""Words for a person, kept as they are with their line breaks."""
TOKEN = _simple(collapse, lambda value: collapse(cast(str, value)))
"""A code or an identifier."""
NUMBER = _simple(_read_number, str)
"""Number of the permit."""
MOMENT = _simple(read_moment, lambda value: write_moment(cast(datetime, value)))
INDICATOR = _simple(_read_indicator, lambda value: "true" if value else "false")
QUANTITY = Conversion(_read_quantity, _write_quantity)
COUNTED = Conversion(_read_quantity, _write_counted)
"""Box 11: a quantity that always names its unit, NAR where the permit states none."""
SOURCES = _simple(lambda text: tuple(collapse(text).split(" ")), lambda value: " ".join(cast(tuple[str, ...], value)))
"""Box 10: one letter, or two with a blank between."""
