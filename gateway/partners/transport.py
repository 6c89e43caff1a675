"""How do bytes travel to a partner and back? One connection per exchange, TLS always verified, every wait bounded.

No redirects, proxies, cookies, compression or repeats: http.client does none of them by itself, and that is why it is
used here. A connection of its own per exchange means that no request is ever lost on one the partner just closed.
"""

import hashlib
import http.client
import io
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from gateway.domain.errors import SettingsInvalid
from gateway.partners.faults import Unreadable, while_connecting, while_reading, while_waiting
from gateway.partners.messages import Message
from gateway.partners.profile import PartnerProfile

_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "text/xml, application/soap+xml, multipart/related",
    "Accept-Encoding": "identity",
    "User-Agent": "epix-gateway",
    "Connection": "close",
}


@dataclass(slots=True)
class RawAnswer:
    """What came back, filled while it arrives, so that what an exchange left is kept even where it failed.

    status: None before an answer began.  body: as it travelled, at most maximum_answer_bytes.
    """

    status: int | None = None
    content_type: str = ""
    content_encoding: str = ""
    body: bytearray = field(default_factory=bytearray)


class Transport:
    """Carries messages to one partner. Raises SettingsInvalid where certificate files cannot be used."""

    def __init__(self, profile: PartnerProfile) -> None:
        self._profile = profile
        address = urlsplit(profile.address)
        self._host = address.hostname or ""
        self._port = address.port
        self._target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        self._tls = _tls(profile) if address.scheme == "https" else None
        self.fingerprint = _fingerprint(profile.certificate_file) if self._tls else None

    def exchange(self, message: Message, answer: RawAnswer) -> None:
        """Send one message and fill `answer`. Raises NotReached, TooLate, Unreadable."""
        with closing(self._connection()) as connection:
            try:
                connection.connect()
            except OSError as error:
                raise while_connecting(error) from error
            paced = _PacedReader(connection.sock, self._patience())
            with closing(http.client.HTTPResponse(paced, method="POST")) as response:  # type: ignore[arg-type]
                try:
                    self._send(connection, message)
                    response.begin()
                except (OSError, http.client.HTTPException) as error:
                    raise while_waiting(error) from error
                answer.status = response.status
                answer.content_type = response.headers.get("Content-Type", "")
                answer.content_encoding = response.headers.get("Content-Encoding", "")
                try:
                    self._receive(response, answer)
                except (OSError, http.client.HTTPException) as error:
                    raise while_reading(error) from error

    def _connection(self) -> http.client.HTTPConnection:
        timeout = self._profile.connect_timeout_seconds
        if self._tls:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _patience(self) -> Callable[[], float]:
        """How long the next wait may be, in seconds; the total time runs from here."""
        ends_at = monotonic() + self._profile.total_timeout_seconds

        def patience() -> float:
            left = ends_at - monotonic()
            if left <= 0:
                raise TimeoutError
            return min(left, self._profile.read_timeout_seconds)

        return patience

    def _send(self, connection: http.client.HTTPConnection, message: Message) -> None:
        connection.sock.settimeout(min(self._profile.read_timeout_seconds, self._profile.total_timeout_seconds))
        with suppress(BrokenPipeError):  # a partner may refuse before it has read all; its answer says why
            connection.request("POST", self._target, message.body, {**_HEADERS, **message.headers})

    def _receive(self, response: http.client.HTTPResponse, answer: RawAnswer) -> None:
        """Take the body piece by piece. An announced length is counted here: before Python 3.13 read1 does not."""
        most = self._profile.maximum_answer_bytes
        left = response.length
        while left is None or left > 0:
            piece = response.read1(_CHUNK if left is None else min(_CHUNK, left))
            if not piece:
                break
            room = most - len(answer.body)
            answer.body += piece[:room]
            if len(piece) > room:
                raise Unreadable(f"answered with more than the {most} bytes that maximum_answer_bytes allows it.")
            left = None if left is None else left - len(piece)
        if left:
            raise http.client.IncompleteRead(b"", left)


class _PacedReader(io.RawIOBase):
    """The connection as HTTPResponse reads it: no single wait longer than `patience` gives when it begins."""

    def __init__(self, connected: socket.socket, patience: Callable[[], float]) -> None:
        super().__init__()
        self._socket = connected
        self._patience = patience

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._socket.settimeout(self._patience())
        return self._socket.recv_into(buffer)


def _tls(profile: PartnerProfile) -> ssl.SSLContext:
    """Server certificate and host name are always verified: PROTOCOL_TLS_CLIENT, and no switch."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if profile.ca_file:
        _load("ca_file", profile.ca_file, lambda: context.load_verify_locations(profile.ca_file))
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if profile.certificate_file and profile.key_file:
        certificate, key, secret = profile.certificate_file, profile.key_file, profile.passphrase_file
        _load("certificate_file", certificate, lambda: _load_pair(context, certificate, key, secret))
    return context


def _load_pair(context: ssl.SSLContext, certificate: Path, key: Path, secret: Path | None) -> None:
    # An encrypted key must not stop a service with a question on the terminal, hence always a password.
    passphrase = secret.read_bytes().partition(b"\n")[0].rstrip(b"\r") if secret else b""
    try:
        context.load_cert_chain(certificate, key, password=passphrase)
    except ssl.SSLError:  # the pair may have been changed between one file and the other: once more
        context.load_cert_chain(certificate, key, password=passphrase)


def _load(key: str, file: Path, load: Callable[[], None]) -> None:
    try:
        load()
    except OSError as error:
        raise SettingsInvalid(
            f"{key}: {file.name} cannot be used. It must be readable PEM; a private key must fit its certificate and"
            " be opened by passphrase_file, if it is encrypted.",
            file=str(file), key=key,
        ) from error  # fmt: skip


def _fingerprint(certificate_file: Path | None) -> str | None:
    """SHA-256 of our client certificate, the first in its file, in hex."""
    if certificate_file is None:
        return None
    pem = certificate_file.read_text(encoding="ascii", errors="replace")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    first = begin + pem.partition(begin)[2].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()
