"""Structure of pictures: PNG, JPEG and TIFF are walked from part to part, and never decoded.

A picture ends where its format says so, apart from zero bytes; more behind it could be a second
file. Its sides are bounded, since a small file can unpack to gigabytes at its reader.
Source: W3C PNG, sections 5 and 11; ISO/IEC 10918-1, annex B; TIFF 6.0, section 2.
"""

from typing import Literal

from gateway.domain.people.sentence import Sentence

_Order = Literal["little", "big"]

MOST_PIXELS = 200_000_000
"""Of one picture: a page of A3 at 1,200 dots per inch has 278 million, at 600 a quarter of that."""

_DAMAGED = Sentence("The picture is damaged or cut short.")
_BEHIND = Sentence("The picture holds more than a picture: save it anew.")
_LARGE = Sentence("The picture has too many points: save it smaller.")
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG without a length."""
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that begin a frame: with height and width."""
_WIDTH, _HEIGHT = _SIDES = (256, 257)
_SHORT = 3
"""Tags and a type of TIFF."""


def png_problem(content: bytes) -> Sentence | None:
    """Fault of a PNG file; None where it has none."""
    at, first = 8, True
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        kind = content[at + 4 : at + 8]
        if first and (kind != b"IHDR" or length != 13):
            return _DAMAGED
        if first and _too_large(content[at + 8 : at + 12], content[at + 12 : at + 16]):
            return _LARGE
        first = False
        at += 12 + length
        if kind == b"IEND":
            return _end(content, at)
    return _DAMAGED


def jpeg_problem(content: bytes) -> Sentence | None:
    """Fault of a JPEG file; None where it has none."""
    at, framed = 2, False
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            return _end(content, at + 2) if framed else _DAMAGED
        if marker == 0x00 or marker in _STANDALONE:  # inside the coded picture
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return _DAMAGED
        if marker in _FRAMES:
            framed = True
            if _too_large(content[at + 5 : at + 7], content[at + 7 : at + 9]):
                return _LARGE
        at += 2 + length
    return _DAMAGED


def tiff_problem(content: bytes) -> Sentence | None:
    """Fault of a TIFF file; None where it has none. Its parts may lie anywhere in it."""
    order: _Order = "little" if content.startswith(b"II") else "big"
    at = int.from_bytes(content[4:8], order)
    if not 8 <= at <= len(content) - 6:
        return _DAMAGED
    entries = int.from_bytes(content[at : at + 2], order)
    if not entries or at + 2 + 12 * entries > len(content):
        return _DAMAGED
    sides = dict.fromkeys(_SIDES, 1)
    for begin in range(at + 2, at + 2 + 12 * entries, 12):
        tag, value = _entry(content[begin : begin + 12], order)
        if tag in sides:
            sides[tag] = value
    return _LARGE if sides[_WIDTH] * sides[_HEIGHT] > MOST_PIXELS else None


def _entry(entry: bytes, order: _Order) -> tuple[int, int]:
    """Tag and value of an entry; the value is a SHORT or a LONG."""
    size = 2 if int.from_bytes(entry[2:4], order) == _SHORT else 4
    return int.from_bytes(entry[:2], order), int.from_bytes(entry[8 : 8 + size], order)


def _too_large(one: bytes, other: bytes) -> bool:
    return int.from_bytes(one) * int.from_bytes(other) > MOST_PIXELS


def _end(content: bytes, at: int) -> Sentence | None:
    if at > len(content):
        return _DAMAGED
    return _BEHIND if content[at:].strip(b"\x00\r\n") else None
