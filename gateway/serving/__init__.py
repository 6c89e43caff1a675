"""HTTP server: hands requests to a site and its answers back. The only home of uvicorn.

Rate limit, limits against slow clients (slowloris), framing against request smuggling, mutual TLS,
reverse proxy headers, group commit, prefork workers, readiness and graceful shutdown each have a
module here. docs/http-servers.md compares HTTP servers and says why it is uvicorn.
"""

from gateway.serving.options import (
    CannotServe,
    Limits,
    LongBodies,
    ProxyTrust,
    ServingOptions,
    TcpAddress,
    Tls,
    UnixSocket,
)
from gateway.serving.readiness import NOTIFY_SOCKET, RunningServer, running
from gateway.serving.server import serve

__all__ = [
    "NOTIFY_SOCKET",
    "CannotServe",
    "Limits",
    "LongBodies",
    "ProxyTrust",
    "RunningServer",
    "ServingOptions",
    "TcpAddress",
    "Tls",
    "UnixSocket",
    "running",
    "serve",
]
