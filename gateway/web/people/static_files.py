"""Files of the pages: style sheet, icon and script. Their addresses change with their content."""

import hashlib
from functools import cache

from starlette.responses import Response

from gateway.web.rendering import static

_STYLE_SHEETS = ("tokens.css", "base.css", "components.css", "forms.css", "console.css")
_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def _contents() -> dict[str, bytes]:
    style = b"\n".join(static(name) for name in _STYLE_SHEETS)
    return {
        "style.css": style,
        "icon.svg": static("icon.svg"),
        "passkey.js": static("passkey.js"),
        "desk.css": static("customs/desk.css"),
        "desk.js": static("customs/desk.js"),
    }


@cache
def _named() -> dict[str, tuple[str, bytes]]:
    """Name in a template -> name in the address, and content."""
    named = {}
    for name, content in _contents().items():
        stem, _, kind = name.rpartition(".")
        named[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}", content
    return named


ADDRESSES = {name: f"/static/{address}" for name, (address, _) in _named().items()}
"""Name in a template -> address."""
FILES = dict(_named().values())
"""Name in the address -> content."""


def static_answer(name: str) -> Response:
    """A file, which a browser may keep for ever: another content has another address."""
    answer = Response(FILES[name], media_type=_KINDS[name.rpartition(".")[2]])
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
