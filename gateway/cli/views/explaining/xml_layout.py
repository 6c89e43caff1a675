"""XML laid out for reading: an element a line, indented by depth.

The text is cut at its tags and is not parsed, because a message of a partner may be no XML at all
and is shown all the same. An element that holds text alone stays on one line.
"""

import re
from collections.abc import Iterator

_PIECE = re.compile(r"<[^<>]*>|[^<]+|<")
_LEAF = re.compile(r"(<[^<>/!?][^<>]*(?<!/)>)([^<]*)(</[^<>]+>)")
_WHITE_SPACE = " \t\r\n"
_GAP = re.compile(r"[ \t\r\n]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_INDENT = "  "
_MAX_DEPTH = 20


def indented(text: str) -> list[str]:
    """The lines of an XML text. A text that is no XML is one line for each of its own."""
    if not text.lstrip(_WHITE_SPACE).startswith("<"):
        return _LINE_END.split(text)
    return list(_lines(text))


def _lines(text: str) -> Iterator[str]:
    depth = at = 0
    while at < len(text):
        leaf = _LEAF.match(text, at)
        found = leaf or _PIECE.match(text, at)
        if found is None:
            break
        at = found.end()
        piece = _GAP.sub(" ", found[0]).strip(" ")
        if not piece:
            continue
        if piece.startswith("</"):
            depth = max(0, depth - 1)
        yield _INDENT * min(depth, _MAX_DEPTH) + piece
        if not leaf and piece.startswith("<") and not piece.startswith(("</", "<?", "<!")):
            depth += not piece.endswith("/>")
