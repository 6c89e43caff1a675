"""Hub flavour of an endpoint: its requests, answers and faults in the form of the hub.

An answer is what the hub's client gets through the hub: the envelope of the country that holds the
permit, here ours of v1 or v2, byte for byte, as `application/xml` with HTTP 200. The hub knows
neither SOAP 1.2 nor MTOM. Source: wire contract, sections 7 and 9.
"""

from collections.abc import Mapping, Sequence

from lxml import etree

import schemas
import wsdl
from gateway.domain.errors import GatewayError, VersionMismatch
from gateway.domain.partner import OperationName
from gateway.soap.faults import Fault
from gateway.soap.hub import requests
from gateway.soap.hub.faults import CONTENT_TYPE, hub_fault
from gateway.soap.reading.errors import BlockName
from gateway.soap.reading.request_schema import request_schema
from gateway.wire.media_type import MediaType
from gateway.wire.soap_version import SoapVersion


class HubRpc:
    """Implements gateway.soap.flavour.Flavour."""

    name = "hub"
    encoded = True
    takes_packages = False
    xsds = ()

    def __init__(self, answers: str) -> None:
        """Prepare the schema. answers: contract version of the answers, `v1` or `v2`."""
        self.contract = schemas.VERSIONS[answers]
        self.description = wsdl.file(self.name)
        self._request_schema = request_schema(self.description)

    def require(self, soap: SoapVersion) -> None:
        """See Flavour: SOAP 1.1 alone."""
        if soap is not SoapVersion.V1_1:
            raise VersionMismatch("The Envelope is not of SOAP 1.1, the version of the hub.")

    def operation(self, request: etree._Element) -> OperationName:
        """See Flavour."""
        return requests.operation_of(request)

    def checked(
        self,
        request: etree._Element,
        operation: OperationName,
        headers: Mapping[str, str],
        media: Sequence[MediaType],
    ) -> etree._Element:
        """See Flavour."""
        del media  # that of SOAP 1.1 names no action
        requests.check_action(headers, operation)
        requests.normalise(request, operation)
        requests.check_positions(request)
        self._request_schema.check(request)
        requests.to_contract(request, operation, self.contract.namespace)
        return request

    def content_type(self, soap: SoapVersion) -> str:
        """See Flavour."""
        del soap  # always 1.1
        return CONTENT_TYPE

    def fault(
        self,
        error: GatewayError,
        soap: SoapVersion,
        incident: str,
        not_understood: Sequence[BlockName] = (),
    ) -> Fault:
        """See Flavour."""
        del soap, not_understood  # those of SOAP 1.2
        return hub_fault(error, incident)
