"""Which TLS connections are accepted? TLS 1.2 or newer, clients of the named authorities only."""

import ssl
from typing import Never

from gateway.serving.options import CannotServe, Tls


def server_context(tls: Tls) -> ssl.SSLContext:
    """The context of a server that asks for client certificates. Raises CannotServe naming the file at fault."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Without resumption every connection verifies the client's certificate anew, so a revoked one gets no further.
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
    try:
        context.load_verify_locations(tls.client_authorities)
    except (OSError, ValueError):
        raise CannotServe(f"client authorities {tls.client_authorities} cannot be read as PEM certificates") from None
    if tls.revocation_lists:
        try:
            context.load_verify_locations(tls.revocation_lists)
        except (OSError, ValueError):
            raise CannotServe(f"revocation lists {tls.revocation_lists} cannot be read as PEM") from None
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    return context


def _encrypted() -> Never:
    """OpenSSL would otherwise stop and ask the terminal."""
    raise ValueError
