"""Which operation is asked for, and what does it answer? Dispatch through Spyne's interface, nothing else of Spyne.

A transport of our own: no context, no event and no second parsing per call, because a call is a checked tree already.
"""

# isort: off
import gateway.soap.spyne_compat  # noqa: F401 - before spyne
from spyne import Application
from spyne.server import ServerBase
# isort: on

from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from gateway.domain.errors import InvalidRequest
from gateway.domain.partner import OperationName
from gateway.soap.names import ContractVersion
from gateway.soap.protocol import CheckedTree
from gateway.soap.service import Answer, Call, epix_service


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as read. number, country: as the message says them, for the journal."""

    operation: OperationName
    number: str | None
    country: str | None
    message: Any


class Dispatch(ServerBase):  # type: ignore[misc]
    """The operations of one contract version."""

    transport = "http://schemas.xmlsoap.org/soap/http"

    def __init__(self, version: ContractVersion) -> None:
        protocol = CheckedTree()
        super().__init__(Application([epix_service(version)], version.namespace, in_protocol=protocol))
        self._version = version
        self._protocol = protocol
        self._methods = {name: descriptor for name, (descriptor,) in self.app.interface.service_method_map.items()}
        self._names = {tag: OperationName(method.operation_name) for tag, method in self._methods.items()}

    def operation(self, request: etree._Element) -> OperationName:
        """The operation whose request the element is. Raises InvalidRequest."""
        operation = self._names.get(request.tag)
        if operation is None:
            raise InvalidRequest(
                f"The Body holds no request of contract {self._version.name} "
                f"(namespace {self._version.namespace}, names ending in Request)."
            )
        return operation

    def read(self, request: etree._Element) -> Asked:
        """Read a request that the schema has found valid."""
        method = self._methods[request.tag]
        message = self._protocol.read(method.in_message, request)
        return Asked(
            self._names[request.tag],
            getattr(message, "CertificateNumber", None),
            message.IsoCountryCode,
            message,
        )

    def call(self, asked: Asked, call: Call) -> Answer:
        """Run the operation. Raises whatever its use case raises."""
        method = self._methods[f"{{{self._version.namespace}}}{asked.operation}Request"]
        return cast(Answer, method.function(call, asked.message))
