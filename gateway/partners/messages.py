"""Request writing: zeep writes every request out of the gateway's own WSDL.

A partner's WSDL is never fetched: it could change what is sent, and where. Source: wire contract,
section 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import zeep
from lxml import etree

import wsdl
from gateway.partners.profile import PartnerProfile
from gateway.wire.xml_parser import hardened_parser
from schemas import VersionName

_SERVICE = "EpixService"
_PORTS = {"1.1": "EpixSoap11", "1.2": "EpixSoap12"}


@dataclass(frozen=True, slots=True)
class Message:
    """A request, ready to send. headers: Content-Type, and SOAPAction for SOAP 1.1."""

    headers: Mapping[str, str]
    body: bytes


def write_request(
    profile: PartnerProfile, operation: str, values: Mapping[str, Any], block: bytes = b""
) -> Message:
    """The message `<Op>Request`: its wrapper qualified, its children not, absent values left out.

    values: by name of the child element, nested as the contract nests them.
    block: of the header, written by ourselves; empty: there is no header.
    """
    envelope, headers = _service(profile.version, profile.soap)[operation](**values)
    if profile.service_namespace:
        wrapper = envelope[0][0]
        wrapper.tag = f"{{{profile.service_namespace}}}{etree.QName(wrapper).localname}"
        etree.cleanup_namespaces(envelope)
    if block:
        header = etree.Element(f"{{{etree.QName(envelope).namespace}}}Header")
        header.append(
            etree.fromstring(block, hardened_parser(keep_comments=False, collect_ids=True))
        )
        envelope.insert(0, header)
    # In SOAP 1.2 the action is a parameter of the media type; zeep adds the header of 1.1 as well.
    if profile.soap == "1.2":
        headers = {"Content-Type": headers["Content-Type"]}
    return Message(headers, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


@cache
def _service(version: VersionName, soap: Literal["1.1", "1.2"]) -> Any:
    """The zeep proxy of a contract version and SOAP version; stateless, shared by all threads."""
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_external=True, raw_response=True)
    path = wsdl.file(version)
    return zeep.Client(str(path), transport=_WritesOnly(), settings=settings).bind(
        _SERVICE, _PORTS[soap]
    )


class _WritesOnly(zeep.Transport):  # type: ignore[misc]  # zeep has no types
    """Transport for zeep that sends nothing and fetches nothing.

    Instead of sending, it returns the written envelope. Instead of fetching, it reads files of the
    gateway itself.
    """

    def post_xml(
        self, _address: str, envelope: etree._Element, headers: dict[str, str]
    ) -> tuple[etree._Element, dict[str, str]]:
        return envelope, headers

    def load(self, url: str) -> bytes:
        return Path(url).read_bytes()
