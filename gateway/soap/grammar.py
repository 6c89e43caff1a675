"""Is the request as the published schema says? The schema is the one inside the WSDL, as partners read it.

A quantity that is no decimal passes, if nothing else is wrong: the use case refuses it and names the line. So a
malformed number is always QuantityInvalid, whether the schema or only our own rule minds it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from gateway.domain.errors import InvalidRequest

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_QUANTITY = "InspectedUnitQuantity"
_BOXES = {"CertificateNumber": "1", "ConfirmedQuantities": "14", "CitesPosition": "14", "ID": "14", _QUANTITY: "14"}
_LAST_STEP = re.compile(r"/(?:[^/:\[]*:)?([^/:\[]+)(?:\[\d+\])?$")
_VALUE_ERRORS = re.compile(r"SCHEMAV_CVC_(DATATYPE|PATTERN|LENGTH|MINLENGTH|MAXLENGTH|ENUMERATION|FACET)")


class Grammar:
    """The service schema of one WSDL, ready to check requests; safe to share between threads."""

    def __init__(self, wsdl: Path) -> None:
        types = etree.parse(wsdl, etree.XMLParser(no_network=True, resolve_entities=False))
        schema = types.find(f".//{_XSD}schema")
        if schema is None:
            raise ValueError("the WSDL holds no schema")
        self._schema = etree.XMLSchema(schema)
        # Reasons are kept in the schema object, so they come from one of its own, used by one thread at a time.
        self._explaining = etree.XMLSchema(schema)
        self._one_at_a_time = Lock()
        self._content = _content(schema)

    def check(self, request: etree._Element) -> None:
        """Raises InvalidRequest naming the element."""
        if not self._schema.validate(request):
            self._explain(request)

    def _explain(self, request: etree._Element) -> None:
        with self._one_at_a_time:
            self._explaining.validate(request)
            log: Iterable[Any] = self._explaining.error_log  # type: ignore[assignment]
            errors = [(str(error.type_name), str(error.path or "")) for error in log]
        for kind, path in errors:
            name, parent = self._known(path)
            if name != _QUANTITY or kind != "SCHEMAV_CVC_DATATYPE_VALID_1_2_1":
                raise InvalidRequest(self._sentence(kind, name, parent), box=_BOXES.get(name))

    def _known(self, path: str) -> tuple[str, str]:
        """The innermost element on a path whose name the contract knows, and the one around it."""
        names = []
        while step := _LAST_STEP.search(path):
            if step[1] in self._content:
                names.append(step[1])
            path = path[: step.start()]
        return names[0] if names else "The request", names[1] if len(names) > 1 else ""

    def _sentence(self, kind: str, name: str, parent: str) -> str:
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            holder = name if self._content.get(name) else parent
            return f"{holder} holds, in this order and without namespace: {self._content[holder] or 'nothing'}."
        if _VALUE_ERRORS.match(kind):
            token = ", a token without white space" if name == "ID" else ""
            return f"The value of {name} is not of its type{token}."
        if kind.startswith("SCHEMAV_CVC_ELT_3"):
            return f"{name} must not be nil, or is nil and yet holds something."
        if kind == "SCHEMAV_CVC_ELT_4_3":
            return f"xsi:type of {name} is not the type of the contract."
        return f"{name} carries an attribute, element or text that does not belong there."


def _content(schema: etree._Element) -> dict[str, str]:
    """What each element of the contract holds, in words: `CertificateNumber, TokenId (optional), ...`."""
    types = {each.get("name"): each for each in schema.iter(f"{_XSD}complexType")}
    content = {}
    for element in schema.iter(f"{_XSD}element"):
        kind = types.get((element.get("type") or "").partition(":")[2])
        children = kind.iter(f"{_XSD}element") if kind is not None else ()
        content[element.get("name") or ""] = ", ".join(
            f"{child.get('name')}{' (optional)' if child.get('minOccurs') == '0' else ''}" for child in children
        )
    return content
