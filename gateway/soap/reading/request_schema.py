"""Request schema: the XSD inside the published WSDL, as partners read it, checks each request.

A quantity that is no decimal passes, if nothing else is wrong: the use case refuses it and names
the line. So a malformed number is always QuantityInvalid, whether the schema or only a rule of the
gateway objects to it.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from gateway.domain.errors import InvalidRequest
from gateway.wire.namespaces import XSD, XSI
from gateway.wire.xml_parser import hardened_parser

_QUANTITY = "InspectedUnitQuantity"
_BOXES = {
    "CertificateNumber": "1",
    "ConfirmedQuantities": "14",
    "CitesPosition": "14",
    "ID": "14",
    _QUANTITY: "14",
}
_STEP = re.compile(r"\[\d+\]$")
_VALUE_ERRORS = {
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1",
    "SCHEMAV_CVC_PATTERN_VALID",
    "SCHEMAV_CVC_FACET_VALID",
}
_INSTANCE_ATTRIBUTES = {
    f"{{{XSI}}}{name}" for name in ("type", "nil", "schemaLocation", "noNamespaceSchemaLocation")
}


@cache
def request_schema(wsdl: Path) -> "RequestSchema":
    """The service schema of a WSDL. Read once: the file does not change while a process runs."""
    return RequestSchema(wsdl)


class RequestSchema:
    """The service schema of one WSDL, ready to check requests; safe to share between threads."""

    def __init__(self, wsdl: Path) -> None:
        types = etree.parse(wsdl, hardened_parser(keep_comments=True, collect_ids=True))
        schema = types.find(f".//{{{XSD}}}schema")
        if schema is None:
            raise ValueError("the WSDL holds no schema")
        self._schema = etree.XMLSchema(schema)
        # lxml keeps the reasons in the schema object, where threads would mix them. So a second
        # object gives the reasons, one thread at a time; the first only says yes or no.
        self._explaining = etree.XMLSchema(schema)
        self._explaining_lock = Lock()
        self._content = _content(schema)

    def check(self, request: etree._Element) -> None:
        """Raises InvalidRequest, which names the element and its box."""
        # First: validation copies this element, and the names of its attributes would stay in the
        # memory of the thread (see known_structures).
        if any(attribute not in _INSTANCE_ATTRIBUTES for attribute in map(str, request.attrib)):
            raise InvalidRequest(
                "The request element carries an attribute that does not belong there."
            )
        if not self._schema.validate(request):
            self._explain(request)

    def _explain(self, request: etree._Element) -> None:
        with self._explaining_lock:
            self._explaining.validate(request)
            log: Iterable[Any] = self._explaining.error_log  # type: ignore[assignment]
            errors = [
                (str(error.type_name), str(error.path or ""), "Missing child" in error.message)
                for error in log
            ]
        root = etree.QName(request).localname
        for kind, path, child_missing in errors:
            # The steps of a path below the request. An element that the contract does not know is
            # reported at the element that holds it, so that no name of the sender is repeated.
            steps = [_STEP.sub("", step) for step in path.split("/")[2:]]
            known = [root, *(step for step in steps if step in self._content)]
            if known[-1] == _QUANTITY and kind == "SCHEMAV_CVC_DATATYPE_VALID_1_2_1":
                continue
            unexpected = bool(steps) and steps[-1] == known[-1] and not child_missing
            holder = known[-2] if unexpected else known[-1]
            raise InvalidRequest(self._sentence(kind, known[-1], holder), box=_BOXES.get(known[-1]))

    def _sentence(self, kind: str, name: str, holder: str) -> str:
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            return (
                f"{holder} holds, in this order and without namespace:"
                f" {self._content[holder] or 'text only'}."
            )
        if kind in _VALUE_ERRORS:
            token = ", a token without white space" if name == "ID" else ""
            return f"The value of {name} is not of its type{token}."
        if kind.startswith("SCHEMAV_CVC_ELT_3"):
            return f"{name} must not be nil, or is nil and yet holds something."
        if kind.startswith("SCHEMAV_CVC_ELT_4"):
            return f"xsi:type of {name} is not the type of the contract."
        return f"{name} carries an attribute, element or text that does not belong there."


def _content(schema: etree._Element) -> dict[str, str]:
    """The content of each element, in words: `CertificateNumber, TokenId (optional), ...`."""
    types = {each.get("name"): each for each in schema.iter(f"{{{XSD}}}complexType")}
    content = {}
    for element in schema.iter(f"{{{XSD}}}element"):
        kind = types.get((element.get("type") or "").partition(":")[2])
        children = kind.iter(f"{{{XSD}}}element") if kind is not None else ()
        content[element.get("name") or ""] = ", ".join(
            f"{child.get('name')}{' (optional)' if child.get('minOccurs') == '0' else ''}"
            for child in children
        )
    return content
