"""Dispatch: from the request element to its operation, and from the operation to its use case.

Spyne's interface says which element asks for which operation. Spyne's own path of a call (context,
events, protocols) is left out: it would parse and validate a second time what has been checked.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from lxml import etree
from spyne import Application

from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.soap.spyne.request_objects import CheckedTreeProtocol
from gateway.soap.spyne.service import epix_service
from gateway.soap.use_cases import Answer, Call
from schemas import ContractVersion


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A request as read.

    number, country: as the message says them, for the journal.
    request_object: of Spyne; for the Dispatcher alone.
    """

    operation: OperationName
    number: str | None
    country: str | None
    request_object: object


def application(version: ContractVersion, protocol: CheckedTreeProtocol) -> Any:
    """Spyne's application of one contract version."""
    return Application([epix_service(version)], version.namespace, in_protocol=protocol)


@cache
def dispatcher(version: ContractVersion) -> "Dispatcher":
    """The dispatcher of one contract version. Made once: Spyne takes long to define a service."""
    return Dispatcher(version)


class Dispatcher:
    """The operations of one contract version. Safe to share between threads."""

    def __init__(self, version: ContractVersion) -> None:
        self._version = version
        self._protocol = CheckedTreeProtocol()
        interface = application(version, self._protocol).interface
        self._methods = {
            name: descriptor for name, (descriptor,) in interface.service_method_map.items()
        }
        self._names = {
            tag: OperationName(method.operation_name) for tag, method in self._methods.items()
        }

    def operation(self, request: etree._Element) -> OperationName:
        """The operation whose request the element is. Raises InvalidRequest."""
        operation = self._names.get(request.tag)
        if operation is None:
            raise InvalidRequest(
                f"The Body holds no request of contract {self._version.name} "
                f"(namespace {self._version.namespace}, names ending in Request)."
            )
        return operation

    def read(self, request: etree._Element) -> ParsedRequest:
        """Read a request that the schema has found valid."""
        method = self._methods[request.tag]
        request_object = self._protocol.read(method.in_message, request)
        return ParsedRequest(
            self._names[request.tag],
            getattr(request_object, "CertificateNumber", None),  # ServiceState names no permit
            request_object.IsoCountryCode,
            request_object,
        )

    def call(self, parsed: ParsedRequest, call: Call) -> Answer:
        """Run the operation. Raises whatever its use case raises."""
        method = self._methods[f"{{{self._version.namespace}}}{parsed.operation}Request"]
        return cast(Answer, method.function(call, parsed.request_object))
