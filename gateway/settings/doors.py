"""[server] and [client]: the door partners knock at, and how we knock at theirs."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from gateway.settings.section import ExistingFile, Seconds, Section, wrong

_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where a server listens: host and port, or a unix socket (then host is None and port 0).

    port: 0 means any free one.
    """

    host: str | None
    port: int = 0
    socket: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `127.0.0.1:8080`, `[::1]:8080` or `/run/epix.sock`. Raises ValueError saying what is expected."""
        if text.startswith("/"):
            return cls(None, socket=Path(text))
        found = _HOST_AND_PORT.fullmatch(text)
        if not found or int(found["port"]) > 65535:
            raise ValueError("must be HOST:PORT such as 127.0.0.1:8080, or the absolute path of a unix socket")
        return cls(found["host"].strip("[]"), int(found["port"]))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host is None or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        if self.socket is not None:
            return str(self.socket)
        return f"[{self.host}]:{self.port}" if ":" in (self.host or "") else f"{self.host}:{self.port}"


def read_address(value: object) -> object:
    """An address from its text; anything else as it is, for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return ListenAddress.parse(value)
    except ValueError as error:
        raise wrong(str(error)) from None


class ServerMode(StrEnum):
    """How partners' certificates reach us."""

    DIRECT_TLS = "direct-tls"
    """We speak TLS ourselves and check client certificates."""
    BEHIND_PROXY = "behind-proxy"
    """A proxy of our own speaks TLS and hands the certificate on."""
    PLAIN_LOOPBACK = "plain-loopback"
    """The sandbox: plain HTTP, no certificates and so any caller, this machine only."""


class ServerSettings(Section):
    """[server]: the door partners knock at."""

    listen: Annotated[ListenAddress, BeforeValidator(read_address)]
    """`HOST:PORT`, or the absolute path of a unix socket (behind a proxy on the same machine)."""

    mode: ServerMode
    """`direct-tls`, `behind-proxy` or `plain-loopback`."""

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes. One per processor core is plenty."""

    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Requests one process works on at a time. 0: one after the other, faster where neither disk nor database dawdles.

    With an OCSP responder never 0, but 8: a question to it would hold up all others.
    """

    certificate_file: ExistingFile | None = None
    """Our certificate with its chain, PEM. For direct-tls."""

    key_file: ExistingFile | None = None
    """The key to it, PEM, readable by the gateway alone. For direct-tls."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""

    client_ca_file: ExistingFile | None = None
    """The CAs that issue partners' certificates, with their roots, PEM. For direct-tls and behind-proxy."""

    client_certificate_required: bool = True
    """Whether a connection without a client certificate is turned away. False: it may look at the service page."""

    proxy_secret_file: ExistingFile | None = None
    """File with the secret the proxy shows with every request. For behind-proxy; a unix socket needs none."""

    max_message_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 4 * 1024 * 1024
    """Longest request body in bytes, before and after decompression."""

    head_timeout_seconds: Seconds = 10.0
    """How long a request's head may take to arrive."""

    body_timeout_seconds: Seconds = 60.0
    """How long a request's body may take to arrive."""

    answer_timeout_seconds: Seconds = 60.0
    """How long an answer may take from the complete request until all of it has left."""

    idle_timeout_seconds: Seconds = 75.0
    """How long an open connection may say nothing between two requests; longer than a proxy in front keeps it open."""

    stop_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long answers under way may take when the gateway is told to stop."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        {
            ServerMode.DIRECT_TLS: self._tls_is_whole,
            ServerMode.BEHIND_PROXY: self._proxy_is_known,
            ServerMode.PLAIN_LOOPBACK: self._plain_stays_here,
        }[self.mode]()
        return self

    def _tls_is_whole(self) -> None:
        for key in ("certificate_file", "key_file", "client_ca_file"):
            if getattr(self, key) is None:
                raise wrong("must be given with mode direct-tls", key=key)
        if self.listen.socket is not None:
            raise wrong("must be HOST:PORT with mode direct-tls", key="listen")

    def _proxy_is_known(self) -> None:
        if self.listen.socket is None and self.proxy_secret_file is None:
            raise wrong("must be given with mode behind-proxy and HOST:PORT", key="proxy_secret_file")
        if self.client_ca_file is None:
            raise wrong("must be given with mode behind-proxy", key="client_ca_file")

    def _plain_stays_here(self) -> None:
        if not self.listen.is_loopback:
            raise wrong("must be a loopback address such as 127.0.0.1:8080 with mode plain-loopback", key="listen")


class ClientSettings(Section):
    """[client]: who we are to partners we ask, and how long we wait for them."""

    certificate_file: ExistingFile | None = None
    """Our client certificate with its chain, PEM."""

    key_file: ExistingFile | None = None
    """The key to it, PEM."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""

    ca_file: ExistingFile | None = None
    """CAs of the partners' servers, PEM, for partners without a `ca_file` of their own. Left out: the system's."""

    connect_timeout_seconds: Seconds = 5.0
    """How long a connection may take, for partners that say nothing else."""

    read_timeout_seconds: Seconds = 30.0
    """How long a partner may be silent before we give up, for partners that say nothing else."""

    total_timeout_seconds: Seconds = 120.0
    """How long a whole exchange may take, however steadily the answer drips, for partners that say nothing else."""

    max_reply_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 10 * 1024 * 1024
    """Longest answer we read from a partner."""

    @model_validator(mode="after")
    def _certificate_and_key(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            missing = "key_file" if self.key_file is None else "certificate_file"
            raise wrong("must be given too: a certificate and its key go together", key=missing)
        return self
