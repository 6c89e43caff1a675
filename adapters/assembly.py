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


class DottedValues:
    """Values of a domain object by dotted name; each part on the way to one is looked up once.

    own: values that the object does not have as attributes, by their names.
    """

    __slots__ = ("_found",)

    def __init__(self, whole: object, own: Mapping[str, object] | None = None) -> None:
        self._found: dict[str, object] = {"": whole, **(own or {})}

    def __call__(self, name: str) -> object:
        """The value of a name; None where the value, or a part on the way to it, is absent."""
        found = self._found
        if name in found:
            return found[name]
        part, attribute = _divided(name)
        whole = found[part] if part in found else self(part)
        value = found[name] = None if whole is None else getattr(whole, attribute)
        return value


@cache
def _divided(name: str) -> tuple[str, str]:
    """The name of the part, and of its attribute."""
    part, _, attribute = name.rpartition(".")
    return part, attribute
