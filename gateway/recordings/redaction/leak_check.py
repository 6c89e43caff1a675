"""Leak check: the last bytes of a recording are searched for every value that was replaced.

The search knows nothing of how the redaction works. It looks in the bytes as they are written, with
character references resolved, percent-encoding decoded, white space and case removed, and in every
run of base64 or hexadecimal digits. Names of elements that the contract declares are left out: a
partner may be called Permit. Values of fewer than SHORTEST characters stand in ordinary words by
accident; they are not searched for here, and are replaced where they stand all the same.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from gateway.domain.errors import RecordingInvalid
from gateway.recordings.message_xml import parsed
from gateway.recordings.packages import BOUNDARY
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.value_index import SHORTEST, ValueIndex, normal

_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HEX_RUN = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_LINE_ENDS = re.compile(rb"[ \t]*\r?\n[ \t]*")
_PART_HEAD = re.compile(
    rf"^(?:--{BOUNDARY}(?:--)?|Content-(?:Type|Transfer-Encoding|ID): [^\r\n]*)\r$", re.MULTILINE
)
_NAMESPACE = re.compile(r"""xmlns(?::[A-Za-z][\w.-]{0,15})?=["']([^"'<>]*)["']""")
_DECLARATION = re.compile(r"<\?xml [^<>]{0,80}\?>")
_TAG_NAME = re.compile(r"</?(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """The values that no recording may hold, ready to be searched for."""

    texts: ValueIndex
    blobs: frozenset[bytes]

    @classmethod
    def of(cls, pseudonyms: Pseudonyms, messages: Iterable[bytes]) -> "LeakCheck":
        """The check for one set.

        messages: after redaction. Free text that is also a public value in one of them, such as the
        name of a taxon, is no secret.
        """
        public = "\n".join({normal(text) for each in messages for text in _kept_in(each)})
        weak = (value for value in pseudonyms.weak if normal(value) not in public)
        return cls(
            ValueIndex((*pseudonyms.strong, *weak)),
            frozenset(blob for blob in pseudonyms.blobs if len(blob) >= SHORTEST),
        )

    def require_clean(self, content: bytes, file: str) -> None:
        """Raises RecordingInvalid where the content still holds a value; the value is not said."""
        views = {content, *_decoded_runs(content)}
        texts = {*map(_normal_text, views), *map(_normal_utf16, views)}
        if self.texts.is_in("\n".join(texts)) or any(
            blob in view for view in views for blob in self.blobs
        ):
            raise RecordingInvalid(
                f"{file}: it would still hold a value that has to be replaced. Nothing was written."
            )


def _decoded_runs(content: bytes) -> Iterator[bytes]:
    """Bytes behind runs of base64, wherever their first character is, and of hexadecimal digits."""
    joined = _LINE_ENDS.sub(b"", content)
    for run in set(_BASE64_RUN.findall(joined)):
        standard = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            piece = standard[start:]
            whole = piece[:-1] if len(piece) % 4 == 1 else piece
            with suppress(binascii.Error):
                yield base64.b64decode(whole + b"=" * (-len(whole) % 4))
    for run in set(_HEX_RUN.findall(joined)):
        yield binascii.unhexlify(run)


def _normal_text(view: bytes) -> str:
    return normal(_without_names(view.decode("utf-8", "replace")))


def _normal_utf16(view: bytes) -> str:
    return normal(view.decode("utf-16-le", "replace"))


def _without_names(text: str) -> str:
    """Text without names of the contract, namespaces, and the heads of parts that we write."""
    names = vocabulary.element_names()
    known = vocabulary.namespaces()
    text = _PART_HEAD.sub("", _DECLARATION.sub("", text, count=1))
    text = _NAMESPACE.sub(lambda found: "" if found[1] in known else found[0], text)
    return _TAG_NAME.sub(lambda found: "<" if found[1] in names else found[0], text)


def _kept_in(message: bytes) -> Iterator[str]:
    root = parsed(message)
    for element in () if root is None else root.iter("{*}*", "*"):
        name, text = str(element.tag).rpartition("}")[2], element.text or ""
        if len(element) == 0 and text and vocabulary.is_kept(name, text):
            yield text
