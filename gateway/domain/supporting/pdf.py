"""Active content of PDF files: scripts, programs to launch, files inside, forms that send.

The bytes are searched, and what every stream unpacks to (FlateDecode), for names that PDF gives to
such content. So former revisions of the file and objects that no table names are searched as well,
which a reader of the newest revision would not see. A damaged stream is searched up to its damage,
as readers show it. A file that cannot be searched so is refused: it is encrypted, takes more work
than a bound, or packs objects in another way. A file that was made on purpose to hide something can
still pass; its readers must be as careful as with mail.
Source: ISO 32000-1, sections 7.3.5 (names), 7.4 (filters), 7.5.7 (object streams), 12.6 (actions).
"""

import re
import zlib
from collections.abc import Generator, Iterator

from gateway.domain.people.sentence import Sentence

MOST_UNPACKED_BYTES = 96 * 1024 * 1024
"""Of all streams of a file together: a few seconds of processor time at the most."""
MOST_STREAMS = 20_000
"""Of a file: a stream that is found costs some microseconds, even where nothing is packed in it."""
MOST_DAMAGED_STREAMS = 50
"""Of a file. Some data of pictures begin as packed data do, by chance."""
MOST_ESCAPES = 100_000
"""Of a file and what it unpacks to. Pictures hold some thousands by chance, names a few."""
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
_STREAM = re.compile(rb"(?<!end)stream[ \t]{0,9}(?:\r\n|\n|\r)")
"""Readers pass over blanks that do not belong there."""
_UNUSUAL_FILTERS = frozenset(
    {b"ASCIIHexDecode", b"ASCII85Decode", b"LZWDecode", b"RunLengthDecode"}
)
_BEFORE_A_STREAM = 2_000


class _Unsearchable(Exception):
    """The file takes more work than a bound. The argument is the sentence that says so."""


def pdf_problem(content: bytes) -> Sentence | None:
    """Fault of a PDF file; None where it has none. Memory and time are bounded."""
    try:
        names = _all_names(content)
    except _Unsearchable as unsearchable:
        sentence: Sentence = unsearchable.args[0]
        return sentence
    if b"Encrypt" in names:
        return _ENCRYPTED
    active = names - _UNUSUAL_FILTERS - {b"First"}
    if active:
        return Sentence(_ACTIVE.template, {"name": min(active).decode("ascii")})
    hides = bool(names & _UNUSUAL_FILTERS) and b"First" in names
    return _HIDDEN if hides or _predicts_objects(content) else None


def _all_names(content: bytes) -> set[bytes]:
    """The names of a file that matter. Raises _Unsearchable."""
    names: set[bytes] = set()
    escapes = work = 0
    # Bytes that are read count as well: packed data can unpack to nothing at all, and one part of a
    # file can belong to many streams.
    most = MOST_UNPACKED_BYTES + 2 * len(content) + _OVERLAP
    for piece, read in _pieces(content):
        work += len(piece) + read
        if work > most:
            raise _Unsearchable(_LARGE)
        found, escaped = _names(piece)
        names |= found
        escapes += escaped
        if escapes > MOST_ESCAPES:
            raise _Unsearchable(_HIDDEN)
    return names


def _names(piece: bytes) -> tuple[set[bytes], int]:
    """The names of a piece that matter, and how many letters are written as `#4A`."""
    plain, escapes = _unescaped(piece)
    found = set(_NAMES.findall(plain))
    return found | {b"EmbeddedFile"} if _EMBEDDED.search(plain) else found, escapes


def _unescaped(piece: bytes) -> tuple[bytes, int]:
    """Bytes with plain letters for `#4A`, and how many there were; more than a bound stay."""
    return _ESCAPE.subn(lambda found: bytes((int(found[1], 16),)), piece, MOST_ESCAPES + 1)


def _pieces(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The file itself, then what its streams unpack to, piece by piece.

    Each with the number of packed bytes that were read for it. Raises _Unsearchable.
    """
    yield content, 0
    view = memoryview(content)
    damaged = 0
    for nth, keyword in enumerate(_STREAM.finditer(content), 1):
        if nth > MOST_STREAMS:
            raise _Unsearchable(_HIDDEN)
        damaged += yield from _unpacked(view[keyword.end() :])
        if damaged > MOST_DAMAGED_STREAMS:
            raise _Unsearchable(_HIDDEN)


def _unpacked(packed: memoryview) -> Generator[tuple[bytes, int], None, bool]:
    """Unpacked content of a stream; nothing where it is not packed by FlateDecode.

    Returns whether it is packed and damaged.
    """
    if not _begins_packed(packed):
        return False
    inflater = zlib.decompressobj()
    before, at = b"", 0
    left: bytes | memoryview = b""
    while not inflater.eof and (left or at < len(packed)):
        if not left:
            left, at = packed[at : at + _PIECE], at + _PIECE
        earlier = inflater.copy()
        try:
            piece = inflater.decompress(left, _PIECE)
        except zlib.error:
            yield before + _before_damage(earlier, left), len(left)
            return True
        read = len(left) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        left = inflater.unconsumed_tail
        yield before + piece, read
        before = piece[-_OVERLAP:]
    return False


def _begins_packed(packed: memoryview) -> bool:
    """Whether data begin with the header of zlib (RFC 1950, section 2.2)."""
    head = bytes(packed[:2])
    return len(head) == 2 and head[0] & 0x8F == 0x08 and int.from_bytes(head) % 31 == 0


def _before_damage(inflater: "zlib._Decompress", packed: bytes | memoryview) -> bytes:
    """Return the content of packed data before their damage: less than a piece.

    inflater: as it was before it failed on these data. A shorter piece does not reach the damage,
    and the longest that does not is found by halving.
    """
    found, below, above = b"", 0, _PIECE
    while above - below > 1:
        most = (below + above) // 2
        try:
            found, below = inflater.copy().decompress(packed, most), most
        except zlib.error:
            above = most
    return found


def _predicts_objects(content: bytes) -> bool:
    """Whether an object stream is stored as differences, which hides its names."""
    for keyword in _STREAM.finditer(content):
        head = content[max(0, keyword.start() - _BEFORE_A_STREAM) : keyword.start()]
        dictionary, _ = _unescaped(head[head.rfind(b"obj") + 3 :])
        if b"/Predictor" in dictionary and b"/First" in dictionary:
            return True
    return False
