"""Redaction of XML messages: public values stay, each other text becomes a pseudonym.

The rule is the other way round than a list of secrets: an element that is not known is redacted. So
what a partner invents does not slip through.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from gateway.domain.white_space import collapsed, removed, trimmed
from gateway.exchange.ports import SEAL_NAME
from gateway.recordings.message_xml import parsed
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.seals import SealRemaker
from gateway.wire.namespaces import JOURNAL_HEADS, WSSE, WSU, XOP
from schemas import VERSION_BY_ROOT

HEADS_REMOVED = "The header block of journal heads was left out."
SIGNATURE_REMOVED = "The signature of the message was left out: a replay cannot judge it."
_INCLUDE = f"{{{XOP}}}Include"
_SECURITY = f"{{{WSSE}}}Security"
_PLAIN_SECURITY = {f"{{{WSSE}}}UsernameToken", f"{{{WSU}}}Timestamp"}
_IDS = frozenset({"id", "assertionid", "uri"})


@dataclass(slots=True)
class XmlRedaction:
    """Redaction of one message.

    parts: attachments of the MTOM package by content id, replaced in place.
    notes: parts that could not be kept, filled while it works.
    """

    pseudonyms: Pseudonyms
    seals: SealRemaker
    parts: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def redacted(self, message: bytes) -> bytes | None:
        """The message in UTF-8, an element a line; None for anything but well-formed XML."""
        root = parsed(message)
        if root is None:
            return None
        sealed = list(self._sealed(root))
        self._strip_headers(root)
        seal_places = {id(holder) for _, _, holder, _ in sealed}
        # Comments can hold anything, and split values; no reader here looks at them.
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
        for element in root.iter():
            if id(element) not in seal_places:
                self._element(element)
        etree.indent(root)
        for before, seal, holder, permit in sealed:
            self._replace(holder, self.seals.remade(before, seal, _cut_out(permit)))
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"

    # Seals and attachments

    def _sealed(
        self, root: etree._Element
    ) -> Iterator[tuple[bytes, bytes, etree._Element, etree._Element]]:
        """Document, seal, element that holds the seal, and permit; of each seal in a message."""
        for name in VERSION_BY_ROOT:
            for permit in root.iter(f"{{*}}{name}"):
                wrapper = permit.getparent()
                for attachment in (
                    wrapper.iterchildren("{*}Attachments") if wrapper is not None else ()
                ):
                    holder = attachment.find("{*}AttachmentContent")
                    if collapsed(attachment.findtext("{*}AttachmentName") or "") != SEAL_NAME:
                        continue
                    content = self._content(holder) if holder is not None else None
                    if holder is not None and content:
                        self.pseudonyms.blobs |= _certificates_in(content)
                        yield _cut_out(permit), content, holder, permit

    def _content(self, holder: etree._Element) -> bytes | None:
        """Bytes of an attachment, inline or in a part; None where there are none."""
        include = holder.find(_INCLUDE)
        if include is not None:
            return self.parts.get(include.get("href", "").removeprefix("cid:"))
        try:
            return base64.b64decode(removed(holder.text or ""), validate=True)
        except (binascii.Error, ValueError):
            return None

    def _replace(self, holder: etree._Element, content: bytes) -> None:
        include = holder.find(_INCLUDE)
        if include is None:
            holder.text = base64.b64encode(content).decode()
        else:
            self.parts[include.get("href", "").removeprefix("cid:")] = content

    # Headers

    def _strip_headers(self, root: etree._Element) -> None:
        for block in list(root.iter(f"{{{JOURNAL_HEADS}}}*")):
            if (holder := block.getparent()) is not None and block.tag.endswith("}JournalHeads"):
                holder.remove(block)
                self._note(HEADS_REMOVED)
        for security in list(root.iter(_SECURITY)):
            for block in list(security):
                if block.tag not in _PLAIN_SECURITY:
                    self.pseudonyms.blobs |= _certificates_in(etree.tostring(block))
                    security.remove(block)
                    self._note(SIGNATURE_REMOVED)

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    # Elements

    def _element(self, element: etree._Element) -> None:
        name = etree.QName(element).localname
        for attribute, value in list(element.attrib.items()):
            local = etree.QName(attribute).localname
            if self._is_odd(local):
                del element.attrib[attribute]
                attribute = self.pseudonyms.identifier(local)
            element.set(attribute, self._attribute(local, str(value)))
        if self._is_odd(name):
            namespace = etree.QName(element).namespace
            odd = self.pseudonyms.identifier(name)
            element.tag = f"{{{namespace}}}{odd}" if namespace else odd
        if name == "AttachmentContent":
            self._attachment(element)
        elif len(element) == 0:
            element.text = self.text(name, element.text or "") or None
        else:
            element.text = self._between(element.text)
        for child in element:
            child.tail = self._between(child.tail)

    def _is_odd(self, name: str) -> bool:
        """Whether the name of an element or an attribute may be a number itself."""
        return name not in vocabulary.element_names() and any(each.isdigit() for each in name)

    def text(self, name: str, text: str) -> str:
        """The text of an element. name: local name."""
        if vocabulary.is_kept(name, text) and not self.pseudonyms.holds_value(text):
            return text
        if name == "AttachmentName":
            return self._file_name(text)
        return self._replacement(name)(text)

    def _replacement(self, name: str) -> Callable[[str], str]:
        if vocabulary.is_identifier(name):
            return self.pseudonyms.identifier
        return self.pseudonyms.prose if vocabulary.is_free_text(name) else self.pseudonyms.name

    def _file_name(self, text: str) -> str:
        """A name with its ending; that of the seal stays, because it says which one is the seal."""
        if collapsed(text) == SEAL_NAME:
            return text
        stem, dot, ending = text.rpartition(".")
        if not dot or not ending.isalnum() or len(ending) > 4:
            return self.pseudonyms.name(text)
        return self.pseudonyms.name(stem).replace(" ", "-") + dot + ending

    def _attachment(self, element: etree._Element) -> None:
        content = self._content(element)
        if content is not None:
            self._replace(element, self.pseudonyms.attachment(content))
        elif len(element) == 0 and not (element.text or "").startswith("cid:"):
            element.text = f"{self.pseudonyms.name(element.text or '')}*"  # no base64, as before

    def _between(self, text: str | None) -> str | None:
        return self.pseudonyms.prose(text) if text and trimmed(text) else text

    def _attribute(self, name: str, value: str) -> str:
        if name == "href" and value.startswith("cid:"):
            return value
        if name.lower() in _IDS:
            mark = "#" if value.startswith("#") else ""
            return mark + self.pseudonyms.identifier(value.removeprefix("#"))
        if vocabulary.is_attribute_kept(name, value):
            return value
        return self.pseudonyms.name(value)


def _cut_out(permit: etree._Element) -> bytes:
    """The permit alone, as a seal covers it."""
    return etree.tostring(permit, encoding="UTF-8", xml_declaration=False, with_tail=False)


def _certificates_in(content: bytes) -> set[bytes]:
    """A part of each certificate in a seal or a signature, from the middle of its bytes."""
    root = parsed(content)
    found = set()
    for holder in () if root is None else root.iter("{*}X509Certificate", "{*}BinarySecurityToken"):
        try:
            der = base64.b64decode(removed(holder.text or ""), validate=True)
        except (binascii.Error, ValueError):
            continue
        if len(der) >= 64:
            found.add(der[len(der) // 2 : len(der) // 2 + 32])
    return found
