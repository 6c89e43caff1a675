"""Assembly of domain objects from flat values with dotted names (`exporter.address.city`)."""

from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")


@cache
def _types(cls: type[object]) -> Mapping[str, type[Any]]:
    """The class of each attribute; of an optional attribute the class without None."""
    return {name: _unless_none(hint) for name, hint in get_type_hints(cls).items()}


def _unless_none(hint: Any) -> type[Any]:
    choices = [choice for choice in get_args(hint) if choice is not NoneType]
    only: type[Any] = choices[0] if len(choices) == 1 else hint
    return only


def from_dotted(cls: type[T], values: Mapping[str, object]) -> T:
    """Build a domain object of a class from values by dotted name.

    A part without any value keeps its default.
    """
    types = _types(cls)  # type: ignore[arg-type]  # a class is hashable, type[T] is not known to be
    own: dict[str, object] = {}
    parts: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        head, _, rest = name.partition(".")
        if rest:
            parts.setdefault(head, {})[rest] = value
        else:
            own[head] = value
    return cls(**own, **{name: from_dotted(types[name], inner) for name, inner in parts.items()})


@cache
def _steps(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def value_at(whole: object, name: str) -> object:
    """The value of a dotted name; None where the value, or a part on the way to it, is absent."""
    for step in _steps(name):
        if whole is None:
            return None
        whole = getattr(whole, step)
    return whole
