"""How does a request reach a door over HTTP? Home of the HTTP server; docs/http-servers.md says which and why."""

from gateway.serving.options import (
    CannotServe,
    Limits,
    ProxyTrust,
    ServingOptions,
    TcpAddress,
    Tls,
    UnixSocket,
)
from gateway.serving.readiness import RunningServer, running
from gateway.serving.server import serve

__all__ = [
    "CannotServe",
    "Limits",
    "ProxyTrust",
    "RunningServer",
    "ServingOptions",
    "TcpAddress",
    "Tls",
    "UnixSocket",
    "running",
    "serve",
]
