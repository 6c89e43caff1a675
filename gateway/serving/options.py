"""What can be set about the HTTP server? Plain frozen values; every number carries its unit in its name."""

from dataclasses import dataclass, field, fields
from pathlib import Path


class CannotServe(Exception):
    """The server cannot start; the sentence names the setting, file or address at fault, for a person to read."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host name or IP address and a port; port 0 lets the system choose, `serve` announces which."""

    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise CannotServe(f"port {self.port} is not between 0 and 65535")


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A socket file. Whoever may write to it is the proxy, so `mode` and the folder's owner are the access rule."""

    path: Path
    mode: int = 0o660


@dataclass(frozen=True, slots=True)
class Tls:
    """Mutual TLS ended by the gateway itself: TLS 1.2 or newer, PEM files."""

    certificate: Path
    """Our certificate, followed by its intermediate ones."""
    key: Path
    """Its private key."""
    client_authorities: tuple[Path, ...]
    """Files with the CA certificates that may issue client certificates; no other authority counts."""
    client_certificate_required: bool = True
    """False also lets callers without a certificate in; one that is presented must be valid all the same."""
    passphrase: Path | None = None
    """File whose first line is the passphrase of an encrypted key."""


@dataclass(frozen=True, slots=True)
class ProxyTrust:
    """The proxy's certificate headers count: on a Unix socket by its permissions, on TCP by a shared secret."""

    secret: Path | None = None
    """File with the secret the proxy sends as X-EPIX-Proxy-Secret; white space around it is trimmed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one connection. Going over one costs the sender its connection, never anybody else theirs."""

    max_head_bytes: int = 16_384
    max_header_fields: int = 100
    max_body_bytes: int = 4_194_304
    """Above it the site gets one byte more than this and answers; the rest is read and thrown away."""
    head_seconds: float = 10.0
    """From the first byte expected to the end of the head."""
    body_seconds: float = 60.0
    answer_seconds: float = 60.0
    """From the complete request until the whole answer has left."""
    idle_seconds: float = 75.0
    """Between requests; longer than the proxy keeps its own end open, so that never both close at once."""
    max_connections: int = 1_000
    """Per worker. When full, the connection that has waited longest without a request makes room."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            if not getattr(self, setting.name) > 0:
                raise CannotServe(f"{setting.name} must be greater than zero")


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """Everything `serve` needs; built by the command line from the configuration.

    site: `module:name` of a function without arguments that gives the site, `Callable[[HttpRequest], HttpAnswer]`.
    Every worker process calls it once for itself, so that no connection or lock is shared between processes.
    """

    site: str
    address: TcpAddress | UnixSocket = field(default_factory=TcpAddress)
    workers: int = 1
    """Processes; one per core of the machine answers most."""
    threads: int = 0
    """0 calls the site on the event loop, the fastest way for a site that answers within a millisecond; otherwise so
    many requests of a worker are answered at a time, at about 40 microseconds more each."""
    limits: Limits = field(default_factory=Limits)
    tls: Tls | None = None
    refused_handshakes: str | None = None
    """`module:name` of a function that is told in words why a client's certificate, or its lack, ended a TLS handshake,
    and of many within a minute how many (refusals.py). It is called in a thread of its own, and may take its time."""
    proxy: ProxyTrust | None = None
    """None: no header can bring a certificate."""
    stop_seconds: int = 30
    """How long SIGTERM waits for requests in flight."""

    def __post_init__(self) -> None:
        if self.workers < 1 or self.threads < 0 or self.stop_seconds < 1:
            raise CannotServe("workers and stop_seconds must be 1 or more, threads 0 or more")
        if self.tls and self.proxy:
            raise CannotServe("a server that ends TLS itself takes no certificates from a proxy: set one of the two")
        if self.tls and isinstance(self.address, UnixSocket):
            raise CannotServe("TLS on a Unix socket is not offered: let the proxy end TLS")
        if self.proxy and not self.proxy.secret and not isinstance(self.address, UnixSocket):
            raise CannotServe("a proxy that connects over TCP needs a shared secret file")
