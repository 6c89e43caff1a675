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
_STEP = re.compile(r"\[\d+\]$")
_VALUE_ERRORS = {"SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "SCHEMAV_CVC_PATTERN_VALID", "SCHEMAV_CVC_FACET_VALID"}
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_INSTANCE_ATTRIBUTES = {f"{_XSI}{name}" for name in ("type", "nil", "schemaLocation", "noNamespaceSchemaLocation")}


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
        # Looked at first: validating copies this one element, and the names of its attributes would stay in memory.
        if any(attribute not in _INSTANCE_ATTRIBUTES for attribute in map(str, request.attrib)):
            raise InvalidRequest("The request element carries an attribute that does not belong there.")
        if not self._schema.validate(request):
            self._explain(request)

    def _explain(self, request: etree._Element) -> None:
        with self._one_at_a_time:
            self._explaining.validate(request)
            log: Iterable[Any] = self._explaining.error_log  # type: ignore[assignment]
            errors = [(str(error.type_name), str(error.path or ""), "Missing child" in error.message) for error in log]
        root = etree.QName(request).localname
        for kind, path, child_missing in errors:
            # The steps of a path below the request; what the contract does not know is blamed on what holds it.
            steps = [_STEP.sub("", step) for step in path.split("/")[2:]]
            known = [root, *(step for step in steps if step in self._content)]
            if known[-1] == _QUANTITY and kind == "SCHEMAV_CVC_DATATYPE_VALID_1_2_1":
                continue
            unexpected = bool(steps) and steps[-1] == known[-1] and not child_missing
            holder = known[-2] if unexpected else known[-1]
            raise InvalidRequest(self._sentence(kind, known[-1], holder), box=_BOXES.get(known[-1]))

    def _sentence(self, kind: str, name: str, holder: str) -> str:
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            return f"{holder} holds, in this order and without namespace: {self._content[holder] or 'text only'}."
        if kind in _VALUE_ERRORS:
            token = ", a token without white space" if name == "ID" else ""
            return f"The value of {name} is not of its type{token}."
        if kind.startswith("SCHEMAV_CVC_ELT_3"):
            return f"{name} must not be nil, or is nil and yet holds something."
        if kind.startswith("SCHEMAV_CVC_ELT_4"):
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
