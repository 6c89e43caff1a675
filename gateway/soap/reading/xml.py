"""XML of a message: parsed once, within bounds, so the tree that is checked is the one executed.

Comments and processing instructions do not enter the tree, so the text around them is one value: no
check can see a part of a value that the use case sees whole.

The order of the checks: counts in the bytes first, because they need no parser and bound its work;
then a DOCTYPE at the usual place, before the parser reads it; then the parser; then a DOCTYPE that
only the parser could find; then depth, names and values of the tree.
"""

import re
from functools import partial
from threading import local

from lxml import etree

from gateway.domain.errors import InvalidRequest, MessageTooLarge
from gateway.soap.reading.known_structures import in_own_thread
from gateway.soap.reading.limits import MessageLimits
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error

_BEFORE_ROOT = re.compile(rb"(?s:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+")


class _ParserOfThread(local):
    """A parser per thread, made once: a shared parser would be locked while it works."""

    def __init__(self) -> None:
        self.parser = hardened_parser(encoding="utf-8", keep_comments=False, collect_ids=True)


_OF_THREAD = _ParserOfThread()


def parse(message: bytes, limits: MessageLimits, *, known: bool) -> etree._Element:
    """The root of a message in UTF-8. Raises InvalidRequest, MessageTooLarge.

    known: its structure is known (see known_structures), so its tags were measured before. No value
    can be longer than the message, so a short message of known structure needs no check at all.
    """
    if known and len(message) <= limits.value_characters:
        return _well_formed(message)
    if message.count(b"<") > limits.markup:
        raise MessageTooLarge(f"The message holds more than {limits.markup} tags.")
    if message.count(b"xmlns") > limits.namespace_declarations:
        raise MessageTooLarge(
            f"The message holds more than {limits.namespace_declarations} namespace declarations."
        )
    start = _BEFORE_ROOT.match(message)
    if start and message.startswith(b"<!DOCTYPE", start.end()):
        raise InvalidRequest("A message must not hold a document type declaration.")
    root = in_own_thread(partial(_well_formed, message, with_namespaces=True))
    if has_doctype(root):
        raise InvalidRequest("A message must not hold a document type declaration.")
    _measure(root, 1, limits)
    return root


def _well_formed(message: bytes, *, with_namespaces: bool = False) -> etree._Element:
    """with_namespaces: also look at what lxml lets pass; a known structure has been looked at."""
    try:
        root = etree.fromstring(message, _OF_THREAD.parser)
        if with_namespaces and has_namespace_error(_OF_THREAD.parser):
            raise InvalidRequest("The message is not well-formed XML with namespaces.")
        return root
    except etree.XMLSyntaxError as error:
        place = f" (line {error.lineno})" if error.lineno else ""
        raise InvalidRequest(
            f"The message is not well-formed XML with namespaces{place}."
        ) from None


def _measure(element: etree._Element, depth: int, limits: MessageLimits) -> None:
    if depth > limits.depth:
        raise MessageTooLarge(f"The message is nested more than {limits.depth} levels deep.")
    if len(element.tag) > limits.name_characters:
        raise MessageTooLarge(
            f"A name in the message is longer than {limits.name_characters} characters."
        )
    longest = limits.value_characters
    if len(element.text or "") > longest or len(element.tail or "") > longest:
        raise MessageTooLarge(f"A text in the message is longer than {longest} characters.")
    if element.attrib:
        _measure_attributes(element, limits)
    for child in element:
        _measure(child, depth + 1, limits)


def _measure_attributes(element: etree._Element, limits: MessageLimits) -> None:
    if len(element.attrib) > limits.attributes_per_element:
        raise MessageTooLarge(
            f"An element has more than {limits.attributes_per_element} attributes."
        )
    for name, value in element.attrib.items():
        if len(name) > limits.name_characters or len(value) > limits.value_characters:
            raise MessageTooLarge("An attribute in the message is too long.")
