"""Options of the HTTP server: frozen values; the name of each number carries its unit."""

from dataclasses import dataclass, field, fields
from pathlib import Path


class CannotServe(Exception):
    """The server cannot start. The sentence names the setting, file or address at fault."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host name or IP address and a port.

    Port 0 lets the system choose a free port; `serve` announces it.
    """

    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise CannotServe(f"port {self.port} is not between 0 and 65535")


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A socket file of a reverse proxy on this machine.

    Each process that may write to it counts as the proxy. `mode` and the owner of the folder are
    the access rule.
    """

    path: Path
    mode: int = 0o660


@dataclass(frozen=True, slots=True)
class Tls:
    """Mutual TLS that the gateway ends itself: TLS 1.2 or newer, PEM files."""

    certificate: Path
    """Our certificate, followed by its intermediate certificates."""
    key: Path
    """Private key of our certificate."""
    client_authorities: tuple[Path, ...]
    """Files with the CA certificates that may issue client certificates. No other CA counts."""
    client_certificate_required: bool = True
    """False also accepts callers without a certificate. A presented certificate must be valid."""
    passphrase: Path | None = None
    """File whose first line is the passphrase of an encrypted key."""


@dataclass(frozen=True, slots=True)
class ProxyTrust:
    """A reverse proxy in front is trusted for the client certificate.

    It authenticates on a Unix socket by the permissions of the file, over TCP by a shared secret.
    """

    secret: Path | None = None
    """File with the secret that the proxy sends as X-EPIX-Proxy-Secret.

    White space around the secret is trimmed.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one connection, against slow clients (slowloris) and large requests.

    A client over a limit loses its own connection. No other connection is affected.
    """

    max_head_bytes: int = 16_384
    max_header_fields: int = 100
    max_body_bytes: int = 4_194_304
    """Above it the site gets one byte more than this and answers. The rest is read and dropped."""
    head_seconds: float = 10.0
    """From the first byte expected to the end of the head."""
    body_seconds: float = 60.0
    answer_seconds: float = 60.0
    """From the complete request until the whole answer has left."""
    idle_seconds: float = 75.0
    """Between requests.

    Longer than a reverse proxy keeps its own end open. If both closed at once, a request could be
    lost.
    """
    max_connections: int = 1_000
    """Per worker. At the limit the slowest makes room, see capacity/eviction.py."""
    young_seconds: float = 5.0
    """A connection that has waited less for its client does not make room for another."""
    handshake_seconds: float = 10.0
    """From the connection to the end of the TLS handshake."""
    max_handshakes: int = 256
    """TLS handshakes under way, per worker."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            if not getattr(self, setting.name) > 0:
                raise CannotServe(f"{setting.name} must be greater than zero")

    @property
    def check_seconds(self) -> float:
        """Between two looks at the deadline of a connection."""
        return min(1.0, self.head_seconds / 4, self.body_seconds / 4, self.answer_seconds / 4)


@dataclass(frozen=True, slots=True)
class LongBodies:
    """Longer bodies at some addresses of a hosted application, such as files to keep.

    paths: regular expression of whole paths.  most: bytes of such a body.
    at_once: bodies above `max_body_bytes` that a worker holds at the same time. Further bodies are
    refused by status 503, as strangers can send them and memory has to be bounded.
    """

    paths: str
    most: int
    at_once: int = 16


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """Everything `serve` needs. Built from the configuration by the composition root.

    site: `module:name` of a function without arguments that returns the site,
    `Callable[[HttpRequest], HttpAnswer]`. Each worker process calls it once, so that processes
    share no connection and no lock.
    """

    site: str
    address: TcpAddress | UnixSocket = field(default_factory=TcpAddress)
    workers: int = 1
    """Worker processes (prefork). One for each core of the machine answers most requests."""
    threads: int = 0
    """0 calls the site on the event loop, the fastest way if it answers within a millisecond.

    Otherwise the number of requests that one worker answers at a time, each at a cost of about 40
    microseconds more.
    """
    limits: Limits = field(default_factory=Limits)
    tls: Tls | None = None
    refused_handshakes: str | None = None
    """`module:name` of a function that records refused TLS handshakes.

    It is called with the reason in words: the fault of the client certificate, or that there is
    none. handshake_log_limit.py limits the rate. It is called in a thread of its own and may block.
    """
    limit_reached: str | None = None
    """`module:name` of a function that counts a limit that a worker has reached, by its kind."""
    worker_ended: str | None = None
    """`module:name` of a function that is called in each worker that ends as it should."""
    proxy: ProxyTrust | None = None
    """None: no header is trusted for a client certificate."""
    stop_seconds: int = 30
    """Graceful shutdown: time after SIGTERM for requests in flight; later they are cut."""
    hosts_application: bool = False
    """`site` returns an ASGI application instead (hosted_app.py)."""
    long_bodies: LongBodies | None = None
    """Of a hosted application; None: `max_body_bytes` holds everywhere."""

    def __post_init__(self) -> None:
        if self.workers < 1 or self.threads < 0 or self.stop_seconds < 1:
            raise CannotServe("workers and stop_seconds must be 1 or more, threads 0 or more")
        if self.tls and self.proxy:
            raise CannotServe(
                "a server that ends TLS itself takes no certificates from a proxy: set one of"
                " the two"
            )
        if self.tls and isinstance(self.address, UnixSocket):
            raise CannotServe("TLS on a Unix socket is not offered: let the proxy end TLS")
        if self.proxy and not self.proxy.secret and not isinstance(self.address, UnixSocket):
            raise CannotServe("a proxy that connects over TCP needs a shared secret file")
