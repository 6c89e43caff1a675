"""Index of values: whether a text holds one of thousands, in one pass over the text.

Values are found by their first SHORTEST characters, in their normal form: without white space and
case, with character references and percent-encoding resolved.
"""

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote

SHORTEST = 6
"""Characters of the shortest value that is searched for in other text.

Shorter ones stand in ordinary words by accident.
"""
_WHITE = re.compile(r"\s+")


def normal(text: str) -> str:
    """The normal form of a text."""
    return _WHITE.sub("", unquote(html.unescape(text))).casefold()


class ValueIndex:
    """Values that are searched for. Shorter ones than SHORTEST are not entered."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._by_start: dict[str, set[str]] = {}
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Enter a value."""
        text = normal(value)
        if len(text) >= SHORTEST:
            self._by_start.setdefault(text[:SHORTEST], set()).add(text)

    def is_in(self, text: str) -> bool:
        """Whether a text, in its normal form, holds a value. Linear in the text."""
        starts = self._by_start
        return any(
            text.startswith(value, at)
            for at in range(len(text) - SHORTEST + 1)
            if text[at : at + SHORTEST] in starts
            for value in starts[text[at : at + SHORTEST]]
        )
