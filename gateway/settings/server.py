"""Server settings, [server]: listener for partners, its TLS, processes and time limits."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from gateway.settings.listen_address import ListenAddress, read_address
from gateway.settings.section import (
    ExistingFile,
    Mistake,
    Seconds,
    SecretTextFile,
    Section,
    refuse_all,
    wrong,
)


class ServerMode(StrEnum):
    """How client certificates of partners reach the gateway."""

    DIRECT_TLS = "direct-tls"
    """The gateway itself ends TLS and checks client certificates."""
    BEHIND_PROXY = "behind-proxy"
    """A reverse proxy of ours ends TLS and forwards the client certificate in a header."""
    PLAIN_LOOPBACK = "plain-loopback"
    """The sandbox: plain HTTP on this machine only, without certificates; any caller is taken."""
    SANDBOX_TLS = "sandbox-tls"
    """The sandbox for a team: mutual TLS with a client certificate that anybody may download.

    Pages and downloads are answered without a certificate, the SOAP endpoint never.
    """

    @property
    def ends_tls(self) -> bool:
        """Whether the gateway itself ends TLS and checks client certificates."""
        return self in (ServerMode.DIRECT_TLS, ServerMode.SANDBOX_TLS)

    @property
    def is_sandbox(self) -> bool:
        """Whether the permits are invented, and the pages say so."""
        return self in (ServerMode.PLAIN_LOOPBACK, ServerMode.SANDBOX_TLS)


class ServerSettings(Section):
    """[server]: the listener for partners."""

    listen: Annotated[ListenAddress, BeforeValidator(read_address)]
    """`HOST:PORT`, or the absolute path of a Unix socket (reverse proxy on the same machine)."""

    mode: ServerMode
    """`direct-tls`, `behind-proxy`, `plain-loopback` or `sandbox-tls`."""

    reset_minutes: Annotated[int, Field(ge=0, le=43_200)] = 0
    """Minutes from one reset of a sandbox to the next. 0: it is reset by command alone."""

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes. One per processor core is plenty."""

    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Requests that one process works on at a time.

    0: one after the other, which is faster where disk and database are fast. With an OCSP
    responder never 0, but 8: a question to it would hold up all other requests.
    """

    certificate_file: ExistingFile | None = None
    """Our certificate with its chain, PEM. For direct-tls."""

    key_file: ExistingFile | None = None
    """The key to it, PEM, readable by the gateway alone. For direct-tls."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""

    client_ca_file: ExistingFile | None = None
    """The CAs that issue partners' certificates, with their roots, PEM.

    For direct-tls and behind-proxy.
    """

    client_certificate_required: bool = True
    """Whether a connection without a client certificate is refused.

    False: such a connection may look at the service page.
    """

    proxy_secret_file: SecretTextFile | None = None
    """File with the secret that the reverse proxy sends with every request.

    For behind-proxy; a Unix socket needs none.
    """

    max_message_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 256 * 1024
    """Longest request body in bytes.

    A confirmation of a thousand lines with a WS-Security header takes about 150 KiB.
    """

    handshake_timeout_seconds: Seconds = 10.0
    """How long a TLS handshake may take. For direct-tls."""

    head_timeout_seconds: Seconds = 10.0
    """How long a request's head may take to arrive."""

    body_timeout_seconds: Seconds = 60.0
    """How long a request's body may take to arrive."""

    answer_timeout_seconds: Seconds = 60.0
    """How long an answer may take, from the complete request to its own last byte."""

    idle_timeout_seconds: Seconds = 75.0
    """How long an open connection may stay silent between two requests.

    It is longer than a reverse proxy in front keeps the connection open.
    """

    stop_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long answers under way may take when the gateway stops."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_all(
            {
                ServerMode.DIRECT_TLS: self._direct_tls_mistakes,
                ServerMode.BEHIND_PROXY: self._behind_proxy_mistakes,
                ServerMode.PLAIN_LOOPBACK: self._plain_loopback_mistakes,
                ServerMode.SANDBOX_TLS: self._direct_tls_mistakes,
            }[self.mode]()
        )
        if self.reset_minutes and not self.mode.is_sandbox:
            raise wrong("must be 0: only a sandbox is reset", key="reset_minutes")
        return self

    def _direct_tls_mistakes(self) -> Iterator[Mistake]:
        for key in ("certificate_file", "key_file", "client_ca_file"):
            if getattr(self, key) is None:
                yield key, f"must be given with mode {self.mode}"
        if self.listen.socket is not None:
            yield "listen", f"must be HOST:PORT with mode {self.mode}"

    def _behind_proxy_mistakes(self) -> Iterator[Mistake]:
        if self.listen.socket is None and self.proxy_secret_file is None:
            yield "proxy_secret_file", "must be given with mode behind-proxy and HOST:PORT"
        if self.client_ca_file is None:
            yield "client_ca_file", "must be given with mode behind-proxy"

    def _plain_loopback_mistakes(self) -> Iterator[Mistake]:
        if not self.listen.is_loopback:
            expected = "must be a loopback address such as 127.0.0.1:8080 with mode plain-loopback"
            yield "listen", expected
