"""Would our door take this message? The door's own steps, without a caller and with nothing done."""

from dataclasses import dataclass

import wsdl
from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.soap.encoding import to_utf8
from gateway.soap.envelope import request_in, soap_of
from gateway.soap.grammar import Grammar
from gateway.soap.limits import Limits
from gateway.soap.names import CONTRACT_VERSIONS
from gateway.soap.refusals import NotUnderstood
from gateway.soap.transport import Dispatch
from gateway.soap.tree import parse


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """version: `v1` or `v2`."""

    version: str
    operation: OperationName


def check_request(message: bytes) -> CheckedRequest:
    """Read a request as the door of its version does. Raises InvalidRequest, MessageTooLarge, VersionMismatch."""
    limits = Limits()
    root = parse(to_utf8(message, None), limits, known=False)
    try:
        element = request_in(root, soap_of(root), "", limits)
    except NotUnderstood:
        raise InvalidRequest("A mandatory header block for this service is not known here.") from None
    version = next((name for name, its in CONTRACT_VERSIONS.items() if f"{{{its.namespace}}}" in element.tag), None)
    if version is None:
        raise InvalidRequest("The Body holds no request of this contract: its namespace is of neither version.")
    operation = Dispatch(CONTRACT_VERSIONS[version]).operation(element)
    Grammar(wsdl.directory() / f"epix-{version}.wsdl").check(element)
    return CheckedRequest(version, operation)
