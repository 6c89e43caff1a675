"""TLS handshake: refused client certificates are reported for the journal.

OpenSSL judges the certificate inside the handshake. Python offers no way to let a bad certificate
pass and answer it later with a fault. So the client gets the alert of TLS (RFC 8446, section 6.2).
"""

import ssl
from collections.abc import Callable

HandshakeRefused = Callable[[str], None]
"""Called on the event loop with the reason, in words, why a client certificate was refused."""

_NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def reporting_ssl_object(refused: HandshakeRefused) -> type[ssl.SSLObject]:
    """A class for SSLContext.sslobject_class that reports refused client certificates.

    The event loop calls do_handshake again and again until the handshake is complete.
    """

    class ReportingSSLObject(ssl.SSLObject):
        _failure: ssl.SSLError | None = None

        def do_handshake(self) -> None:
            if self._failure is not None:
                raise self._failure
            try:
                super().do_handshake()
            except ssl.SSLError as failure:
                reason = _certificate_fault(failure)
                if reason is None:
                    raise
                refused(reason)
                self._failure = failure
                # The loop drops a connection whose handshake fails, and with it the alert that
                # waits to be sent. SSLWantReadError makes the loop send the alert first. Then the
                # next bytes of the client, its end or the time limit end the connection.
                raise ssl.SSLWantReadError from failure

    return ReportingSSLObject


def _certificate_fault(failure: ssl.SSLError) -> str | None:
    """The fault of the client certificate; None if the handshake failed for another reason."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    return "no certificate" if failure.reason == _NO_CERTIFICATE else None
