"""Answers of partners: read leniently, by local name (wire contract, sections 4 and 11.2).

zeep does not read them: its typed reading refuses the empty elements that real partners send.
Lenient are names, order and empty elements; bounds and packages are strict (`xml`, `mtom`).
"""

import base64
import binascii

from lxml import etree

from gateway.domain.white_space import collapsed, removed
from gateway.exchange.ports import Attachment, PartnerConfirmation, PartnerReply, PartnerState
from gateway.partners.envelope import body_of
from gateway.partners.faults import Unreadable
from gateway.partners.mtom import ReceivedPackage
from gateway.partners.transport import RawAnswer
from gateway.partners.xml import children, text
from gateway.wire.namespaces import XOP
from schemas import VERSION_BY_ROOT

_INCLUDE = f"{{{XOP}}}Include"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MAX_TEXT_CHARACTERS = 200


def read_certificate(answer: RawAnswer, element: str = "") -> PartnerReply:
    """The permit, at any depth, in any namespace; its name says its version.

    element: local name of the element around it, in the Body; empty: any.
    Raises NotReached, Unreadable, PartnerRefusal.
    """
    body, package = body_of(answer, element)
    permits = [(name, found) for name in VERSION_BY_ROOT for found in body.iter(f"{{*}}{name}")]
    if len(permits) != 1:
        raise Unreadable(
            "answered without a permit." if not permits else "answered with more than one permit."
        )
    ((name, permit),) = permits
    wrapper = next(permit.iterancestors())
    attachments = tuple(
        attachment
        for element in children(wrapper, "Attachments")
        if (attachment := _attachment(element, package))
    )
    if next(body.iter(_INCLUDE), None) is not None:
        raise Unreadable("answered with an xop:Include where no attachment belongs.")
    composite = _BOOLEANS.get(text(_first(wrapper, "Composite")))
    return PartnerReply(_cut_out(permit), VERSION_BY_ROOT[name].name, attachments, composite)


def read_confirmation(answer: RawAnswer, element: str = "") -> PartnerConfirmation:
    """Anything without a Fault is success; State and ConfirmationId are read where they stand.

    Raises as above.
    """
    message = _message(answer, element)
    return PartnerConfirmation(_word(message, "State"), _word(message, "ConfirmationId"))


def read_state(answer: RawAnswer, element: str = "") -> PartnerState:
    """Anything without a Fault means up; State, Version and Time are read where they stand.

    Raises as above.
    """
    message = _message(answer, element)
    return PartnerState(_word(message, "State"), _word(message, "Version"), _word(message, "Time"))


def _message(answer: RawAnswer, element: str) -> etree._Element:
    body, _ = body_of(answer, element)
    return next(iter(children(body)), body)


def _cut_out(permit: etree._Element) -> bytes:
    """The permit alone, in UTF-8, with every namespace declaration in scope.

    So its names keep their meaning, and its seal still verifies.
    """
    return etree.tostring(permit, encoding="UTF-8", xml_declaration=False, with_tail=False)


def _attachment(element: etree._Element, package: ReceivedPackage) -> Attachment | None:
    """An attachment; None where the element has neither name nor bytes: empty means absent."""
    name = text(_first(element, "AttachmentName"))
    holder = _first(element, "AttachmentContent")
    content = b"" if holder is None else _content(holder, package)
    return Attachment(name, content) if name or content else None


def _content(element: etree._Element, package: ReceivedPackage) -> bytes:
    """The bytes: inline base64, or a part named by xop:Include or by bare `cid:` text.

    Bare `cid:` text that names no part is the placeholder of a test tool (section 7): no bytes.
    """
    inner = children(element)
    written = text(element)
    if inner:
        part = (
            package.take(inner[0].get("href", ""))
            if [each.tag for each in inner] == [_INCLUDE]
            else None
        )
        if part is None or written:
            raise Unreadable("answered with an attachment that is not in its package.")
        element.remove(inner[0])
        return part
    if written.startswith("cid:"):
        return package.take(written) or b""
    try:
        return base64.b64decode(removed(written), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("answered with an attachment that is not base64.") from error


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(children(element, name)), None)


def _word(element: etree._Element, name: str) -> str | None:
    return collapsed(text(_first(element, name)))[:_MAX_TEXT_CHARACTERS] or None
