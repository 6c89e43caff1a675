"""Is the message well-formed XML of bounded size, and what is its tree?

The one parsing of a message: what is checked is what is executed. Comments and processing instructions do not enter
the tree, so the text around them is one value.
"""

import re
from functools import partial
from threading import local

from lxml import etree

from gateway.domain.errors import InvalidRequest, MessageTooLarge
from gateway.soap.limits import Limits
from gateway.soap.shapes import elsewhere

_BEFORE_ROOT = re.compile(rb"(?s:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+")


class _Mine(local):
    """A parser for each thread: one for all would be locked while it works."""

    def __init__(self) -> None:
        self.parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip


_MINE = _Mine()


def parse(message: bytes, limits: Limits, *, known: bool) -> etree._Element:
    """The root of a message in UTF-8. Raises InvalidRequest, MessageTooLarge.

    known: its tags were measured before (shapes.py), and no value can be longer than the message.
    """
    if known and len(message) <= limits.value_characters:
        return _well_formed(message)
    if message.count(b"<") > limits.markup:
        raise MessageTooLarge(f"The message holds more than {limits.markup} tags.")
    if message.count(b"xmlns") > limits.namespace_declarations:
        raise MessageTooLarge(f"The message holds more than {limits.namespace_declarations} namespace declarations.")
    start = _BEFORE_ROOT.match(message)
    if start and message.startswith(b"<!DOCTYPE", start.end()):
        raise InvalidRequest("A message must not hold a document type declaration.")
    root = elsewhere(partial(_well_formed, message))
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidRequest("A message must not hold a document type declaration.")
    _measure(root, 1, limits)
    return root


def _well_formed(message: bytes) -> etree._Element:
    try:
        return etree.fromstring(message, _MINE.parser)
    except etree.XMLSyntaxError as error:
        place = f" (line {error.lineno})" if error.lineno else ""
        raise InvalidRequest(f"The message is not well-formed XML with namespaces{place}.") from None


def _measure(element: etree._Element, depth: int, limits: Limits) -> None:
    if depth > limits.depth:
        raise MessageTooLarge(f"The message is nested more than {limits.depth} levels deep.")
    if len(element.tag) > limits.name_characters:
        raise MessageTooLarge(f"A name in the message is longer than {limits.name_characters} characters.")
    longest = limits.value_characters
    if len(element.text or "") > longest or len(element.tail or "") > longest:
        raise MessageTooLarge(f"A text in the message is longer than {longest} characters.")
    if element.attrib:
        _measure_attributes(element, limits)
    for child in element:
        _measure(child, depth + 1, limits)


def _measure_attributes(element: etree._Element, limits: Limits) -> None:
    if len(element.attrib) > limits.attributes_per_element:
        raise MessageTooLarge(f"An element has more than {limits.attributes_per_element} attributes.")
    for name, value in element.attrib.items():
        if len(name) > limits.name_characters or len(value) > limits.value_characters:
            raise MessageTooLarge("An attribute in the message is too long.")
