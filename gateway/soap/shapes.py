"""Has a message of this shape been read before? Where must a new one be parsed?

The parser keeps every name it meets on a thread (tags, prefixes, white space between tags) until that thread ends. A
sender of ever new names would fill the memory of a worker with them. So only shapes that have passed every check
before are parsed where the request is served; any other message is parsed on a thread of its own, whose memory goes
with it.

The shape of a message is the message without the text between its tags. Only plain ones are learnt: tags and nothing
else, and no angle bracket in an attribute. In such a shape each `>` ends a tag, so that a message of the same shape
has exactly its tags, whatever its values are. With a comment that would not be so: where it ends could be a value.
"""

import re
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

_VALUE = re.compile(rb">[ \t\r\n]*+[^< \t\r\n][^<]*")
_PLAIN = re.compile(
    rb"""(?x) (?: <\?xml [^<>?]*+ \?> )?+
    (?: \s*+ <(?![!?]) [^<>"']*+ (?: (?: "[^"<>]*+" | '[^'<>]*+' ) [^<>"']*+ )*+ > )*+ \s*+"""
)
_LARGEST_SHAPE = 4_096
_ROOM = 1_048_576

_Result = TypeVar("_Result")


class Shapes:
    """The shapes known so far, at most one mebibyte of them."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._room = _ROOM

    def know(self, message: bytes) -> bool:
        """Whether a message of that shape, with other values, has passed every check before."""
        return len(message) <= 4 * _LARGEST_SHAPE and _VALUE.sub(b">", message) in self._known

    def learn(self, message: bytes) -> None:
        """Remember the shape of a message that has passed every check, if it is plain."""
        shape = _VALUE.sub(b">", message)
        if len(shape) > min(_LARGEST_SHAPE, self._room) or shape in self._known or not _PLAIN.fullmatch(shape):
            return
        self._room -= len(shape)
        self._known.add(shape)


def elsewhere(parse: Callable[[], _Result]) -> _Result:
    """Run `parse` on a thread of its own. Raises what `parse` raises."""
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
