"""Identifiers by their beginning: a unique prefix stands for the whole."""

from collections.abc import Iterable

from gateway.domain.errors import InvalidRequest
from gateway.domain.white_space import trimmed

SHORTEST_PREFIX = 4
"""Letters that a prefix has at least; fewer name an identifier by accident."""


def whole_identity(text: str, known: Iterable[str]) -> str:
    """Return the only identifier that begins with a text; the text itself where none does.

    text: as a person wrote it; outer white space and upper case do not matter.
    Raises InvalidRequest where several begin so.
    """
    wanted = trimmed(text).lower()
    if len(wanted) < SHORTEST_PREFIX:
        return wanted
    found = {each for each in known if each.startswith(wanted)}
    if wanted in found or not found:
        return wanted
    if len(found) > 1:
        raise InvalidRequest(f"Several ids begin with {wanted}: write more of it.")
    return found.pop()
