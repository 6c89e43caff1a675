"""Which files go with a permit? Named beside the record, or written inside it; checked for place, size and type."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adapters.national.values import NotExpected
from gateway.exchange.ports import Attachment

MOST_BYTES = 10 * 1024 * 1024
MOST = 20
_BEGINNINGS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment as a record has it. name: of the file.  content: base64, None where it lies beside the record."""

    name: str
    content: str | None = None


def attachment(folder: Path, enclosed: Enclosed) -> Attachment:
    """Read one attachment; files are taken from the record's own folder and below, never from elsewhere.

    Raises NotExpected.
    """
    path = PurePosixPath(enclosed.name)
    if enclosed.name != str(path) or path.is_absolute() or ".." in path.parts or "\\" in enclosed.name:
        raise NotExpected("a file name inside the folder of the record")
    if not all(character.isprintable() for character in enclosed.name) or len(path.name) > 200:
        raise NotExpected("a file name of at most 200 printable characters")
    content = _beside(folder, path) if enclosed.content is None else _inside(enclosed.content)
    if len(content) > MOST_BYTES:
        raise NotExpected(f"a file of at most {MOST_BYTES // 1024 // 1024} MB")
    beginnings = _BEGINNINGS.get(path.suffix.lower())
    if beginnings is None or not content.startswith(beginnings):
        raise NotExpected(f"a file that is what its ending says: {' '.join(_BEGINNINGS)}")
    return Attachment(path.name, content)


def _beside(folder: Path, path: PurePosixPath) -> bytes:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise NotExpected("a file name inside the folder of the record")
    try:
        if not file.is_file():
            raise NotExpected("the name of a file that lies beside the record")
        with file.open("rb") as handle:
            return handle.read(MOST_BYTES + 1)
    except OSError:
        raise NotExpected("a file that can be read") from None


def _inside(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise NotExpected("the content in base64, without line breaks") from None
