"""What did the partner say? Answers read from the bytes by local name, leniently (wire contract, sections 4 and 11.2).

zeep's typed reading refuses the empty elements real partners send; it writes our requests and reads nothing.
"""

import base64
import binascii

from lxml import etree

from gateway.exchange.ports import Attachment, PartnerConfirmation, PartnerReply, PartnerState
from gateway.partners.envelope import body_of
from gateway.partners.faults import Unreadable
from gateway.partners.package import Package
from gateway.partners.transport import RawAnswer
from gateway.partners.xml import children, text

_VERSIONS = {"CBFShip": "v1", "CITESEPermit": "v2"}
_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_WORD = 200


def read_certificate(answer: RawAnswer) -> PartnerReply:
    """The permit at any depth, in any namespace, whatever wraps it; its version is what its name says.

    Raises NotReached, Unreadable, PartnerRefusal.
    """
    body, package = body_of(answer)
    permits = [(name, found) for name in _VERSIONS for found in body.iter(f"{{*}}{name}")]
    if len(permits) != 1:
        raise Unreadable("answered without a permit." if not permits else "answered with more than one permit.")
    ((name, permit),) = permits
    wrapper = next(permit.iterancestors())
    attachments = tuple(
        attachment for element in children(wrapper, "Attachments") if (attachment := _attachment(element, package))
    )
    if next(body.iter(_INCLUDE), None) is not None:
        raise Unreadable("answered with an xop:Include where no attachment belongs.")
    composite = _BOOLEANS.get(text(_first(wrapper, "Composite")))
    return PartnerReply(_cut_out(permit), _VERSIONS[name], attachments, composite)


def read_confirmation(answer: RawAnswer) -> PartnerConfirmation:
    """Anything without a Fault is success; State and ConfirmationId are read where they stand. Raises as above."""
    message = _message(answer)
    return PartnerConfirmation(_word(message, "State"), _word(message, "ConfirmationId"))


def read_state(answer: RawAnswer) -> PartnerState:
    """Anything without a Fault means up; State, Version and Time are read where they stand. Raises as above."""
    message = _message(answer)
    return PartnerState(_word(message, "State"), _word(message, "Version"), _word(message, "Time"))


def _message(answer: RawAnswer) -> etree._Element:
    body, _ = body_of(answer)
    return next(iter(children(body)), body)


def _cut_out(permit: etree._Element) -> bytes:
    """The permit alone, in UTF-8, with every namespace declaration in scope, so that it means and digests as before."""
    return etree.tostring(permit, encoding="UTF-8", xml_declaration=False, with_tail=False)


def _attachment(element: etree._Element, package: Package) -> Attachment | None:
    """One file; None where the element holds neither a name nor bytes, since empty means absent."""
    name = text(_first(element, "AttachmentName"))
    content = _first(element, "AttachmentContent")
    held = b"" if content is None else _content(content, package)
    return Attachment(name, held) if name or held else None


def _content(element: etree._Element, package: Package) -> bytes:
    """The bytes: inline base64, or a part named by xop:Include or by bare `cid:` text.

    Bare `cid:` text that names no part is the placeholder of a test tool (section 7): no bytes.
    """
    inner = children(element)
    written = text(element)
    if inner:
        part = package.take(inner[0].get("href", "")) if [each.tag for each in inner] == [_INCLUDE] else None
        if part is None or written:
            raise Unreadable("answered with an attachment that is not in its package.")
        element.remove(inner[0])
        return part
    if written.startswith("cid:"):
        return package.take(written) or b""
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("answered with an attachment that is not base64.") from error


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(children(element, name)), None)


def _word(element: etree._Element, name: str) -> str | None:
    return " ".join(text(_first(element, name)).split())[:_LONGEST_WORD] or None
