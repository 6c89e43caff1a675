"""Token guard: tokens of refused records are encrypted before the records are written aside.

A clerk mails and prints the file of refused records; the token alone opens a permit to its reader.
A member of another name that means the token (`Security code`) is guarded, too.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache

from adapters.national.context import ENCRYPTED
from adapters.national.fields import PERMIT
from adapters.national.json_records import DECODER
from adapters.national.usual_names import nearest
from adapters.national.values import cleaned

Encrypt = Callable[[str], str]
"""From a token to a text in base64. The same token gives the same text."""

_STRING = r'"(?:[^"\\]|\\.)*"'
_KEY = re.compile(rf"(?P<key>{_STRING})(?P<colon>\s*:\s*)?")
_SCALAR = re.compile(rf"{_STRING}|-?[0-9][0-9.eE+-]*")


def guarded_cells(
    cells: Sequence[str], token: int | None, width: int, encrypt: Encrypt
) -> list[str]:
    """The cells of a row with its token encrypted.

    token: index of its column.  width: number of columns. In a row with cells too many or too few
    the token may stand in any place between its column and where that is counted from the end.
    """
    guarded = list(cells)
    if token is not None:
        moved = token + len(cells) - width
        for index in range(max(0, min(token, moved)), min(len(cells) - 1, max(token, moved)) + 1):
            guarded[index] = _guarded(guarded[index], encrypt)
    return guarded


def guarded_json(text: str, encrypt: Encrypt) -> str:
    """The text of a JSON value with each token in it encrypted; it need not be whole."""
    parts, at = [], 0
    while found := _KEY.search(text, at):
        parts.append(text[at : found.end()])
        at = found.end()
        if found["colon"] and _means_token(found["key"]):
            value, at = _value(text, at, encrypt)
            parts.append(value)
    return "".join([*parts, text[at:]])


def _value(text: str, at: int, encrypt: Encrypt) -> tuple[str, int]:
    try:
        _, end = DECODER.raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError):
        return json.dumps(_guarded(text[at:], encrypt)), len(text)

    def hidden(found: re.Match[str]) -> str:
        scalar = found[0]
        token = json.loads(scalar, strict=False) if scalar.startswith('"') else scalar
        return json.dumps(_guarded(token, encrypt))

    return _SCALAR.sub(hidden, text[at:end]), end


def _guarded(token: str, encrypt: Encrypt) -> str:
    if not cleaned(token) or token.startswith(ENCRYPTED):
        return token
    return ENCRYPTED + encrypt(token)


@cache
def _means_token(key: str) -> bool:
    try:
        name = json.loads(key, strict=False)
    except json.JSONDecodeError:
        return False
    return name == "token" or (name not in PERMIT and nearest(name, PERMIT) == "token")
