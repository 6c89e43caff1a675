"""Type of a file by its content: magic numbers and structure, never the name alone.

A file is taken where its content is of one type, its name ends as that type does, and nothing in it
acts by itself. A file that is of two types at once (polyglot) is refused, as its reader and ours
would see different things.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from gateway.domain.people.sentence import Sentence
from gateway.domain.supporting.pdf import pdf_problem
from gateway.domain.supporting.pictures import jpeg_problem, png_problem, tiff_problem
from gateway.domain.supporting.refused import DocumentRefused

IsPlainXml = Callable[[bytes], bool]
"""Whether bytes are a well-formed XML document without entities, style sheets and scripts."""

MAX_FILE_BYTES = 7 * 1024 * 1024
"""Of one file that travels. In base64 it is a text of less than ten million characters, which is
the most that XML parsers take by default (libxml2)."""
MAX_TRAVELLING_BYTES = 14 * 1024 * 1024
"""Of all files that travel with one permit. In base64 they fit into an answer that a gateway reads
by default (`max_reply_bytes`)."""
MAX_TRAVELLING_FILES = 20
"""That travel with one permit."""

_EMPTY = Sentence("The file is empty.")
_UNKNOWN = Sentence("The file must be PDF, PNG, JPEG, TIFF or XML.")
_MIXED = Sentence("The file holds a second file of another type.")
_XML = Sentence(
    "The XML must be well-formed, without a document type, entities, style sheets and scripts."
)


class FileType(StrEnum):
    """Type of a file. The value is its media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    XML = "application/xml"

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of names, in small letters."""
        return ENDINGS[self]


ENDINGS: Mapping[FileType, tuple[str, ...]] = {
    FileType.PDF: (".pdf",),
    FileType.PNG: (".png",),
    FileType.JPEG: (".jpg", ".jpeg"),
    FileType.TIFF: (".tif", ".tiff"),
    FileType.XML: (".xml",),
}
_PDF_HEADER = b"%PDF-"
_PDF_HEADER_WITHIN = 1_024
"""Readers take the header anywhere in these bytes (ISO 32000-1, annex H, note 13)."""
_BEFORE_A_HEADER = b"\xef\xbb\xbf \t\r\n\x00"
_ZIP_END = b"PK\x05\x06"
_ZIP_END_WITHIN = 65_557
"""Its record of 22 bytes with the longest comment (APPNOTE.TXT, section 4.3.16)."""
_PICTURES: Mapping[FileType, tuple[tuple[bytes, ...], Callable[[bytes], Sentence | None]]] = {
    FileType.PNG: ((b"\x89PNG\r\n\x1a\n",), png_problem),
    FileType.JPEG: ((b"\xff\xd8\xff",), jpeg_problem),
    FileType.TIFF: ((b"II*\x00", b"MM\x00*"), tiff_problem),
}


def checked_type(name: str, content: bytes, is_plain_xml: IsPlainXml) -> FileType:
    """Return the type of a file that may be kept.

    name: of the file; its ending must be one of the type.
    Raises DocumentRefused, which says why.
    """
    if not content:
        raise DocumentRefused("file", _EMPTY)
    found = _type(content)
    if found is None:
        raise DocumentRefused("file", _UNKNOWN)
    if not name.casefold().endswith(found.endings):
        raise DocumentRefused("file", _other_ending(found))
    if problem := _problem(found, content, is_plain_xml):
        raise DocumentRefused("file", problem)
    return found


def _other_ending(found: FileType) -> Sentence:
    return Sentence(
        "The file is {type} by its content; its name must end in {endings}.",
        {"type": found.name, "endings": " or ".join(found.endings)},
    )


def _type(content: bytes) -> FileType | None:
    for kind, (magic, _) in _PICTURES.items():
        if content.startswith(magic):
            return kind
    head = content[:_PDF_HEADER_WITHIN].lstrip(_BEFORE_A_HEADER)
    if head.startswith(_PDF_HEADER):
        return FileType.PDF
    return FileType.XML if _begins_as_xml(content) else None


def _begins_as_xml(content: bytes) -> bool:
    """Whether the first letter is `<`, in UTF-8 or UTF-16."""
    return content[:64].translate(None, b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def _problem(kind: FileType, content: bytes, is_plain_xml: IsPlainXml) -> Sentence | None:
    """Fault of a file of a type; None where it has none."""
    if _ZIP_END in content[-_ZIP_END_WITHIN:]:
        return _MIXED
    if kind is FileType.PDF:
        return pdf_problem(content)
    if _PDF_HEADER in content[:_PDF_HEADER_WITHIN]:
        return _MIXED
    if kind is FileType.XML:
        return None if is_plain_xml(content) else _XML
    return _PICTURES[kind][1](content)
