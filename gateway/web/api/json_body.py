"""JSON bodies, read strictly: bounded in bytes and depth, no key twice, no NaN, no infinity.

Two readers of one text must find the same in it. With a repeated key they do not (RFC 8259, 4).
"""

import json
from typing import Any, NoReturn

from starlette.requests import Request

from gateway.domain.errors import InvalidRequest, MessageTooLarge

MOST_BYTES = 64 * 1024
DEEPEST = 16
_MOST_DIGITS = 40


async def read_body(request: Request) -> bytes:
    """The body of a request. Raises MessageTooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise MessageTooLarge(f"A request has {MOST_BYTES // 1024} KiB at most.")
    return bytes(body)


def parse_body(body: bytes) -> Any:
    """The value of a JSON text. Raises InvalidRequest."""
    try:
        text = body.decode("utf-8")
        _require_shallow(text)
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_whole,
            parse_float=_decimal,
        )
    except UnicodeDecodeError:
        raise InvalidRequest("The body is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not JSON.") from None


def _require_shallow(text: str) -> None:
    """Raise InvalidRequest for brackets nested too deeply, before a parser recurses into them."""
    depth, in_text, escaped = 0, False, False
    for letter in text:
        if in_text:
            in_text = escaped or letter != '"'
            escaped = not escaped and letter == "\\"
        elif letter == '"':
            in_text = True
        elif letter in "[{":
            depth += 1
            if depth > DEEPEST:
                raise InvalidRequest(f"The body is nested deeper than {DEEPEST} levels.")
        elif letter in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRequest("The body has a key twice in one object.")
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise InvalidRequest("NaN and Infinity are no JSON.")


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise InvalidRequest("The body has a number that is too long.")
    return int(text)


def _decimal(text: str) -> float:
    found = float(text)
    if len(text) > _MOST_DIGITS or found in (float("inf"), float("-inf")):
        raise InvalidRequest("The body has a number that is too long.")
    return found
