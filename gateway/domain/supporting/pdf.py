"""Active content of PDF files: scripts, programs to launch, files inside, forms that send.

The bytes are searched, and what every stream unpacks to (FlateDecode), for names that PDF gives to
such content. So former revisions of the file and objects that no table names are searched as well,
which a reader of the newest revision would not see. A file that cannot be searched so is refused:
one that is encrypted, unpacks to more than a bound, or packs objects in another way. A file that
was made on purpose to hide something can still pass; its readers must be as careful as with mail.
Source: ISO 32000-1, sections 7.3.5 (names), 7.4 (filters), 7.5.7 (object streams), 12.6 (actions).
"""

import re
import zlib
from collections.abc import Iterator

from gateway.domain.people.sentence import Sentence

MOST_UNPACKED_BYTES = 96 * 1024 * 1024
"""Of all streams of a file together: about a second of processor time."""
_PIECE = 256 * 1024
_OVERLAP = 64
"""Bytes of a piece that are searched with the next one: longer than any name, escapes included."""

_ACTIVE = Sentence(
    "The PDF holds active content or files inside ({name}): print it to a new PDF, and take that."
)
_ENCRYPTED = Sentence("The PDF is encrypted: save it without a password.")
_HIDDEN = Sentence("The PDF packs its objects in a way that cannot be examined: save it as PDF/A.")
_LARGE = Sentence("The PDF unpacks to too much: save it with pictures of less resolution.")

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAMES = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData|GoToE"
    rb"|Rendition|XFA|Encrypt|ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|First)"
    rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%0-9]|\Z)"
)
_EMBEDDED = re.compile(rb"/EF\s{0,9}(?:<<|\d{1,9}\s{1,9}\d{1,5}\s{1,9}R)")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_UNUSUAL_FILTERS = frozenset(
    {b"ASCIIHexDecode", b"ASCII85Decode", b"LZWDecode", b"RunLengthDecode"}
)
_BEFORE_A_STREAM = 2_000


def pdf_problem(content: bytes) -> Sentence | None:
    """Fault of a PDF file; None where it has none. Memory is bounded."""
    names: set[bytes] = set()
    unpacked = 0
    for piece in _pieces(content):
        unpacked += len(piece)
        if unpacked > MOST_UNPACKED_BYTES + len(content) + _OVERLAP:
            return _LARGE
        names |= _names(piece)
    if b"Encrypt" in names:
        return _ENCRYPTED
    active = names - _UNUSUAL_FILTERS - {b"First"}
    if active:
        return Sentence(_ACTIVE.template, {"name": min(active).decode("ascii")})
    hides = bool(names & _UNUSUAL_FILTERS) and b"First" in names
    return _HIDDEN if hides or _predicts_objects(content) else None


def _names(piece: bytes) -> set[bytes]:
    """The names of a piece that matter. Letters of a name may be written as `#4A`."""
    plain = _ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), piece)
    found = set(_NAMES.findall(plain))
    return found | {b"EmbeddedFile"} if _EMBEDDED.search(plain) else found


def _pieces(content: bytes) -> Iterator[bytes]:
    """The file itself, then what its streams unpack to, piece by piece."""
    yield content
    view = memoryview(content)
    for keyword in _STREAM.finditer(content):
        yield from _unpacked(view[keyword.end() :])


def _unpacked(packed: memoryview) -> Iterator[bytes]:
    """Unpacked content of a stream; nothing where it is not packed by FlateDecode."""
    inflater = zlib.decompressobj()
    before, at = b"", 0
    left: bytes | memoryview = b""
    try:
        while not inflater.eof and (left or at < len(packed)):
            if not left:
                left, at = packed[at : at + _PIECE], at + _PIECE
            piece = inflater.decompress(left, _PIECE)
            left = inflater.unconsumed_tail
            yield before + piece
            before = piece[-_OVERLAP:]
    except zlib.error:
        return


def _predicts_objects(content: bytes) -> bool:
    """Whether an object stream is stored as differences, which hides its names."""
    for keyword in _STREAM.finditer(content):
        head = content[max(0, keyword.start() - _BEFORE_A_STREAM) : keyword.start()]
        dictionary = head[head.rfind(b"obj") + 3 :]
        if b"/Predictor" in dictionary and b"/First" in dictionary:
            return True
    return False
