"""Which TLS connections are accepted? TLS 1.2 or newer, clients of the named authorities only.

OpenSSL ends a handshake with a bad certificate by a TLS alert; Python offers no way to let it pass and answer later. So
why it failed is told to whoever keeps the journal, and the site never hears of it. Revocation is the site's business.
"""

import ssl
from collections.abc import Callable
from typing import Never

from gateway.serving.options import CannotServe, Tls

HandshakeRefused = Callable[[str], None]
"""Told in words, on the event loop, why a client certificate was not accepted."""

_NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def server_context(tls: Tls, refused: HandshakeRefused = lambda _: None) -> ssl.SSLContext:
    """The context of a server that asks for client certificates. Raises CannotServe naming the file at fault."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslobject_class = _telling(refused)
    # Without resumption every connection verifies the client's certificate anew.
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    context.verify_mode = ssl.CERT_REQUIRED if tls.client_certificate_required else ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        context.load_cert_chain(tls.certificate, tls.key, password=_encrypted)
    except (OSError, ValueError):
        raise CannotServe(
            f"TLS certificate {tls.certificate} and key {tls.key} are not a readable, unencrypted PEM pair"
        ) from None
    for file in tls.client_authorities:
        try:
            context.load_verify_locations(file)
        except (OSError, ValueError):
            raise CannotServe(f"client authorities {file} cannot be read as PEM certificates") from None
    return context


def _telling(refused: HandshakeRefused) -> type[ssl.SSLObject]:
    """Every connection's TLS side; ssl calls its do_handshake until that is over or has failed."""

    class TellingHandshake(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLCertVerificationError as trouble:
                refused(trouble.verify_message)
                raise
            except ssl.SSLError as trouble:
                if trouble.reason == _NO_CERTIFICATE:
                    refused("no certificate")
                raise

    return TellingHandshake


def _encrypted() -> Never:
    """OpenSSL would otherwise stop and ask the terminal."""
    raise ValueError
