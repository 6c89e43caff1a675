"""HTTP transport to a partner: a connection per exchange, TLS always verified, waits bounded.

There are no redirects, proxies, cookies, compression or repeats. http.client does none of them by
itself, which is why it is used. Each exchange has a connection of its own, so no request is lost on
a kept connection that the partner has just closed: a confirmation must not be sent twice by guess.
"""

import hashlib
import http.client
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.domain.errors import SettingsInvalid
from gateway.partners.faults import (
    Unreadable,
    while_connecting,
    while_partner_is_read,
    while_reading,
    while_waiting,
)
from gateway.partners.messages import Message
from gateway.partners.profile import PartnerProfile
from gateway.wire.deadline import Deadline, DeadlineSocket

_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "text/xml, application/soap+xml, multipart/related",
    "Accept-Encoding": "identity",
    "User-Agent": "epix-gateway",
    "Connection": "close",
}


@dataclass(slots=True)
class RawAnswer:
    """An answer, filled while it arrives, so that a failed exchange leaves what did arrive.

    status: None before an answer began.
    body: bytes as they travelled, at most max_reply_bytes.
    """

    status: int | None = None
    content_type: str = ""
    content_encoding: str = ""
    body: bytearray = field(default_factory=bytearray)


class Transport:
    """Carries messages to one partner.

    Raises SettingsInvalid where certificate files cannot be used.
    """

    def __init__(self, profile: PartnerProfile) -> None:
        self._profile = profile
        address = urlsplit(profile.address)
        self._host = address.hostname or ""
        self._port = address.port
        self._target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        self.tls = _tls(profile) if address.scheme == "https" else None
        """Settings of TLS; None for plain HTTP on this machine."""
        self.fingerprint = _fingerprint(profile.certificate_file) if self.tls else None

    def exchange(self, message: Message, answer: RawAnswer) -> None:
        """Send one message and fill `answer`. Raises NotReached, TooLate, Unreadable."""
        self._converse("POST", self._target, message, answer)

    def fetch(self, query: str, answer: RawAnswer) -> None:
        """Fetch what the address shows with a query in place of its own, such as `wsdl`.

        Raises NotReached, TooLate, Unreadable.
        """
        target = f"{self._target.partition('?')[0]}?{query}"
        self._converse("GET", target, Message({}, b""), answer)

    def _converse(self, method: str, target: str, message: Message, answer: RawAnswer) -> None:
        with closing(self._connection()) as connection:
            try:
                connection.connect()
            except OSError as error:
                raise while_connecting(error) from error
            # The total time runs from here: connecting has a timeout of its own.
            deadline = Deadline(
                self._profile.total_timeout_seconds, self._profile.read_timeout_seconds
            )
            paced = DeadlineSocket(connection.sock, deadline)
            with closing(http.client.HTTPResponse(paced, method=method)) as response:  # type: ignore[arg-type]
                try:
                    self._send(connection, method, target, message)
                    with while_partner_is_read():
                        response.begin()
                except (OSError, http.client.HTTPException) as error:
                    raise while_waiting(error) from error
                answer.status = response.status
                answer.content_type = response.headers.get("Content-Type", "")
                answer.content_encoding = response.headers.get("Content-Encoding", "")
                try:
                    with while_partner_is_read():
                        self._receive(response, answer)
                except (OSError, http.client.HTTPException) as error:
                    raise while_reading(error) from error

    def _connection(self) -> http.client.HTTPConnection:
        timeout = self._profile.connect_timeout_seconds
        if self.tls:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=timeout, context=self.tls
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _send(
        self, connection: http.client.HTTPConnection, method: str, target: str, message: Message
    ) -> None:
        connection.sock.settimeout(
            min(self._profile.read_timeout_seconds, self._profile.total_timeout_seconds)
        )
        # A partner may refuse before it has read everything; its answer says why.
        with suppress(BrokenPipeError):
            headers = {**_HEADERS, **message.headers}
            connection.request(method, target, message.body or None, headers)

    def _receive(self, response: http.client.HTTPResponse, answer: RawAnswer) -> None:
        """Read the body piece by piece.

        An announced length is counted here: read1 does so only from Python 3.13.
        """
        most = self._profile.max_reply_bytes
        left = response.length
        while left is None or left > 0:
            piece = response.read1(_CHUNK if left is None else min(_CHUNK, left))
            if not piece:
                break
            room = most - len(answer.body)
            answer.body += piece[:room]
            if len(piece) > room:
                raise Unreadable(
                    f"answered with more than {most} bytes, the limit of ours (max_reply_bytes in"
                    " [client])."
                )
            left = None if left is None else left - len(piece)
        if left:
            raise http.client.IncompleteRead(b"", left)


def _tls(profile: PartnerProfile) -> ssl.SSLContext:
    """TLS 1.2 or newer; server certificate and host name are always verified, without a switch."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if profile.ca_file:
        _load("ca_file", profile.ca_file, lambda: context.load_verify_locations(profile.ca_file))
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if profile.certificate_file and profile.key_file:
        certificate, key, secret = (
            profile.certificate_file,
            profile.key_file,
            profile.passphrase_file,
        )
        _load(
            "certificate_file", certificate, lambda: _load_pair(context, certificate, key, secret)
        )
    return context


def _load_pair(context: ssl.SSLContext, certificate: Path, key: Path, secret: Path | None) -> None:
    # Without a password OpenSSL would ask for one on the terminal and stop the service, so one is
    # always passed.
    passphrase = secret.read_bytes().partition(b"\n")[0].rstrip(b"\r") if secret else b""
    try:
        context.load_cert_chain(certificate, key, password=passphrase)
    except ssl.SSLError:  # the pair may have been replaced between the two reads; try once more
        context.load_cert_chain(certificate, key, password=passphrase)


def _load(key: str, file: Path, load: Callable[[], None]) -> None:
    try:
        load()
    except OSError as error:
        raise SettingsInvalid(
            f"{key}: {file.name} cannot be used. It must be readable PEM; a private key must fit"
            " its certificate and be opened by passphrase_file, if it is encrypted.",
            file=str(file),
            key=key,
        ) from error


def _fingerprint(certificate_file: Path | None) -> str | None:
    """SHA-256 of our client certificate, the first in its file, in hex."""
    if certificate_file is None:
        return None
    pem = certificate_file.read_text(encoding="ascii", errors="replace")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    first = begin + pem.partition(begin)[2].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()
