"""Which namespaces and names stand on the wire? (wire contract, section 2)"""

from dataclasses import dataclass
from enum import Enum

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XOP = "http://www.w3.org/2004/08/xop/include"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
FAULT = "urn:CitesDataExchange/fault/"


class Soap(Enum):
    """The two versions of SOAP, told apart by the namespace of the Envelope."""

    V1_1 = SOAP_11
    V1_2 = SOAP_12

    @property
    def media_type(self) -> str:
        """What an envelope of this version travels as."""
        return "text/xml" if self is Soap.V1_1 else "application/soap+xml"

    @property
    def content_type(self) -> str:
        """The Content-Type of a plain answer."""
        return f"{self.media_type}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """One version of the contract. name: `v1`, `v2`.  permit_element: local name of the permit in an answer."""

    name: str
    permit_element: str

    @property
    def namespace(self) -> str:
        """Of the message elements; their children have none."""
        return f"urn:CitesDataExchange/{self.name}/"


CONTRACT_VERSIONS = {"v1": ContractVersion("v1", "CBFShip"), "v2": ContractVersion("v2", "CITESEPermit")}
