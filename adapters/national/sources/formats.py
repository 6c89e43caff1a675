"""Declared formats: dates and numbers of a source become those of a national record.

A text that does not fit the declared format is refused. Nothing is guessed: where a source declares
the decimal point, `12,5` is no number.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from adapters.national.values import UnexpectedValue
from gateway.exchange.ports import Cell
from gateway.settings.national import NumberFormat
from gateway.settings.national.date_pattern import has_time, read_date

_LONGEST_NUMBER = 60


def date_text(cell: Cell, pattern: str, zone: str | None) -> str:
    """A date as a national record writes it.

    cell: a text in the pattern, or a date of the source.  zone: of the source; None leaves a plain
    day to the zone of the authority.
    Raises UnexpectedValue.
    """
    if isinstance(cell, str):
        try:
            moment: date = read_date(cell, pattern)
        except ValueError:
            raise UnexpectedValue(f"a date that exists, written {pattern}") from None
        if not has_time(pattern):
            moment = moment.date() if isinstance(moment, datetime) else moment
    elif isinstance(cell, date):
        moment = cell
    else:
        raise UnexpectedValue(f"a date, written {pattern}; the cell holds a number")
    return _written(moment, zone)


def _written(moment: date, zone: str | None) -> str:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.isoformat(timespec="seconds")
    if zone is None:
        is_day = not isinstance(moment, datetime) or moment.time() == datetime.min.time()
        if not is_day:
            raise UnexpectedValue("a day alone, or source.time_zone for the time in this cell")
        return moment.isoformat()[:10]
    clock = moment.time() if isinstance(moment, datetime) else datetime.min.time()
    local = datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(zone))
    return datetime.combine(local, clock, tzinfo=local.tzinfo).isoformat(timespec="seconds")


def number_text(cell: Cell, numbers: NumberFormat) -> str:
    """A number with a decimal point and without groups. Raises UnexpectedValue."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = cell if isinstance(cell, str) and len(cell) <= _LONGEST_NUMBER else ""
    if _number(numbers.decimal, numbers.thousands).fullmatch(text):
        digits = text.replace(numbers.thousands, "") if numbers.thousands else text
        return digits.replace(numbers.decimal, ".")
    groups = f" and {numbers.thousands!r} between groups of three" if numbers.thousands else ""
    raise UnexpectedValue(f"a number with the decimal sign {numbers.decimal!r}{groups}")


@cache
def _number(decimal: str, thousands: str | None) -> re.Pattern[str]:
    whole = r"[0-9]+"
    if thousands:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+)"
    return re.compile(rf"{whole}(?:{re.escape(decimal)}[0-9]+)?")


def plain_text(cell: Cell) -> str:
    """A cell of a field of text. Raises UnexpectedValue for a date, which a sheet made of a text.

    A number is written as its digits: 1234 for a permit number that a sheet keeps as a number.
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        raise UnexpectedValue("a text; the cell holds a date")
    return cell


def shown(cell: Cell) -> str:
    """A cell as a person sees it in a message."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell if isinstance(cell, str) else cell.isoformat()
