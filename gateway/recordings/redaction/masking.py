"""Masking of messages for a screen: structure and public codes stay, each other value is blank.

The rule is that of recordings, default deny. In place of pseudonyms, which a person could take for
values, stands one blank for everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.domain.white_space import trimmed
from gateway.recordings.message_xml import leaves
from gateway.recordings.packages import divided
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.text_answer import TextRedaction
from gateway.recordings.redaction.xml_message import XmlRedaction

BLANK = "____"
"""Blank in place of a value. It is also a name that XML allows for an element."""

_SHORT_ID = "ID"
"""Element of one or two letters: a line of a permit. Longer ones are identifiers."""

_SHORTEST_COVERED = 4
"""Letters of a value that is looked for in a text: a shorter one is found in any word."""


@dataclass(slots=True)
class _Blanks(Pseudonyms):
    """The same blank for every value."""

    def identifier(self, text: str) -> str:
        """A blank, unless there is nothing to cover."""
        return BLANK if trimmed(text) else text

    name = prose = mark = identifier

    def attachment(self, content: bytes) -> bytes:  # noqa: ARG002 - as in the base
        """Nothing of it."""
        return b""

    def holds_value(self, text: str) -> bool:  # noqa: ARG002 - as in the base
        """No value is remembered, so none is looked for."""
        return False


@dataclass(slots=True)
class _NoSeals:
    """No seal is made anew: seals hold names of signers, and are blank as any attachment."""

    keys: dict[str, bytes]

    def remade(self, before: bytes, seal: bytes, after: bytes) -> bytes:  # noqa: ARG002 - of the port
        """Nothing of it."""
        return b""


class _XmlMasking(XmlRedaction):
    def _sealed(
        self,
        root: etree._Element,  # noqa: ARG002 - as in the base
    ) -> Iterator[tuple[bytes, bytes, etree._Element, etree._Element]]:
        """None: a hostile message has many permits beside many seals, and pairs take minutes."""
        return iter(())

    def text(self, name: str, text: str) -> str:
        """The text of an element. An identifier is covered also where it looks like a date."""
        if vocabulary.is_identifier(name) and name != _SHORT_ID:
            return self.pseudonyms.identifier(text)
        return super().text(name, text)


def masked(message: bytes) -> str:
    """A message as text with masked values, an element a line; of bytes that are no text, nothing.

    An MTOM package is shown as its envelope.
    """
    package = divided(message, "")
    body = package.root if package else message
    xml = _XmlMasking(_Blanks(b""), _NoSeals({}), dict(package.parts) if package else {})
    root = xml.redacted(body)
    if root is not None:
        return root.decode()
    try:
        text, note = TextRedaction(_Blanks(b""), xml.text).redacted(body)
    except UnicodeDecodeError:
        return ""
    return "" if note else text.decode()


def covered(text: str, message: bytes) -> str:
    """A text about a message, in which numbers, tokens and names of the message are blank.

    text: the words of a fault: a partner may repeat there what we sent.
    """
    package = divided(message, "")
    found = leaves(package.root if package else message)
    values = {
        trimmed(value)
        for name, value in found.items()
        if vocabulary.is_identifier(name) or not vocabulary.is_kept(name, value)
    }
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST_COVERED:
            text = text.replace(value, BLANK)
    return text
