"""Escaping: text from outside is written into XML so that nothing in it becomes markup."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;"}
)


def escaped(text: str) -> bytes:
    """A text as element content or attribute value, in UTF-8.

    Characters that XML 1.0 cannot carry become U+FFFD.
    """
    return _FORBIDDEN.sub("\ufffd", text).translate(_MARKUP).encode()
