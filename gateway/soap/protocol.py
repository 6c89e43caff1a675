"""How does a checked tree become a request object of Spyne? No byte is parsed here."""

# isort: off
import gateway.soap.spyne_compat  # noqa: F401 - before spyne
from spyne import ComplexModel
from spyne.protocol import ProtocolBase
# isort: on

from typing import Any

from lxml import etree

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WHITE = " \t\r\n"


class CheckedTree(ProtocolBase):  # type: ignore[misc]
    """Reads requests out of trees that the schema has found valid; writes nothing, answers are spliced bytes."""

    def read(self, model: Any, element: etree._Element) -> Any:
        """A request object: absent, empty and nil optional values are None, other values their trimmed text.

        Values stay text, also where the schema says decimal: whoever judges them names position and box.
        """
        request = (model.__orig__ or model)()
        for child in element:
            name = etree.QName(child).localname
            field = model._type_info[name]
            value = self._value(field, child)
            if field.Attributes.max_occurs == 1:
                setattr(request, name, value)
            else:
                setattr(request, name, [*(getattr(request, name) or ()), value])
        return request

    def _value(self, field: Any, element: etree._Element) -> Any:
        if issubclass(field, ComplexModel):
            return self.read(field, element)
        text = (element.text or "").strip(_WHITE)
        if field.Attributes.nillable and (not text or element.get(_NIL, "").strip(_WHITE) in ("1", "true")):
            return None
        return text
