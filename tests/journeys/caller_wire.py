"""HTTPS client of a caller: a request to an endpoint, and its answer or TLS alert."""

import socket
import ssl
from types import SimpleNamespace

import pytest

from tests.nginx import NAME

NUMBER, TOKEN = "MZ26EX000001", "SANDBOX-7KQ4-2M9X"
REQUEST = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<v:GetNonFinalCitesCertificateRequest xmlns:v="urn:CitesDataExchange/v2/">'
    f"<CertificateNumber>{NUMBER}</CertificateNumber><TokenId>{TOKEN}</TokenId>"
    "<IsoCountryCode>MZ</IsoCountryCode></v:GetNonFinalCitesCertificateRequest></e:Body></e:Envelope>"
).encode()


def context(pki: SimpleNamespace, who: str | None) -> ssl.SSLContext:
    chosen = ssl.create_default_context(cafile=str(pki.listed.pem))
    if who:
        chosen.load_cert_chain(pki.parties[who].pem)
    return chosen


def connect(address: str, tls: ssl.SSLContext | None) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(20)
        line.connect(address.removeprefix("unix:"))
        return line
    line = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 20)
    return tls.wrap_socket(line, server_hostname=NAME) if tls else line


def call(
    address: str,
    tls: ssl.SSLContext | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    message: bytes = REQUEST,
) -> tuple[int, str]:
    """Status and body of one request on a connection of its own."""
    lines = [
        f"Host: {NAME}",
        "Content-Type: text/xml",
        f"Content-Length: {len(message)}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in headers]
    with connect(address, tls) as line:
        line.sendall(
            ("POST /epix/v2 HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + message
        )
        came = b""
        while piece := line.recv(65536):
            came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def alert(address: str, tls: ssl.SSLContext) -> str:
    """The alert that refuses the handshake; in TLS 1.3 it comes after the client's own part."""
    with pytest.raises(ssl.SSLError) as refused, connect(address, tls) as line:
        line.recv(1)
    return refused.value.reason
