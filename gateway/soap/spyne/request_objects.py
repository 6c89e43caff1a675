"""Request objects of Spyne out of a checked element tree; no byte is parsed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from spyne import ComplexModel
from spyne.protocol import ProtocolBase

from gateway.wire.namespaces import XSI

_NIL = f"{{{XSI}}}nil"
_WHITE = " \t\r\n"


class CheckedTreeProtocol(ProtocolBase):  # type: ignore[misc]
    """Reads requests out of trees that the schema has found valid.

    It writes nothing: answers are composed of stored bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._layouts: dict[Any, _Layout] = {}

    def read(self, model: Any, element: etree._Element) -> Any:
        """A request object of that model.

        Absent, empty and nil optional values are None, other values their trimmed text. Values stay
        text, also where the schema says decimal: the use case that judges a quantity names position
        and box in its refusal.
        """
        layout = self._layouts.get(model)
        if layout is None:
            layout = self._layouts[model] = _layout(model)
        values: dict[str, Any] = dict.fromkeys(layout.children)
        for element_below in element:
            name = str(element_below.tag)
            child = layout.children[name]
            value = (
                self.read(child.model, element_below)
                if child.model is not None
                else _text(child, element_below)
            )
            values[name] = [*(values[name] or ()), value] if child.is_list else value
        request_object = object.__new__(layout.model_class)
        request_object.__dict__.update(values)
        return request_object


@dataclass(frozen=True, slots=True)
class _Child:
    """A child element of a message.

    model: its type where that has children of its own, else None.
    """

    is_list: bool
    nillable: bool
    model: Any


@dataclass(frozen=True, slots=True)
class _Layout:
    """The attributes of a model's objects, read once from Spyne.

    Spyne's own constructor works them out anew for every object.
    """

    model_class: Any
    children: Mapping[str, _Child]


def _layout(model: Any) -> _Layout:
    children = {
        name: _Child(
            child_type.Attributes.max_occurs != 1,
            child_type.Attributes.nillable,
            child_type if issubclass(child_type, ComplexModel) else None,
        )
        for name, child_type in model._type_info.items()
    }
    return _Layout(model.__orig__ or model, children)


def _text(child: _Child, element: etree._Element) -> str | None:
    text = (element.text or "").strip(_WHITE)
    if child.nillable and (not text or element.get(_NIL, "").strip(_WHITE) in ("1", "true")):
        return None
    return text
