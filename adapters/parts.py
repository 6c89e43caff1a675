"""How do flat values with dotted names become a Permit or a line, and back? `exporter.address.city`."""

from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")


@cache
def _types(kind: type[object]) -> Mapping[str, type[Any]]:
    """The class of each attribute, with the None of an optional one taken away."""
    return {name: _unless_none(hint) for name, hint in get_type_hints(kind).items()}


def _unless_none(hint: Any) -> type[Any]:
    choices = [choice for choice in get_args(hint) if choice is not NoneType]
    kind: type[Any] = choices[0] if len(choices) == 1 else hint
    return kind


def assemble(kind: type[T], values: Mapping[str, object]) -> T:
    """Build a domain object from its values; parts of which no value is known stay at their default."""
    types = _types(kind)  # type: ignore[arg-type]  # a class is hashable, type[T] is not known to be
    own: dict[str, object] = {}
    parts: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        head, _, rest = name.partition(".")
        if rest:
            parts.setdefault(head, {})[rest] = value
        else:
            own[head] = value
    return kind(**own, **{name: assemble(types[name], inner) for name, inner in parts.items()})


def value_at(whole: object, name: str) -> object:
    """The value of a dotted name, None where it or anything on the way is absent."""
    for step in name.split("."):
        if whole is None:
            return None
        whole = getattr(whole, step)
    return whole
