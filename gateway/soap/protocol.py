"""How does a checked tree become a request object of Spyne? No byte is parsed here."""

# isort: off
import gateway.soap.spyne_compat  # noqa: F401 - before spyne
from spyne import ComplexModel
from spyne.protocol import ProtocolBase
# isort: on

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WHITE = " \t\r\n"


class CheckedTree(ProtocolBase):  # type: ignore[misc]
    """Reads requests out of trees that the schema has found valid; writes nothing, answers are spliced bytes."""

    def __init__(self) -> None:
        super().__init__()
        self._shells: dict[Any, _Shell] = {}

    def read(self, model: Any, element: etree._Element) -> Any:
        """A request object: absent, empty and nil optional values are None, other values their trimmed text.

        Values stay text, also where the schema says decimal: whoever judges them names position and box.
        """
        shell = self._shells.get(model)
        if shell is None:
            shell = self._shells[model] = _shell(model)
        values: dict[str, Any] = dict.fromkeys(shell.fields)
        for child in element:
            name = str(child.tag)
            field = shell.fields[name]
            value = self.read(field.inner, child) if field.inner is not None else _text(field, child)
            values[name] = [*(values[name] or ()), value] if field.is_list else value
        request = object.__new__(shell.kind)
        request.__dict__.update(values)
        return request


@dataclass(frozen=True, slots=True)
class _Field:
    """One child of a message. inner: its type where that has children of its own."""

    is_list: bool
    nillable: bool
    inner: Any


@dataclass(frozen=True, slots=True)
class _Shell:
    """How a request object of one model is made: Spyne's own constructor asks all this anew for every object."""

    kind: Any
    fields: Mapping[str, _Field]


def _shell(model: Any) -> _Shell:
    fields = {
        name: _Field(
            kind.Attributes.max_occurs != 1, kind.Attributes.nillable, kind if issubclass(kind, ComplexModel) else None
        )
        for name, kind in model._type_info.items()
    }
    return _Shell(model.__orig__ or model, fields)


def _text(field: _Field, element: etree._Element) -> str | None:
    text = (element.text or "").strip(_WHITE)
    if field.nillable and (not text or element.get(_NIL, "").strip(_WHITE) in ("1", "true")):
        return None
    return text
