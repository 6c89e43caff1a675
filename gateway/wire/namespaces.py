"""Namespaces of the SOAP exchange: the URIs that stand on the wire, each written once.

Source: SOAP 1.1; SOAP 1.2 part 1; XOP 1.0; WS-Security 1.0 (OASIS 2004); XML Signature; XML
Schema part 1. The contract's own namespaces stand in `schemas`.
"""

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
SOAP_11_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"

XOP = "http://www.w3.org/2004/08/xop/include"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"

JOURNAL_HEADS = "urn:epix-gateway:journal-heads:1"
"""Of this gateway: the header block of journal heads (schemas/journal-heads.xsd)."""

_WSS_2004 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_WSS_2004}-wssecurity-secext-1.0.xsd"
WSU = f"{_WSS_2004}-wssecurity-utility-1.0.xsd"
