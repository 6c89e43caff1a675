"""What we ask, spelled as in the contract: zeep writes every request from our own WSDL (wire contract, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import zeep
from lxml import etree

import wsdl
from gateway.partners.profile import PartnerProfile

_SERVICE = "EpixService"
_PORTS = {"1.1": "EpixSoap11", "1.2": "EpixSoap12"}


@dataclass(frozen=True, slots=True)
class Message:
    """A request ready to travel. headers: the two that SOAP asks for."""

    headers: Mapping[str, str]
    body: bytes


def written(profile: PartnerProfile, operation: str, values: Mapping[str, Any]) -> Message:
    """Write `<Op>Request`: the wrapper qualified, its children plain, what is absent left out."""
    envelope, headers = _service(profile.version, profile.soap)[operation](**values)
    if profile.service_namespace:
        wrapper = envelope[0][0]
        wrapper.tag = f"{{{profile.service_namespace}}}{etree.QName(wrapper).localname}"
        etree.cleanup_namespaces(envelope)
    if profile.soap == "1.2":  # its action travels in the media type; zeep sends the header of 1.1 as well
        headers = {"Content-Type": headers["Content-Type"]}
    return Message(headers, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


@cache
def _service(version: Literal["v1", "v2"], soap: Literal["1.1", "1.2"]) -> Any:
    """One zeep proxy per contract version and SOAP version, shared by all partners and threads: it keeps no state."""
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_external=True, raw_response=True)
    path = wsdl.directory() / f"epix-{version}.wsdl"
    return zeep.Client(str(path), transport=_WritesOnly(), settings=settings).bind(_SERVICE, _PORTS[soap])


class _WritesOnly(zeep.Transport):  # type: ignore[misc]  # zeep has no types
    """Where zeep would send, it hands the written envelope back; where it would fetch, it may read our own files."""

    def post_xml(
        self, _address: str, envelope: etree._Element, headers: dict[str, str]
    ) -> tuple[etree._Element, dict[str, str]]:
        return envelope, headers

    def load(self, url: str) -> bytes:
        return Path(url).read_bytes()
