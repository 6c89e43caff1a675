"""TLS of a stand-in: TLS 1.2 or newer; a client certificate is asked for where there are CAs."""

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files of a stand-in, PEM: its own certificate and key, and the CAs of its clients."""

    certificate: Path
    key: Path
    client_cas: tuple[Path, ...]


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """The context. A connection without a client certificate is taken: the answer says so.

    Raises OSError for files that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate, files.key)
    for authority in files.client_cas:
        context.load_verify_locations(authority)
    if files.client_cas:
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
