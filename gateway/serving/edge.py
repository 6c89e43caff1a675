"""What of a request's head may be believed? Drops what only a proxy may say; takes certificates from a trusted one."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

CERTIFICATE = b"x-epix-client-certificate"
"""URL-encoded PEM of the client certificate, nginx's $ssl_client_escaped_cert."""
VERIFIED = b"x-epix-client-verify"
"""The proxy's verdict, nginx's $ssl_client_verify: SUCCESS, NONE, or FAILED: with a reason."""
SECRET = b"x-epix-proxy-secret"

_FOR_PROXIES_ONLY = (b"x-epix-", b"x-ssl-", b"x-forwarded-")
_ALSO_FOR_PROXIES_ONLY = frozenset({b"forwarded", b"x-real-ip"})
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\s*")
_FAILED = b"FAILED:"
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class HeadRefused(Exception):
    """The head contradicts itself or is malformed; the answer is 400."""


@dataclass(frozen=True, slots=True)
class Shown:
    """der: of the client certificate.  refused: the proxy found it wanting; it serves to name the fault and no more."""

    der: bytes | None = None
    refused: bool = False


NOBODY = Shown()


@dataclass(frozen=True, slots=True)
class Edge:
    """Where this server stands: nobody in front (trusting=False), or a proxy, known by a secret unless it is None."""

    trusting: bool = False
    secret: bytes | None = None

    def certificate(self, fields: Iterable[tuple[bytes, bytes]]) -> Shown:
        """The client certificate a trusted proxy hands on, NOBODY where there is none or nobody to believe.

        fields: header fields as received, names in lower case.
        Raises HeadRefused for a repeated, contradictory or malformed word of a trusted proxy.
        """
        if not self.trusting:
            return NOBODY
        words: dict[bytes, bytes] = {}
        for name, value in fields:
            if name in (CERTIFICATE, VERIFIED, SECRET):
                if name in words:
                    raise HeadRefused("a proxy header is repeated")
                words[name] = value
        if self.secret is not None and not hmac.compare_digest(words.get(SECRET, b""), self.secret):
            return NOBODY
        verdict, certificate = words.get(VERIFIED, b"NONE"), words.get(CERTIFICATE, b"")
        if verdict == b"NONE" and not certificate:
            return NOBODY
        if verdict == b"SUCCESS" or verdict.startswith(_FAILED):
            return Shown(_der(certificate), refused=verdict != b"SUCCESS")
        raise HeadRefused("the proxy does not say whether it verified the certificate")


def site_headers(fields: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """The fields a site gets to see: names in lower case, repeated ones joined, none that only a proxy may send."""
    seen: dict[str, str] = {}
    for name, value in fields:
        spelled = name.replace(b"_", b"-")
        if spelled.startswith(_FOR_PROXIES_ONLY) or spelled in _ALSO_FOR_PROXIES_ONLY:
            continue
        key, text = name.decode("ascii"), value.decode("latin-1")
        seen[key] = f"{seen[key]}, {text}" if key in seen else text
    return seen


def site_path(raw: bytes) -> str:
    """The percent-decoded path. Raises HeadRefused for a broken escape, what is not UTF-8, or a control character."""
    if _BAD_ESCAPE.search(raw):
        raise HeadRefused("a percent sign in the path is not followed by two hexadecimal digits")
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise HeadRefused("the path is not UTF-8") from None
    if _CONTROL.search(path):
        raise HeadRefused("the path holds a control character")
    return path


@lru_cache(maxsize=256)
def _der(escaped: bytes) -> bytes:
    """Partners are few and come again, so what was decoded is kept. Raises HeadRefused."""
    pem = None if _BAD_ESCAPE.search(escaped) else _PEM.fullmatch(unquote_to_bytes(escaped))
    if not pem:
        raise HeadRefused("the proxy's certificate header is malformed")
    try:
        return base64.b64decode(re.sub(rb"[\r\n]", b"", pem[1]), validate=True)
    except binascii.Error:
        raise HeadRefused("the proxy's certificate header is malformed") from None
