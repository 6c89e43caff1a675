"""Reverse proxy headers: forwarded client certificates, and filtering of header fields.

A certificate header counts only if it comes from the configured proxy. Headers that only a proxy
may send never reach the site. Contradictory headers are refused (header spoofing).
"""

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

CERTIFICATE = b"x-epix-client-certificate"
"""URL-encoded PEM of the client certificate, nginx's $ssl_client_escaped_cert."""
VERIFIED = b"x-epix-client-verify"
"""Result of the proxy's check, nginx's $ssl_client_verify: SUCCESS, NONE, or FAILED:reason."""
CLIENT_ADDRESS = b"x-epix-client-address"
"""IP address of the client, nginx's $remote_addr; for pages of people."""
SECRET = b"x-epix-proxy-secret"
"""Shared secret that authenticates the proxy over TCP."""

_PROXY_PREFIXES = (b"x-epix-", b"x-ssl-", b"x-forwarded-")
_PROXY_NAMES = frozenset({b"forwarded", b"x-real-ip"})
_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\s*"
)
_FAILED = b"FAILED:"
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class HeadRefused(Exception):
    """The head contradicts itself or is malformed. The answer is 400."""


@dataclass(frozen=True, slots=True)
class ForwardedCertificate:
    """The client certificate as the TLS end saw it.

    der: DER bytes; None for no certificate.
    refused: the proxy's check failed. The certificate may be named in a fault, never accepted.
    """

    der: bytes | None = None
    refused: bool = False


NO_CERTIFICATE = ForwardedCertificate()


@dataclass(frozen=True, slots=True)
class ProxyHeaders:
    """Whether a reverse proxy is in front, and how it authenticates.

    trusting: whether there is a proxy to trust.
    secret: shared secret of the proxy; None on a Unix socket, whose permissions authenticate it.
    """

    trusting: bool = False
    secret: bytes | None = None

    def certificate(self, fields: Iterable[tuple[bytes, bytes]]) -> ForwardedCertificate:
        """The client certificate that a trusted proxy forwards; NO_CERTIFICATE in any other case.

        fields: header fields as received, names in lower case.
        Raises HeadRefused for repeated, contradictory or malformed headers of a trusted proxy.
        """
        sent = self._sent(fields)
        if sent is None:
            return NO_CERTIFICATE
        verdict, certificate = sent.get(VERIFIED, b"NONE"), sent.get(CERTIFICATE, b"")
        if verdict == b"NONE" and not certificate:
            return NO_CERTIFICATE
        if verdict == b"SUCCESS" or verdict.startswith(_FAILED):
            return ForwardedCertificate(_der(certificate), refused=verdict != b"SUCCESS")
        raise HeadRefused("the proxy does not say whether it verified the certificate")

    def client_address(self, fields: Iterable[tuple[bytes, bytes]]) -> str | None:
        """The client's address as a trusted proxy states it; None in any other case.

        Raises HeadRefused for a repeated or malformed header of a trusted proxy.
        """
        stated = (self._sent(fields) or {}).get(CLIENT_ADDRESS)
        if stated is None:
            return None
        try:
            return str(ipaddress.ip_address(stated.decode("ascii")))
        except ValueError:
            raise HeadRefused("the proxy's address header is malformed") from None

    def _sent(self, fields: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
        """Headers of the trusted proxy; None where the request does not come from it."""
        if not self.trusting:
            return None
        sent: dict[bytes, bytes] = {}
        for name, value in fields:
            if name in (CERTIFICATE, VERIFIED, CLIENT_ADDRESS, SECRET):
                if name in sent:
                    raise HeadRefused("a proxy header is repeated")
                sent[name] = value
        # Compared in constant time: a timing attack learns nothing of the secret.
        if self.secret is not None and not hmac.compare_digest(sent.get(SECRET, b""), self.secret):
            return None
        return sent


def site_headers(fields: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """The header fields for the site: names in lower case, without reverse proxy headers.

    The values of a repeated field are joined with `, ` (RFC 9110, section 5.3).
    """
    headers: dict[str, str] = {}
    for name, value in fields:
        if is_proxy_header(name):
            continue
        key, text = name.decode("ascii"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def is_proxy_header(name: bytes) -> bool:
    """Whether only a proxy may send a header. name: in lower case."""
    # Some servers read X_Epix_... as X-Epix-..., so both spellings are dropped.
    dashed = name.replace(b"_", b"-")
    return dashed.startswith(_PROXY_PREFIXES) or dashed in _PROXY_NAMES


def site_path(raw: bytes) -> str:
    """The percent-decoded path.

    Raises HeadRefused for a broken escape, bytes that are not UTF-8, or a control character.
    """
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
    """DER bytes of a URL-encoded PEM certificate.

    LRU cache: partners are few and send the same certificate with each request.
    Raises HeadRefused.
    """
    pem = None if _BAD_ESCAPE.search(escaped) else _PEM.fullmatch(unquote_to_bytes(escaped))
    if not pem:
        raise HeadRefused("the proxy's certificate header is malformed")
    try:
        return base64.b64decode(re.sub(rb"[\r\n]", b"", pem[1]), validate=True)
    except binascii.Error:
        raise HeadRefused("the proxy's certificate header is malformed") from None
