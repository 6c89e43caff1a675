"""Flavour of an endpoint: form of its messages. The rules behind it are the same for every flavour.

`DocumentLiteral` is the published contract, v1 and v2. `gateway/soap/hub` is the rpc/encoded
flavour of the UNEP-WCMC hub. An endpoint asks its flavour at five places of an exchange and does
everything else by itself: `gateway/soap/endpoint.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from lxml import etree

import schemas
import wsdl
from gateway.domain.errors import GatewayError
from gateway.domain.partner import OperationName
from gateway.soap.faults import Fault, fault
from gateway.soap.reading.errors import BlockName
from gateway.soap.reading.request_schema import request_schema
from gateway.soap.reading.soap_action import check_action
from gateway.soap.spyne.dispatch import dispatcher
from gateway.wire.media_type import MediaType
from gateway.wire.soap_version import SoapVersion
from schemas import ContractVersion


class Flavour(Protocol):
    """Form of the messages of one endpoint. Safe to share between threads."""

    @property
    def name(self) -> str:
        """`v1`, `v2` or `hub`: in log and metrics."""

    @property
    def contract(self) -> ContractVersion:
        """Contract version of the answers."""

    @property
    def encoded(self) -> bool:
        """Whether a message may say that it is encoded (SOAP 1.1, section 5)."""

    @property
    def takes_packages(self) -> bool:
        """Whether an answer may be an MTOM package."""

    @property
    def description(self) -> Path:
        """The published WSDL."""

    @property
    def xsds(self) -> Sequence[Path]:
        """The published XSDs."""

    def require(self, soap: SoapVersion) -> None:
        """Raise VersionMismatch where envelopes of this version of SOAP are not taken."""

    def operation(self, request: etree._Element) -> OperationName:
        """The operation whose request the element is. Raises InvalidRequest."""

    def checked(
        self,
        request: etree._Element,
        operation: OperationName,
        headers: Mapping[str, str],
        media: Sequence[MediaType],
    ) -> etree._Element:
        """The request as a request of the contract version, its action and content checked.

        It is the very element that was given, so that what is checked is what is executed.
        headers: of HTTP.  media: types of the message, each may name an action.
        Raises InvalidRequest.
        """

    def content_type(self, soap: SoapVersion) -> str:
        """Content-Type of an answer that is no package."""

    def fault(
        self,
        error: GatewayError,
        soap: SoapVersion,
        incident: str,
        not_understood: Sequence[BlockName] = (),
    ) -> Fault:
        """The fault for an error: parameters as those of `gateway.soap.faults.fault`."""


class DocumentLiteral:
    """The published contract in one version: document/literal, SOAP 1.1 and 1.2."""

    encoded = False
    takes_packages = True

    def __init__(self, version: str) -> None:
        """Prepare the schema. version: `v1` or `v2`."""
        self.name = version
        self.contract = schemas.VERSIONS[version]
        self.description = wsdl.file(version)
        self.xsds = (
            *sorted((schemas.directory() / version).glob("*.xsd")),
            schemas.directory() / "fault.xsd",
        )
        self._request_schema = request_schema(self.description)
        self._dispatcher = dispatcher(self.contract)

    def require(self, soap: SoapVersion) -> None:
        """See Flavour: both versions are taken."""

    def operation(self, request: etree._Element) -> OperationName:
        """See Flavour."""
        return self._dispatcher.operation(request)

    def checked(
        self,
        request: etree._Element,
        operation: OperationName,
        headers: Mapping[str, str],
        media: Sequence[MediaType],
    ) -> etree._Element:
        """See Flavour."""
        check_action(headers, *media, operation=operation)
        self._request_schema.check(request)
        return request

    def content_type(self, soap: SoapVersion) -> str:
        """See Flavour."""
        return soap.content_type

    def fault(
        self,
        error: GatewayError,
        soap: SoapVersion,
        incident: str,
        not_understood: Sequence[BlockName] = (),
    ) -> Fault:
        """See Flavour."""
        return fault(error, soap, incident, not_understood)
