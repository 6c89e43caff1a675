"""Known structures: a message whose tags have passed every check before is parsed in place.

Why: libxml2 keeps every name it meets (tags, prefixes, white space between tags) in a dictionary of
the thread until that thread ends. A sender of ever new names would fill the memory of a worker.
Therefore a message of unknown structure is parsed on a thread of its own, whose dictionary goes
with it. A thread costs more than the parsing, so messages of known structure, which add no name,
are parsed on the thread that serves the request. They also skip the checks of tags and attributes,
which depend on the structure alone.

The structure of a message is the message without the text between its tags. Only plain structures
are learnt: tags and nothing else, no angle bracket in an attribute. In such a structure each `>`
ends a tag, so a message of the same structure has exactly its tags, whatever its values are. A
comment would break that rule: its end could be a value. Attribute values are part of the structure.
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
_MAX_STRUCTURE_BYTES = 4_096
_MAX_TOTAL_BYTES = 1_048_576
_MAX_CALLER_BYTES = 65_536
"""A client library writes a few structures for each operation, of about a kibibyte."""

_Result = TypeVar("_Result")


class KnownStructures:
    """The structures known so far, at most one mebibyte of them. Safe to share between threads.

    When the memory is full, nothing is forgotten and nothing new is learnt: a flood of structures
    cannot push out those that partners use. Each caller has a quota of it, so that the flood of one
    leaves room for the others.
    """

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._bytes_left = _MAX_TOTAL_BYTES
        self._bytes_left_of: dict[str, int] = {}

    def contains(self, message: bytes) -> bool:
        """Whether a message of that structure, with other values, has passed every check before."""
        if len(message) > 4 * _MAX_STRUCTURE_BYTES:
            return False
        return _VALUE.sub(b">", message) in self._known

    def add(self, message: bytes, caller: str) -> None:
        """Learn the structure of a message that has passed every check, if it is plain.

        caller: key of the partner that sent it.
        """
        structure = _VALUE.sub(b">", message)
        left = self._bytes_left_of.get(caller, _MAX_CALLER_BYTES)
        if (
            len(structure) > min(_MAX_STRUCTURE_BYTES, self._bytes_left, left)
            or structure in self._known
            or not _PLAIN.fullmatch(structure)
        ):
            return
        self._bytes_left -= len(structure)
        self._bytes_left_of[caller] = left - len(structure)
        self._known.add(structure)


def in_own_thread(parse: Callable[[], _Result]) -> _Result:
    """The result of `parse`, run on a thread of its own. Raises what `parse` raises."""
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
