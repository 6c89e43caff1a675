"""Redaction of answers that are no XML: web pages, cut messages, plain text, bytes.

Marks stay, so that the answer is as unreadable as it was: a message that was cut is cut still. Text
and values of attributes are replaced by the same rules as in XML.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from gateway.domain.white_space import trimmed
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import Pseudonyms

BYTES_REPLACED = "The answer held bytes that are no text; other bytes stand in their place."
_PIECE = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<mark><[^<>]*>?)|(?P<text>[^<]+)", re.DOTALL
)
_MARK = re.compile(
    r"(?P<value>\"[^\"]*\"?|'[^']*'?)|(?P<name>[^\s=\"'<>/?!\[\]&;,]+)|(?P<other>.)", re.DOTALL
)
_KEYWORDS = frozenset(
    [
        "DOCTYPE",
        "ENTITY",
        "ELEMENT",
        "ATTLIST",
        "SYSTEM",
        "PUBLIC",
        "CDATA",
        "xml",
        "version",
        "encoding",
    ]
)
_ATTRIBUTE_NAME = re.compile(
    r"xmlns(?::[A-Za-z]{1,12})?|xsi:(?:type|nil)|xml:lang|class|id|style|href|src|name|content|lang"
    r"|type|rel|title|alt|width|height|align|charset|http-equiv|unitCode"
)
_OWN_NAMESPACE = re.compile(r"urn:CitesDataExchange(?:/(?:v[12]|fault)?/?)?")
_PREFIX = re.compile(r"[A-Za-z]{1,12}")


@dataclass(frozen=True, slots=True)
class TextRedaction:
    """Redaction of one answer. text_of: replaces the text of an element, by its local name."""

    pseudonyms: Pseudonyms
    text_of: Callable[[str, str], str]

    def redacted(self, message: bytes) -> tuple[bytes, str | None]:
        """The answer, and a note where its bytes are no text."""
        if not message:
            return message, None
        try:
            text = message.decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            digest = sha256(self.pseudonyms.key + message).hexdigest()
            return f"{digest}\n".encode(), BYTES_REPLACED
        return "".join(self._pieces(text)).encode(), None

    def _pieces(self, text: str) -> list[str]:
        written, element = [], ""
        for piece in _PIECE.finditer(text):
            if piece["text"]:
                written.append(self._text(element, piece["text"]))
            elif piece["comment"]:
                written.append(f"<!-- {self.pseudonyms.prose(piece['comment'][4:])} -->")
            else:
                mark = piece["mark"]
                element = _local(mark)
                written.append(self._mark(mark))
        return written

    def _text(self, element: str, text: str) -> str:
        return self.text_of(element, text) if trimmed(text) else text

    def _mark(self, mark: str) -> str:
        """A start or end tag, or a declaration, whole or cut."""
        return "".join(
            self._value(each["value"])
            if each["value"]
            else self._name(each["name"])
            if each["name"]
            else each["other"]
            for each in _MARK.finditer(mark)
        )

    def _name(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        known = local in vocabulary.element_names() and (not colon or _PREFIX.fullmatch(prefix))
        if known or name in _KEYWORDS or _ATTRIBUTE_NAME.fullmatch(name):
            return name
        return self.pseudonyms.mark(name)

    def _value(self, value: str) -> str:
        quote, inner = value[0], value[1:].removesuffix(value[0])
        end = quote if len(value) > 1 and value.endswith(quote) else ""
        if _OWN_NAMESPACE.fullmatch(inner) or vocabulary.is_attribute_kept("type", inner):
            return value
        return quote + self.pseudonyms.name(inner) + end


def _local(mark: str) -> str:
    """Local name of a start tag; empty for anything else."""
    found = re.match(r"<(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)", mark)
    return found[1] if found else ""
