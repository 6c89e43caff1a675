"""In which characters is the message written?

One rule (RFC 7303, section 3): a byte order mark decides; without one the charset parameter; without one the XML
declaration; without one it is UTF-8. Whatever else is said must agree, or the message is refused. Known are UTF-8,
UTF-16 (with its mark), ISO-8859-1 and US-ASCII; everything else is refused. The parser never guesses: it gets UTF-8.
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
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    r"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')"""
    r"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?"""
    r"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>"""
)
_LONGEST_DECLARATION = 200
_LONGEST_HEAD = 3 + 2 * _LONGEST_DECLARATION


def to_utf8(body: bytes, charset: str | None) -> bytes:
    """The message in UTF-8 without byte order mark; an XML declaration stays only where it was UTF-8 already.

    charset: the parameter of the media type.  Raises InvalidRequest.
    """
    # Up to the end of what can be a declaration: few heads, and much the same for all who write with one library.
    end = body.find(b">", 0, _LONGEST_HEAD)
    before, decided, declaration = _decided(body[: _LONGEST_HEAD if end < 0 else end + 2], charset)
    try:
        text = body[before:].decode(decided)
    except UnicodeDecodeError as error:
        place = before + error.start + 1
        raise InvalidRequest(f"Byte {place} of the message is not valid {_shown(decided)}.") from None
    if decided == "utf-8":
        return body[before:]
    return text[declaration:].encode()


@lru_cache(maxsize=64)
def _decided(head: bytes, charset: str | None) -> tuple[int, str, int]:
    """Bytes of the byte order mark, the codec, characters of the XML declaration. Raises InvalidRequest."""
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if head.startswith(mark)), (b"", None))
    declaration = _declaration(head[len(mark) :].decode(codec or "latin-1", "replace")[:_LONGEST_DECLARATION])
    declared = declaration and (declaration[1] or declaration[2])
    said = [_known(name) for name in (charset, declared) if name is not None]
    decided = codec or (said[0] if said else "utf-8")
    if any(not _agree(decided, other) for other in said):
        raise InvalidRequest("Byte order mark, charset and XML declaration name different encodings.")
    if decided.startswith("utf-16") and not mark:
        raise InvalidRequest("UTF-16 needs a byte order mark.")
    return len(mark), decided, declaration.end() if declaration else 0


def _declaration(head: str) -> re.Match[str] | None:
    if not re.match(r"<\?xml[ \t\r\n]", head):
        return None
    found = _DECLARED.match(head)
    if not found:
        raise InvalidRequest("The XML declaration is damaged, or of another version than 1.0.")
    return found


@lru_cache(maxsize=64)
def _known(name: str) -> str:
    codec = _CODECS.get(re.sub(r"[-_ ]", "", name).lower())
    if codec is None:
        raise InvalidRequest("The message names an encoding other than UTF-8, UTF-16, ISO-8859-1 and US-ASCII.")
    return codec


def _agree(decided: str, said: str) -> bool:
    return decided == said or (said == "utf-16" and decided.startswith("utf-16-"))


def _shown(codec: str) -> str:
    return {"ascii": "US-ASCII"}.get(codec, codec.upper()).replace("-LE", "").replace("-BE", "")
