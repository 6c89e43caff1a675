"""Requests of the hub flavour: names, action and content; each becomes a request of the contract.

The hub takes each operation under two names, camel case and snake case, and compares elements by
local name: children may have no namespace or that of the hub. A value is empty, nil or absent
alike. A sender declares types by its own WSDL (`xsi:type="xsd:int"`): they say nothing that the
schema does not, so they are dropped before it is asked. References between elements (`href`) and
arrays of SOAP 1.1, section 5, are refused, never resolved.

Source: wire contract, section 9; wash_out 0.11, lib/wash_out/router.rb and param.rb.
"""

import re
from collections.abc import Mapping

from lxml import etree

from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.domain.white_space import collapsed
from gateway.wire.namespaces import SOAP_11, SOAP_11_ENCODING, XSI
from schemas import HUB_NAMESPACE

OPERATIONS = (
    OperationName.GET_NON_FINAL,
    OperationName.GET_FINAL_AS_THE_HUB,
    OperationName.CONFIRM_QUANTITIES,
    OperationName.SERVICE_STATE,
)
"""Operations that the hub offers."""

ID_NOT_VALID = "XML structure is not valid. ID must be a token"
NO_ACTION = "Cannot find SOAP action mapping for "
"""Sentences of the hub, word for word: its clients compare them."""

_WHITE = " \t\r\n"
_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")
_TYPE, _NIL = f"{{{XSI}}}type", f"{{{XSI}}}nil"
_ENCODING_STYLE = f"{{{SOAP_11}}}encodingStyle"
_REPEATED = re.compile(r"[!-~]{1,80}")
"""An action that a fault may repeat."""


def snake_case(operation: str) -> str:
    """The name of an operation as the hub's production writes it: `service_state`."""
    return _CAMEL.sub("_", operation).lower()


_NAMES = {
    name: operation for operation in OPERATIONS for name in (str(operation), snake_case(operation))
}
_ELEMENTS = {
    f"{{{namespace}}}{name}" if namespace else name: operation
    for namespace in (HUB_NAMESPACE, "")
    for name, operation in _NAMES.items()
}
_ACTIONS = {
    f"{prefix}{name}": operation
    for prefix in ("", HUB_NAMESPACE, f"{HUB_NAMESPACE}/", f"{HUB_NAMESPACE}#")
    for name, operation in _NAMES.items()
}


def operation_of(request: etree._Element) -> OperationName:
    """The operation that the element asks for, by either name. Raises InvalidRequest."""
    operation = _ELEMENTS.get(request.tag)
    if operation is None:
        raise InvalidRequest(
            f"The Body holds no request of the hub (namespace {HUB_NAMESPACE}, names without"
            " Request at the end)."
        )
    return operation


def check_action(headers: Mapping[str, str], operation: OperationName) -> None:
    """Compare SOAPAction with the operation: it names the same, or is empty or absent.

    An action of v1 (`urn:<Op>`) is refused, as by the hub. Raises InvalidRequest, its text the
    sentence of the hub.
    """
    header = headers.get("soapaction", "").strip(_WHITE)
    action = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if action and _ACTIONS.get(action) is not operation:
        raise InvalidRequest(NO_ACTION + (action if _REPEATED.fullmatch(action) else "this action"))


def normalise(request: etree._Element, operation: OperationName) -> None:
    """Make names and absent values those of the hub's schema, in place.

    Raises InvalidRequest for an attribute that means something else than a type.
    """
    request.tag = f"{{{HUB_NAMESPACE}}}{operation}"
    if _taken(request, _ENCODING_STYLE) not in ("", SOAP_11_ENCODING):
        raise InvalidRequest("The request names an encoding style other than that of SOAP 1.1.")
    for element in list(request.iterdescendants()):
        element.tag = element.tag.removeprefix(f"{{{HUB_NAMESPACE}}}")
        _taken(element, _TYPE)
        is_nil = _taken(element, _NIL) in ("true", "1")
        holds = len(element) > 0 or bool((element.text or "").strip(_WHITE))
        if element.attrib or (is_nil and holds):
            raise InvalidRequest(
                "A value is a reference or an array, or is nil and yet holds something."
            )
    for child in list(request):
        if len(child) == 0 and not (child.text or "").strip(_WHITE):
            if (child.tail or "").strip(_WHITE):
                raise InvalidRequest("The request holds text between its elements.")
            request.remove(child)


def _taken(element: etree._Element, attribute: str) -> str:
    """The value of an attribute, which is removed; empty where there is none."""
    return str(element.attrib.pop(attribute, "")).strip(_WHITE)


def check_positions(request: etree._Element) -> None:
    """Refuse a line whose ID holds white space, in the words of the hub. Raises InvalidRequest."""
    for letter in request.iter("ID"):
        if " " in collapsed(letter.text or ""):
            raise InvalidRequest(ID_NOT_VALID, box="14")


def to_contract(request: etree._Element, operation: OperationName, namespace: str) -> None:
    """Rename a request that the hub's schema found valid to that of a contract version, in place.

    namespace: of the contract version.
    """
    request.tag = f"{{{namespace}}}{operation}Request"
