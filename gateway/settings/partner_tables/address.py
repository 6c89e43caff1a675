"""Address of a partner's service: https, or plain http to this machine only."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from gateway.loopback import is_loopback_url
from gateway.settings.section import wrong

_MOST_CHARACTERS = 1000
_VISIBLE_ASCII = re.compile(r"[!-~]+")


def _service_address(text: str) -> str:
    """Check the whole address, as urlsplit drops or keeps parts of a wrong one without a word."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise wrong("must be the full address of its service") from None
    if (
        not host
        or len(text) > _MOST_CHARACTERS
        or parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or parts.fragment
        or not _VISIBLE_ASCII.fullmatch(text)
    ):
        raise wrong("must be the full address of its service")
    if parts.scheme == "http" and not is_loopback_url(text):
        raise wrong("must begin with https:// (plain http only reaches this machine)")
    return text


ServiceAddress = Annotated[str, AfterValidator(_service_address)]
"""A whole URL in ASCII, without user name, password and fragment.

A token would travel in clear over plain http, so that is refused to any other machine.
"""
