"""Attachments of a national record: read from its folder or from inside it, then checked.

Place and size are checked here, the type and what is inside by the rule of all files that travel
with permits (`gateway.domain.supporting.content`).
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adapters.national.values import UnexpectedValue
from gateway.domain.supporting.content import MAX_FILE_BYTES, checked_type
from gateway.domain.supporting.refused import DocumentRefused
from gateway.exchange.ports import Attachment
from gateway.wire.plain_xml import is_plain_xml

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawAttachment:
    """An attachment as a record states it.

    name: of the file, relative to the record's folder.
    content: in base64; None for a file that lies beside the record.
    """

    name: str
    content: str | None = None


def read_attachment(folder: Path, raw: RawAttachment, *, travels: bool) -> Attachment:
    """Read an attachment and check it.

    folder: that of the record. Files are read there and below, never elsewhere; a link out of the
    folder is refused.
    travels: whether partners get it with the permit. Its content does not matter otherwise: the end
    of a permit has to come through, whatever was taken with it under earlier rules.
    Raises UnexpectedValue.
    """
    path = PurePosixPath(raw.name)
    if raw.name != str(path) or path.is_absolute() or ".." in path.parts or "\\" in raw.name:
        raise UnexpectedValue("a file name inside the folder of the record")
    if not all(character.isprintable() for character in raw.name) or len(path.name) > 200:
        raise UnexpectedValue("a file name of at most 200 printable characters")
    content = _beside(folder, path) if raw.content is None else _inside(raw.content)
    if len(content) > MAX_FILE_BYTES:
        raise UnexpectedValue(f"a file of at most {MAX_FILE_BYTES // _MB} MB")
    if travels:
        _require_type(path.name, content)
    return Attachment(path.name, content)


def _require_type(name: str, content: bytes) -> None:
    try:
        checked_type(name, content, is_plain_xml)
    except DocumentRefused as refused:
        reason = refused.text.rstrip(".")
        raise UnexpectedValue(f"a file that partners may be given ({reason})") from None


def _beside(folder: Path, path: PurePosixPath) -> bytes:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise UnexpectedValue("a file name inside the folder of the record")
    try:
        if not file.is_file():
            raise UnexpectedValue("the name of a file that lies beside the record")
        with file.open("rb") as handle:
            return handle.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise UnexpectedValue("a file that can be read") from None


def _inside(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise UnexpectedValue("the content in base64, without line breaks") from None
