"""Character encoding of a message: found by one rule, then converted to UTF-8 for the parser.

The rule (RFC 7303, section 3): a byte order mark decides; without it the charset parameter; without
that the XML declaration; without any of them it is UTF-8. All that are present must agree, or the
message is refused: a parser and a filter that choose differently would see two messages. Known
encodings are UTF-8, UTF-16 (with its mark), ISO-8859-1 and US-ASCII. The parser never guesses.

One byte order mark, and one declaration: libxml2 strips a mark and reads a declaration at the start
of what it is given, so a second one of either would be read by nobody else.
"""

import codecs
import re
from functools import lru_cache

from gateway.domain.errors import InvalidRequest

_CODECS = {
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "iso88591": "iso-8859-1",
    "latin1": "iso-8859-1",
    "usascii": "ascii",
    "ascii": "ascii",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARK = "\ufeff"
_BEGIN_OF_DECLARATION = re.compile(r"<\?xml[ \t\r\n]")
_DECLARED = re.compile(
    r"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')"""
    r"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*"""
    r"""(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?"""
    r"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>"""
)
_MAX_DECLARATION = 200
_MAX_HEAD_BYTES = 3 + 2 * _MAX_DECLARATION


def to_utf8(body: bytes, charset: str | None) -> bytes:
    """The message in UTF-8 without byte order mark.

    An XML declaration stays only where the message was UTF-8 already; elsewhere it would be wrong.
    charset: the parameter of the media type.  Raises InvalidRequest.
    """
    # The first bytes, up to the end of a declaration: senders with one library share them, so the
    # decision is found in the LRU cache.
    end = body.find(b">", 0, _MAX_HEAD_BYTES)
    before, decided, declaration = _detect(body[: _MAX_HEAD_BYTES if end < 0 else end + 2], charset)
    try:
        text = body[before:].decode(decided)
    except UnicodeDecodeError as error:
        place = before + error.start + 1
        raise InvalidRequest(
            f"Byte {place} of the message is not valid {_display_name(decided)}."
        ) from None
    if text.startswith(_MARK) or text.startswith(_MARK, declaration):
        raise InvalidRequest("The message has a second byte order mark.")
    if decided == "utf-8":
        return body[before:]
    rest = text[declaration:]
    if declaration and _BEGIN_OF_DECLARATION.match(rest):
        raise InvalidRequest("The message has a second XML declaration.")
    return rest.encode()


@lru_cache(maxsize=64)
def _detect(head: bytes, charset: str | None) -> tuple[int, str, int]:
    """Length of the byte order mark in bytes, codec, length of the XML declaration in characters.

    Raises InvalidRequest.
    """
    mark, codec = next(
        ((mark, codec) for mark, codec in _MARKS if head.startswith(mark)), (b"", None)
    )
    declaration = _declaration(
        head[len(mark) :].decode(codec or "latin-1", "replace")[:_MAX_DECLARATION]
    )
    declared = declaration and (declaration[1] or declaration[2])
    named = [_codec_of(name) for name in (charset, declared) if name is not None]
    decided = codec or (named[0] if named else "utf-8")
    if any(not _agree(decided, other) for other in named):
        raise InvalidRequest(
            "Byte order mark, charset and XML declaration name different encodings."
        )
    if decided.startswith("utf-16") and not mark:
        raise InvalidRequest("UTF-16 needs a byte order mark.")
    return len(mark), decided, declaration.end() if declaration else 0


def _declaration(head: str) -> re.Match[str] | None:
    if not _BEGIN_OF_DECLARATION.match(head):
        return None
    found = _DECLARED.match(head)
    if not found:
        raise InvalidRequest("The XML declaration is damaged, or of another version than 1.0.")
    return found


@lru_cache(maxsize=64)
def _codec_of(name: str) -> str:
    codec = _CODECS.get(re.sub(r"[-_ ]", "", name).lower())
    if codec is None:
        raise InvalidRequest(
            "The message names an encoding other than UTF-8, UTF-16, ISO-8859-1 and US-ASCII."
        )
    return codec


def _agree(decided: str, named: str) -> bool:
    return decided == named or (named == "utf-16" and decided.startswith("utf-16-"))


def _display_name(codec: str) -> str:
    return {"ascii": "US-ASCII"}.get(codec, codec.upper()).replace("-LE", "").replace("-BE", "")
