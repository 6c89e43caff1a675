"""Single TOML file that comes from elsewhere: bounded, read as one table, mistakes with their line.

Its size is bounded before it is parsed, and an unknown key is an error.
"""

import json
import tomllib
from typing import TypeVar

from pydantic import ValidationError

from gateway.domain.errors import SettingsInvalid
from gateway.settings.reading.lines import line_of
from gateway.settings.reading.wording import expected_there, place_of, spelled
from gateway.settings.section import Section

MOST_BYTES = 256 * 1024
"""Longest file that is read. A certificate takes about 2 KB."""
_MOST_CHARACTERS_IN_A_LINE = 8_000
"""Long enough for a certificate in one line. A key of many parts costs the square of its length."""

_File = TypeVar("_File", bound=Section)


def read_single_file(kind: type[_File], content: bytes, name: str, noun: str) -> _File:
    """Read a file. name: how sentences name it.  noun: its kind, such as `partner's file`.

    Raises SettingsInvalid, naming line and key: the first problem, which says how many there are.
    """
    text = _text(content, name, noun)
    try:
        data = json.dumps(tomllib.loads(text), default=str)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{name}: not TOML: {error}.", file=name) from None
    except RecursionError:
        raise SettingsInvalid(f"{name}: not TOML: nested too deeply.", file=name) from None
    try:
        return kind.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _first(error, text, name, kind) from None


def _text(content: bytes, name: str, noun: str) -> str:
    if len(content) > MOST_BYTES:
        raise SettingsInvalid(
            f"{name} is longer than {MOST_BYTES} bytes, so it is no {noun}.", file=name
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SettingsInvalid(
            f"{name} is in UTF-16; a {noun} is in UTF-8. Save it as UTF-8.", file=name
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsInvalid(
            f"{name}, line {line}: a byte there is not UTF-8; a {noun} is text in UTF-8.",
            file=name,
            line=line,
        ) from None
    # TOML ends a line with LF or CR LF alone.
    text = text.replace("\r\n", "\n")
    for number, written in enumerate(text.split("\n"), 1):
        if len(written) > _MOST_CHARACTERS_IN_A_LINE:
            raise SettingsInvalid(
                f"{name}, line {number}: longer than {_MOST_CHARACTERS_IN_A_LINE} characters.",
                file=name,
                line=number,
            )
    return text


def _first(error: ValidationError, text: str, name: str, kind: type[Section]) -> SettingsInvalid:
    details = {
        place_of(detail): detail for detail in error.errors(include_url=False, include_input=False)
    }
    # A list with a wrong table in it is reported as too short besides.
    inner = [
        place
        for place in details
        if not any(other[: len(place)] == place for other in details if other != place)
    ]
    found = [
        (line_of(text, place) or 0, spelled(place), expected_there(details[place], place, kind))
        for place in inner
    ]
    line, key, expected = min(found)
    more = f" ({len(found) - 1} more problems)" if len(found) > 1 else ""
    where = f"{name}, line {line}" if line else name
    return SettingsInvalid(f"{where}: {key} {expected}{more}.", file=name, line=line, key=key)
