"""Where do we listen? Binds the one socket that all worker processes share."""

import os
import socket
import stat

from gateway.serving.options import CannotServe, TcpAddress, UnixSocket

BACKLOG = 1024


def listening_socket(address: TcpAddress | UnixSocket) -> socket.socket:
    """A socket that already takes connections; they wait until a worker is there. Raises CannotServe."""
    listener = _unix(address) if isinstance(address, UnixSocket) else _tcp(address)
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def spelled(listener: socket.socket, scheme: str) -> str:
    """The address as a person writes it: `http://127.0.0.1:8080`, `unix:/run/epix-gateway/http.sock`."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"{scheme}://{host}:{name[1]}"


def _tcp(address: TcpAddress) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
        except OSError:
            listener.close()
            raise
    except OSError as trouble:
        raise CannotServe(f"cannot listen on {address.host} port {address.port}: {trouble.strerror}") from None
    return listener


def _unix(address: UnixSocket) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # closed to others until chmod has said who may write
    try:
        _clear_away(address)
        listener.bind(str(address.path))
        address.path.chmod(address.mode)
    except OSError as trouble:
        listener.close()
        raise CannotServe(f"cannot listen on {address.path}: {trouble.strerror or 'path too long'}") from None
    finally:
        os.umask(before)
    return listener


def _clear_away(address: UnixSocket) -> None:
    """Removes the socket a killed server left behind; anything else, or one that still answers, stays."""
    try:
        if not stat.S_ISSOCK(address.path.stat().st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        try:
            knock.connect(str(address.path))
        except ConnectionRefusedError:
            address.path.unlink()
