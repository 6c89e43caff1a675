"""Answers of the service under test, read strictly: envelope, fault, package, permit.

The gateway's own client reads leniently, so that a permit is not lost for a detail. A test has to
see the detail. Bounds: the transport limits the bytes; tags and namespaces are limited here, before
anything is parsed, and depth by the parser.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from gateway.conformance.exchange import Received
from gateway.domain.white_space import collapsed, trimmed
from gateway.wire.media_type import MediaType
from gateway.wire.mtom import (
    BASE64,
    PLAIN_ENCODINGS,
    PackageDamaged,
    PackageLimits,
    root_of,
    split_package,
)
from gateway.wire.namespaces import SOAP_12, XOP
from gateway.wire.soap_version import SoapVersion
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error
from schemas import FAULT_NAMESPACE, VERSION_BY_ROOT

_MOST_TAGS = 400_000
"""Tags that open or close: of some 200,000 elements."""
_MOST_NAMESPACES = 20_000
"""Declarations. Each costs as much as there are others in force, so they are bounded early."""
_PACKAGE = PackageLimits(parts=100, head_bytes=8_192)
_SOAPS = {f"{{{soap.value}}}Envelope": soap for soap in SoapVersion}
_CALLER_CODES = frozenset(
    {"Client", "Sender", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown"}
)
_LONGEST_WORD = 120


class NotReadable(Exception):
    """The answer is no SOAP message. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault. side: its code without prefix.  word: faultstring, or Reason.

    detail: the element of fault.xsd in it, None without one.
    """

    side: str
    word: str
    detail: etree._Element | None

    @property
    def blames_caller(self) -> bool:
        """Whether the caller can correct it."""
        return self.side.partition(".")[0] in _CALLER_CODES

    def said(self, name: str) -> str:
        """Text of a child of the detail; empty where there is none."""
        found = None if self.detail is None else self.detail.find(f"{{{FAULT_NAMESPACE}}}{name}")
        return "" if found is None else collapsed(found.text or "")

    @property
    def words(self) -> frozenset[str]:
        """Words by which the fault names itself."""
        return frozenset({self.word, self.said("Code"), self.side.rpartition(".")[2]}) - {""}

    @property
    def summary(self) -> str:
        """Side, word and text on a line, for a person."""
        text = self.said("Text")
        return f"{self.side}, {self.word[:_LONGEST_WORD]}" + (f" ({text})" if text else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in SOAP. content: the only element of the Body; parts of a package are in it."""

    soap: SoapVersion
    content: etree._Element
    fault: Fault | None
    in_package: bool

    @property
    def permit(self) -> etree._Element | None:
        """The permit, where it stands in the contract; None where there is none."""
        return next(
            (each for each in elements(self.content) if local_name(each) in VERSION_BY_ROOT), None
        )

    @property
    def permit_at_any_depth(self) -> etree._Element | None:
        """The permit, wherever it stands in the Body; None where there is none."""
        return next(
            (each for each in self.content.iter("*") if local_name(each) in VERSION_BY_ROOT), None
        )


def soap_answer(received: Received) -> Answer:
    """The SOAP message of an answer. Raises NotReadable."""
    if received.failure is not None:
        raise NotReadable(f"The service {received.failure}")
    root, in_package = _root_of(received)
    soap = _SOAPS.get(str(root.tag))
    if soap is None:
        raise NotReadable(
            f"The answer is no SOAP message: its root element is {local_name(root)[:60]}"
            f" (HTTP status {received.status})."
        )
    bodies = root.findall(f"{{{soap.value}}}Body")
    if len(bodies) != 1 or len(elements(bodies[0])) != 1:
        raise NotReadable("The answer has not exactly one Body with one element in it.")
    (content,) = elements(bodies[0])
    fault = _fault_of(content, soap) if content.tag == f"{{{soap.value}}}Fault" else None
    return Answer(soap, content, fault, in_package)


def elements(parent: etree._Element) -> Sequence[etree._Element]:
    """Child elements, without comments and instructions."""
    return list(parent.iterchildren("*"))


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(etree.QName(element).localname)


def text_at(element: etree._Element, *path: str) -> str:
    """Trimmed text of the first element down a path of local names; empty where there is none."""
    found = element
    for name in path:
        below = next((each for each in elements(found) if local_name(each) == name), None)
        if below is None:
            return ""
        found = below
    return trimmed(str(found.xpath("string()")))


def lines_of(permit: etree._Element) -> dict[str, str]:
    """Lines of a permit: letter -> quantity of box 11, as written. Either contract version."""
    return {text_at(line, "ID"): text_at(line, *_BOX_11) for line in _lines(permit)}


def box_14_of(permit: etree._Element) -> dict[str, str]:
    """Lines of a permit: letter -> quantity of box 14, empty where it has none."""
    return {
        text_at(line, "ID"): text_at(line, "ExaminationTransportEvent", "InspectedUnitQuantity")
        or text_at(line, "ExaminationTransportEvent", "UnitQuantity")
        for line in _lines(permit)
    }


_BOX_11 = ("TransportLogisticsPackage", "ItemQuantity")


def _lines(permit: etree._Element) -> Sequence[etree._Element]:
    return [
        line
        for consignment in elements(permit)
        if local_name(consignment) == "SpecifiedSupplyChainConsignment"
        for line in elements(consignment)
        if local_name(line) == "IncludedSupplyChainConsignmentItem"
    ]


def _root_of(received: Received) -> tuple[etree._Element, bool]:
    media = MediaType.parse(received.content_type)
    if media is None or not media.name.startswith("multipart/"):
        charset = media.parameters.get("charset") if media else None
        return parsed(received.body, charset), False
    try:
        parts = split_package(received.body, media.parameters.get("boundary", ""), _PACKAGE)
        root = root_of(parts, media.parameters.get("start"))
        contents = {
            part.content_id[1:-1]: part.decoded(PLAIN_ENCODINGS | {BASE64}) or b""
            for part in parts
            if part is not root and part.content_id
        }
        written = root.decoded(PLAIN_ENCODINGS | {BASE64}) or b""
    except PackageDamaged as damaged:
        raise NotReadable(f"The answer is a damaged package: {damaged.text}") from None
    tree = parsed(written, None)
    _put_in_place(tree, contents)
    return tree, True


def _put_in_place(root: etree._Element, contents: Mapping[str, bytes]) -> None:
    """Put each part where the message refers to it (XOP 1.0, section 3.2)."""
    for include in list(root.iter(f"{{{XOP}}}Include")):
        content = contents.get((include.get("href") or "").removeprefix("cid:"))
        holder = include.getparent()
        if content is None or holder is None:
            raise NotReadable("The answer refers to a part that is not in its package.")
        holder.remove(include)
        holder.text = base64.b64encode(content).decode("ascii")


_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=")


def parsed(content: bytes, charset: str | None) -> etree._Element:
    """The root element of a document, parsed without DTD, entities and network.

    charset: of the media type; it counts where the bytes do not say it. Raises NotReadable.
    """
    if content.count(b"<") > _MOST_TAGS or content.count(b"xmlns") > _MOST_NAMESPACES:
        raise NotReadable("The answer has more elements than a permit has.")
    says_itself = content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    encoding = None if says_itself or _DECLARED.match(content) else charset
    parser = None
    try:
        parser = hardened_parser(encoding=encoding, keep_comments=False, collect_ids=False)
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise NotReadable(_not_xml(content)) from None
    except (LookupError, ValueError):
        raise NotReadable("The answer is in an encoding that is not known.") from None
    if has_namespace_error(parser) or not isinstance(root, etree._Element):
        raise NotReadable(_not_xml(content))
    if has_doctype(root):
        raise NotReadable("The answer has a DOCTYPE, which SOAP forbids.")
    return root


def _not_xml(content: bytes) -> str:
    if not content.strip():
        return "The answer is empty."
    return "The answer is no well-formed XML."


def _fault_of(content: etree._Element, soap: SoapVersion) -> Fault:
    if soap is SoapVersion.V1_1:
        code, word = text_at(content, "faultcode"), text_at(content, "faultstring")
    else:
        reasons = content.iterfind(f"{{{SOAP_12}}}Reason/{{{SOAP_12}}}Text")
        code = text_at(content, "Code", "Value")
        word = next((trimmed(each.text or "") for each in reasons), "")
    detail = next(content.iter(f"{{{FAULT_NAMESPACE}}}Fault"), None)
    return Fault(code.rpartition(":")[2], collapsed(word), detail)
