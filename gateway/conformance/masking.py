"""Masking of messages in reports: no token, no content of a permit, and one line for each line.

A report goes to people who may not see the permits of the test. Shown are the form of a message,
the values that a test is about, and each fault as it came.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape  # writes; it parses nothing

from lxml import etree

from gateway.conformance.answers import NotReadable, local_name, parsed, soap_answer
from gateway.conformance.exchange import Received, Sent
from gateway.domain.foreign_text import one_line
from schemas import VERSION_BY_ROOT

TOKEN = "(token)"  # noqa: S105  # stands in place of a secret
_MOST_CHARACTERS = 4_000
_LONGEST_RUN = 120
_RUN = re.compile(rf"[^\s<>]{{{_LONGEST_RUN + 1},}}")


class Mask:
    """Takes secrets out of texts. tokens: of every test permit, and passwords."""

    def __init__(self, tokens: Iterable[str]) -> None:
        forms = {
            form for token in tokens for form in (token, escape(token), escape(token, _QUOTES))
        }
        # The longest first: a token may be the beginning of another.
        words = sorted((form for form in forms if form), key=len, reverse=True)
        self._tokens = re.compile("|".join(map(re.escape, words))) if words else None

    def text(self, text: str) -> str:
        """The text without tokens; its lines are kept, and nothing in one can forge another."""
        covered = self._tokens.sub(TOKEN, text) if self._tokens else text
        return "\n".join(one_line(line) for line in covered.split("\n"))

    def sent(self, sent: Sent) -> str:
        """A request for a report, of several lines."""
        head = f"{sent.method}{' ?' + sent.query if sent.query else ''}"
        lines = [head, *(f"{name}: {value}" for name, value in sent.headers.items())]
        return self.text("\n".join([*lines, "", _cut(_decoded(sent.body))]).rstrip())

    def received(self, received: Received) -> str:
        """An answer for a report, of several lines; the permit in it is named, not shown."""
        if received.status is None:
            return ""
        lines = [
            f"HTTP {received.status}",
            f"Content-Type: {received.content_type[:_LONGEST_RUN]}",
            "",
        ]
        return self.text("\n".join([*lines, _cut(_shown(received))]).rstrip())


_QUOTES = {'"': "&quot;", "'": "&apos;"}


def _shown(received: Received) -> str:
    try:
        content = soap_answer(received).content
    except NotReadable:
        return _readable(received.body)
    for element in list(content.iter("*")):
        if local_name(element) in VERSION_BY_ROOT:
            size = len(etree.tostring(element))
            for child in list(element):
                element.remove(child)
            element.text = f"(permit of {size} bytes, not shown)"
        elif local_name(element) == "AttachmentContent" and element.text:
            element.text = f"({len(element.text)} characters of base64, not shown)"
    root = content.getroottree().getroot()
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _readable(body: bytes) -> str:
    """Bytes that are no SOAP message: contract files and pages of errors."""
    try:
        root = parsed(body, None)
    except NotReadable:
        return _decoded(body)
    return str(etree.tostring(root, encoding="unicode"))


def _decoded(body: bytes) -> str:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return body.decode(encoding, errors="replace")


def _cut(text: str) -> str:
    short = _RUN.sub(lambda run: f"{run[0][:20]}... ({len(run[0])} characters)", text)
    if len(short) <= _MOST_CHARACTERS:
        return short
    return f"{short[:_MOST_CHARACTERS]}\n... ({len(short)} characters in all)"
