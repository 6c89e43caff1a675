"""Attachments of a national record: read from its folder or from inside it, then checked.

Place, size and type are checked. The type is recognised by its magic number, because the ending of
a file name proves nothing. That of a PDF may stand anywhere in its first 1,024 bytes, as readers
take it (ISO 32000-1, annex H, implementation note 13).
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adapters.national.values import UnexpectedValue
from gateway.exchange.ports import Attachment

MAX_ATTACHMENT_BYTES = 7 * 1024 * 1024
"""Of one attachment. In base64 it is a text of less than ten million characters, which is the most
that XML parsers take by default (libxml2)."""
MAX_BYTES_OF_ALL = 14 * 1024 * 1024
"""Of the attachments of one record. In base64 they fit into an answer that a gateway reads by
default (`max_reply_bytes`)."""
MAX_ATTACHMENTS = 20
"""Of one record."""
_PDF_HEADER = b"%PDF-"
_PDF_HEADER_WITHIN = 1_024
_MAGIC_NUMBERS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
}


@dataclass(frozen=True, slots=True)
class RawAttachment:
    """An attachment as a record states it.

    name: of the file, relative to the record's folder.
    content: in base64; None for a file that lies beside the record.
    """

    name: str
    content: str | None = None


def read_attachment(folder: Path, raw: RawAttachment) -> Attachment:
    """Read an attachment and check it.

    folder: that of the record. Files are read there and below, never elsewhere; a link out of the
    folder is refused.
    Raises UnexpectedValue.
    """
    path = PurePosixPath(raw.name)
    if raw.name != str(path) or path.is_absolute() or ".." in path.parts or "\\" in raw.name:
        raise UnexpectedValue("a file name inside the folder of the record")
    if not all(character.isprintable() for character in raw.name) or len(path.name) > 200:
        raise UnexpectedValue("a file name of at most 200 printable characters")
    content = _beside(folder, path) if raw.content is None else _inside(raw.content)
    if len(content) > MAX_ATTACHMENT_BYTES:
        raise UnexpectedValue(f"a file of at most {MAX_ATTACHMENT_BYTES // 1024 // 1024} MB")
    if not _is_what_it_says(path.suffix.lower(), content):
        endings = " ".join((".pdf", *_MAGIC_NUMBERS))
        raise UnexpectedValue(f"a file that is what its ending says: {endings}")
    return Attachment(path.name, content)


def _is_what_it_says(ending: str, content: bytes) -> bool:
    if ending == ".pdf":
        return _PDF_HEADER in content[:_PDF_HEADER_WITHIN]
    return ending in _MAGIC_NUMBERS and content.startswith(_MAGIC_NUMBERS[ending])


def _beside(folder: Path, path: PurePosixPath) -> bytes:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise UnexpectedValue("a file name inside the folder of the record")
    try:
        if not file.is_file():
            raise UnexpectedValue("the name of a file that lies beside the record")
        with file.open("rb") as handle:
            return handle.read(MAX_ATTACHMENT_BYTES + 1)
    except OSError:
        raise UnexpectedValue("a file that can be read") from None


def _inside(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise UnexpectedValue("the content in base64, without line breaks") from None
