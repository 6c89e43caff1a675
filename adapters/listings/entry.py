"""Entry of a JSON answer: its keys are read one by one, and the last one read is known by name."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

from adapters.listings.values import UnexpectedValue
from adapters.national.values import cleaned

_T = TypeVar("_T")


class Entry:
    """An object of the answer. section: name of its list.

    place: name of the key that was read last, for errors.
    """

    def __init__(self, element: object, section: str, parent: "Entry | None" = None) -> None:
        self._parent = parent
        self._section = section
        self._keys = element if isinstance(element, dict) else {}
        self._is_object = isinstance(element, dict) or (parent is not None and element is None)
        self.place = section

    def get(self, key: str, default: object) -> object:
        """Return a value as it stands; the default where it is absent or null."""
        found = self._keys.get(key)
        return default if found is None else found

    def read(self, key: str, read: Callable[[str], _T]) -> _T:
        """Read a value, written as text. Absent, and null, is the empty text.

        Raises UnexpectedValue.
        """
        self._at(f"{self._section}.{key}")
        if not self._is_object:
            raise UnexpectedValue("an object")
        found = self.get(key, "")
        if not isinstance(found, str | int | Decimal):
            raise UnexpectedValue("a text, a number, true or false")
        text = format(found, "f") if isinstance(found, Decimal) else str(found)
        return read(cleaned(text))

    def one(self, key: str) -> "Entry":
        """Return the object of a key; an object without keys where it is absent."""
        return Entry(self._keys.get(key), f"{self._section}.{key}", self)

    def inner(self, key: str) -> Iterator["Entry"]:
        """Yield the objects of the list of a key. Raises UnexpectedValue where it is no list."""
        self._at(f"{self._section}.{key}")
        found = self.get(key, [])
        if not isinstance(found, list):
            raise UnexpectedValue("a list")
        yield from (Entry(element, f"{self._section}.{key}", self) for element in found)

    def texts(self, key: str) -> Iterator[str]:
        """Yield the texts of the list of a key. Raises UnexpectedValue."""
        self._at(f"{self._section}.{key}")
        found = self.get(key, [])
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise UnexpectedValue("a list of texts")
        yield from found

    def _at(self, place: str) -> None:
        self.place = place
        if self._parent is not None:
            self._parent._at(place)
