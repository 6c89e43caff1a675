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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gateway.domain.errors import RecordingInvalid
from gateway.recordings.message_xml import parsed
from gateway.recordings.packages import BOUNDARY
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import SHORTEST, Pseudonyms, normal

_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HEX_RUN = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_LINE_ENDS = re.compile(rb"[ \t]*\r?\n[ \t]*")
_PART_HEAD = re.compile(
    rf"^(?:--{BOUNDARY}(?:--)?|Content-(?:Type|Transfer-Encoding|ID): [^\r\n]*)\r$", re.MULTILINE
)
_NAMESPACE = re.compile(
    r"""xmlns(?::[A-Za-z][\w.-]{0,15})?=["'](?:urn:CitesDataExchange|urn:un:unece:uncefact:data"""
    r"""|http://(?:schemas\.xmlsoap|www\.w3|docs\.oasis-open|uri\.etsi)\.org)[^"'<>]*["']"""
)
_TAG_NAME = re.compile(r"</?(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """The values that no recording may hold, ready to be searched for."""

    texts: frozenset[str]
    blobs: frozenset[bytes]

    @classmethod
    def of(cls, pseudonyms: Pseudonyms, messages: Iterable[bytes]) -> "LeakCheck":
        """The check for one set.

        messages: after redaction. Free text that is also a public value in one of them, such as the
        name of a taxon, is no secret.
        """
        public = frozenset(normal(text) for message in messages for text in _kept_in(message))
        texts = {normal(value) for value in pseudonyms.strong}
        texts |= {
            text for value in pseudonyms.weak if not _is_public(text := normal(value), public)
        }
        return cls(
            frozenset(text for text in texts if len(text) >= SHORTEST),
            frozenset(blob for blob in pseudonyms.blobs if len(blob) >= SHORTEST),
        )

    def require_clean(self, content: bytes, file: str) -> None:
        """Raises RecordingInvalid where the content still holds a value; the value is not said."""
        places = [*_views(content)]
        if any(text in view for view, _ in places for text in self.texts) or any(
            blob in raw for _, raw in places for blob in self.blobs
        ):
            raise RecordingInvalid(
                f"{file}: it would still hold a value that has to be replaced. Nothing was written."
            )


def _views(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The forms in which a value could stand: text in one form, and the bytes that it is of."""
    yield normal(_without_names(content.decode("utf-8", "replace"))), content
    joined = _LINE_ENDS.sub(b"", content)
    for run in _BASE64_RUN.findall(joined):
        standard = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            piece = standard[start:]
            whole = piece[:-1] if len(piece) % 4 == 1 else piece
            yield from _decoded(base64.b64decode, whole + b"=" * (-len(whole) % 4))
    for run in _HEX_RUN.findall(joined):
        yield from _decoded(binascii.unhexlify, run)


def _decoded(decode: Callable[[bytes], bytes], run: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        raw = decode(run)
    except (binascii.Error, ValueError):
        return
    yield normal(raw.decode("utf-8", "replace")), raw
    yield normal(raw.decode("utf-16-le", "replace")), raw


def _without_names(text: str) -> str:
    """Text without names of the contract, namespaces, and the heads of parts that we write."""
    names = vocabulary.element_names()
    text = _PART_HEAD.sub("", _NAMESPACE.sub("", text))
    return _TAG_NAME.sub(lambda found: "<" if found[1] in names else found[0], text)


def _kept_in(message: bytes) -> Iterator[str]:
    root = parsed(message)
    for element in () if root is None else root.iter("{*}*", "*"):
        name, text = str(element.tag).rpartition("}")[2], element.text or ""
        if len(element) == 0 and text and vocabulary.is_kept(name, text):
            yield text


def _is_public(text: str, public: frozenset[str]) -> bool:
    return any(text in each for each in public)
