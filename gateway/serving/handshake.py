"""What becomes of a handshake that a client certificate ends? The client gets the alert, and the journal hears why.

OpenSSL judges the certificate inside the handshake, and Python offers no way to let a bad one pass and answer it later.
"""

import ssl
from collections.abc import Callable

HandshakeRefused = Callable[[str], None]
"""Told in words, on the event loop, why a client certificate was not accepted."""

_NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def telling(refused: HandshakeRefused) -> type[ssl.SSLObject]:
    """The kind of TLS object for SSLContext.sslobject_class. The event loop calls do_handshake until it is through."""

    class TellingHandshake(ssl.SSLObject):
        _failure: ssl.SSLError | None = None

        def do_handshake(self) -> None:
            if self._failure is not None:
                raise self._failure
            try:
                super().do_handshake()
            except ssl.SSLError as failure:
                reason = _about_the_certificate(failure)
                if reason is None:
                    raise
                refused(reason)
                self._failure = failure
                # The loop drops a connection whose handshake fails, and with it the alert that waits to be sent. Told
                # to wait, it sends the alert; then the client's next bytes, its end or the time limit end it.
                raise ssl.SSLWantReadError from failure

    return TellingHandshake


def _about_the_certificate(failure: ssl.SSLError) -> str | None:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    return "no certificate" if failure.reason == _NO_CERTIFICATE else None
