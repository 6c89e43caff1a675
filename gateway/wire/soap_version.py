"""SOAP versions 1.1 and 1.2: the namespace of the Envelope tells them apart."""

from enum import Enum

from gateway.wire.namespaces import SOAP_11, SOAP_12


class SoapVersion(Enum):
    """A version of SOAP; the value is the namespace of its Envelope."""

    V1_1 = SOAP_11
    V1_2 = SOAP_12

    @property
    def media_type(self) -> str:
        """The media type of an envelope of this version."""
        return "text/xml" if self is SoapVersion.V1_1 else "application/soap+xml"

    @property
    def content_type(self) -> str:
        """The Content-Type of an answer that is no package."""
        return f"{self.media_type}; charset=utf-8"
