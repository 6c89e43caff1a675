"""Date pattern: how a source writes dates, in the letters that spreadsheets use.

`dd/mm/yyyy` takes 02/11/2026; `d.m.yyyy hh:mm` takes 2.11.2026 14:05. `d`, `m` and `h` take one or
two digits. Years have four digits, because two could mean two centuries.
"""

import re
from datetime import datetime
from functools import cache

_PARTS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "mm": r"(?P<month>[0-9]{2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
    "hh": r"(?P<hour>[0-9]{2})",
    "h": r"(?P<hour>[0-9]{1,2})",
    "MM": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
}
_TOKEN = re.compile(r"yyyy|mm?|dd?|hh?|MM|ss|[^A-Za-z0-9]|(?P<other>[A-Za-z0-9]+)")
_EXPECTED = "must be a pattern of yyyy, mm, dd, hh, MM and ss, such as dd/mm/yyyy"


def pattern_problem(pattern: str) -> str | None:
    """Return what is expected of a pattern that is none; None where it is one."""
    names = [found["other"] or found[0] for found in _TOKEN.finditer(pattern)]
    parts = [name[0] for name in names if name in _PARTS]
    if any(found["other"] for found in _TOKEN.finditer(pattern)) or len(pattern) > 40:
        return _EXPECTED
    if not {"y", "m", "d"} <= set(parts) or len(parts) != len(set(parts)):
        return f"{_EXPECTED}, each once"
    if ("M" in parts) is not ("h" in parts) or ("s" in parts and "M" not in parts):
        return f"{_EXPECTED}; MM stands with hh, and ss with both"
    return None


def has_time(pattern: str) -> bool:
    """Whether a pattern holds a time of day."""
    return "h" in pattern


def read_date(text: str, pattern: str) -> datetime:
    """Return the day, or day and time, that a text holds; naive. Raises ValueError."""
    found = _expression(pattern).fullmatch(text)
    if found is None:
        raise ValueError(text)
    values = {name: int(digits) for name, digits in found.groupdict().items()}
    return datetime(**values)  # type: ignore[arg-type]  # noqa: DTZ001  # the caller knows the zone


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (_PARTS.get(found[0], re.escape(found[0])) for found in _TOKEN.finditer(pattern))
    return re.compile("".join(parts))
