"""Has a message of this shape been read before? Where must a new one be parsed?

The parser keeps every name it meets on a thread (tags, prefixes, white space between tags) until that thread ends. A
sender of ever new names would fill the memory of a worker with them. So only shapes that have passed every check
before are parsed where the request is served; any other message is parsed on a thread of its own, whose memory goes
with it. The shape of a message is the message without its values.
"""

import re
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

_VALUE = re.compile(rb">[ \t\r\n]*+[^< \t\r\n][^<]*")
_LARGEST_SHAPE = 4_096
_ROOM = 1_048_576

_Result = TypeVar("_Result")


class Shapes:
    """The shapes known so far, at most one mebibyte of them."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._room = _ROOM

    def read(self, message: bytes, parse: Callable[[], _Result]) -> _Result:
        """Run `parse` here for a known shape, else on a thread of its own. Raises what `parse` raises."""
        if len(message) <= 4 * _LARGEST_SHAPE and _VALUE.sub(b">", message) in self._known:
            return parse()
        return _elsewhere(parse)

    def learn(self, message: bytes) -> None:
        """Remember the shape of a message that has passed every check."""
        shape = _VALUE.sub(b">", message)
        if len(shape) <= _LARGEST_SHAPE and shape not in self._known and self._room >= len(shape):
            self._room -= len(shape)
            self._known.add(shape)


def _elsewhere(parse: Callable[[], _Result]) -> _Result:
    results: list[_Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(parse())
        except BaseException as failure:  # noqa: BLE001 - raised again where it belongs
            failures.append(failure)

    thread = Thread(target=run, name="parser")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]
