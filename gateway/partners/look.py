"""Look at a partner's service, step by step: name, connection, TLS, and the WSDL it publishes.

An exchange says that a partner was not reached; this says at which step. Every step has a total
time. Certificates are shown before they are trusted, so the chain of a server that is not trusted
is fetched without verification; nothing is sent on that connection, neither a request nor our
certificate. Trust is decided by a handshake of its own, with the settings of every exchange.
"""

import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.domain.errors import PartnerFailed
from gateway.partners.faults import (
    Failure,
    NotReached,
    Unreadable,
    partner_failed,
    while_connecting,
    while_partner_is_read,
)
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport
from gateway.partners.xml import local_name, parsed
from gateway.wire.deadline import Deadline, connected

_DER = 2
"""ENCODING_DER of the module _ssl."""


@dataclass(frozen=True, slots=True)
class ServiceLook:
    """Looks at the service of one partner. Every method raises PartnerFailed.

    The profile may be one of a partner that is not registered yet.
    """

    profile: PartnerProfile
    authorities: bytes | None = None
    """CAs, PEM, in place of those of the profile, before there is a file of them."""

    def addresses(self) -> tuple[str, ...]:
        """Return the network addresses of its host, each once."""
        host, port = self._host_and_port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise self._failed(while_connecting(error)) from None
        return tuple(dict.fromkeys(str(address[0]) for *_, address in found))

    def connect(self) -> str:
        """Return the network address that takes a TCP connection."""
        with closing(self._connected(self._deadline)) as connection:
            return str(connection.getpeername()[0])

    def chain(self) -> tuple[bytes, ...]:
        """Return the certificates that its server shows, DER, its own first; not verified.

        Empty for plain http on this machine.
        """
        if not self._is_https:
            return ()
        try:
            return self._shown_to(self._trusting)
        except PartnerFailed:
            return self._shown_to(_trusting_any())

    def verify(self) -> str:
        """Verify its certificate and host name as every exchange does; return the TLS version."""
        if not self._is_https:
            return "plain http, on this machine"
        with closing(self._connected(deadline := self._deadline)) as connection:
            try:
                connection.settimeout(deadline.seconds())
                host, _ = self._host_and_port
                with self._trusting.wrap_socket(connection, server_hostname=host) as tls:
                    return str(tls.version())
            except OSError as error:
                raise self._failed(while_connecting(error)) from None

    def wsdl(self) -> str:
        """Return the target namespace of the WSDL that the service publishes at `?wsdl`."""
        answer = RawAnswer()
        try:
            Transport(self.profile).fetch("wsdl", answer)
            if answer.status != 200:
                raise Unreadable(f"answers {answer.status} where a WSDL is asked for.")
            with while_partner_is_read():
                root = parsed(bytes(answer.body), None)
                if local_name(root) != "definitions":
                    raise Unreadable("answers with something else where a WSDL is asked for.")
                return root.get("targetNamespace") or ""
        except Failure as failure:
            raise self._failed(failure) from None

    @property
    def _trusting(self) -> ssl.SSLContext:
        if self.authorities is None:
            context = Transport(self.profile).tls
            assert context is not None  # noqa: S101  # an https address has one
            return context
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=self.authorities.decode("ascii"))
        return context

    def _shown_to(self, context: ssl.SSLContext) -> tuple[bytes, ...]:
        with closing(self._connected(deadline := self._deadline)) as connection:
            try:
                connection.settimeout(deadline.seconds())
                host, _ = self._host_and_port
                with context.wrap_socket(
                    connection, server_hostname=host, do_handshake_on_connect=False
                ) as tls:
                    return _chain_of(tls)
            except OSError as error:
                raise self._failed(while_connecting(error)) from None
            except NotReached as failure:
                raise self._failed(failure) from None

    @property
    def _deadline(self) -> Deadline:
        return Deadline(self.profile.connect_timeout_seconds)

    @property
    def _is_https(self) -> bool:
        return self.profile.address.startswith("https://")

    @property
    def _host_and_port(self) -> tuple[str, int]:
        parts = urlsplit(self.profile.address)
        return parts.hostname or "", parts.port or (443 if self._is_https else 80)

    def _connected(self, deadline: Deadline) -> socket.socket:
        try:
            return connected(*self._host_and_port, deadline)
        except OSError as error:
            raise self._failed(while_connecting(error)) from None

    def _failed(self, failure: Failure) -> PartnerFailed:
        return partner_failed(self.profile.name, failure)


def _trusting_any() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _chain_of(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates of the peer. Raises OSError, NotReached where it shows none.

    A server that refuses a client without certificate has shown its own before.
    """
    refused: OSError | None = None
    try:
        tls.do_handshake()
    except OSError as error:
        refused = error
    # Public from Python 3.13 on only.
    inner = getattr(tls, "_sslobj", None)
    found = (inner.get_unverified_chain() if inner else None) or ()
    if not found and refused:
        raise refused
    if not found:
        raise NotReached("shows no certificate.")
    return tuple(bytes(certificate.public_bytes(_DER)) for certificate in found)
