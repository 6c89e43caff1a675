"""Mutual TLS: TLS 1.2 or newer, client certificates of the configured authorities only.

The site judges dates and revocation (gateway/crypto/callers), because a refused handshake cannot be
answered with a fault, and leaves no certificate by which its owner could be named.
"""

import ssl
from functools import partial
from pathlib import Path

from gateway.serving.handshake import HandshakeRefused, reporting_ssl_object
from gateway.serving.options import CannotServe, Tls

_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""


def server_context(tls: Tls, refused: HandshakeRefused = lambda _: None) -> ssl.SSLContext:
    """The SSL context of a server that asks for client certificates.

    refused: called with the reason when a client certificate is refused.
    Raises CannotServe naming the file at fault.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslobject_class = reporting_ssl_object(refused)
    # No session resumption: each connection verifies the client certificate anew.
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    context.verify_mode = (
        ssl.CERT_REQUIRED if tls.client_certificate_required else ssl.CERT_OPTIONAL
    )
    context.verify_flags |= ssl.VERIFY_X509_STRICT | _NO_CHECK_TIME
    load_pair = partial(
        context.load_cert_chain, tls.certificate, tls.key, partial(_passphrase, tls.passphrase)
    )
    try:
        try:
            load_pair()
        except ssl.SSLError:
            load_pair()  # once more: the pair may have been replaced between the two reads
    except (OSError, ValueError):
        raise CannotServe(
            f"TLS certificate {tls.certificate} and key {tls.key} are no readable PEM pair, or the"
            " passphrase is wrong"
        ) from None
    for file in tls.client_authorities:
        try:
            context.load_verify_locations(file)
        except (OSError, ValueError):
            raise CannotServe(
                f"client authorities {file} cannot be read as PEM certificates"
            ) from None
    return context


def _passphrase(file: Path | None) -> bytes:
    """The first line of the file. Without a callback OpenSSL would ask at the terminal."""
    if file is None:
        raise ValueError
    return file.read_bytes().partition(b"\n")[0].rstrip(b"\r")
