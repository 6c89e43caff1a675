"""Listening socket: bound once, shared by all worker processes (prefork)."""

import os
import socket
import stat
import struct

from gateway.serving.options import CannotServe, TcpAddress, UnixSocket

BACKLOG = 1024
"""Connections that the kernel queues while no worker accepts them, see listen(2)."""


def listening_socket(address: TcpAddress | UnixSocket) -> socket.socket:
    """A socket that listens already. Connections wait in the kernel until a worker accepts them.

    Raises CannotServe.
    """
    listener = _unix(address) if isinstance(address, UnixSocket) else _tcp(address)
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def display_address(listener: socket.socket, scheme: str) -> str:
    """The address of a listening socket, as a person writes it.

    `http://127.0.0.1:8080`, `unix:/run/epix-gateway/http.sock`.
    """
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"{scheme}://{host}:{name[1]}"


def reset_on_close(connection: socket.socket) -> None:
    """Have a connection reset when it is closed, its unsent bytes dropped."""
    # struct linger of socket(7): on, for 0 seconds
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _tcp(address: TcpAddress) -> socket.socket:
    try:
        family, kind, protocol, _, endpoint = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(endpoint)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {address.host} port {address.port}: {error.strerror}"
        ) from None
    return listener


def _unix(address: UnixSocket) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # no access for others until chmod sets the mode
    try:
        _remove_stale_socket(address)
        listener.bind(str(address.path))
        address.path.chmod(address.mode)
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"cannot listen on {address.path}: {error.strerror or 'path too long'}"
        ) from None
    finally:
        os.umask(before)
    return listener


def _remove_stale_socket(address: UnixSocket) -> None:
    """Remove the socket file of a server that was killed.

    Another kind of file stays, and so does the socket of a server that still answers.
    """
    try:
        if not stat.S_ISSOCK(address.path.stat().st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(address.path))
        except ConnectionRefusedError:
            address.path.unlink()
