"""Messages between the processes of a gateway, in pickle: both ends are of one gateway.

Errors of the gateway pass whole. Python's own way would call a constructor with the text alone.
"""

import copyreg
import pickle
from io import BytesIO
from multiprocessing.connection import Connection
from typing import Any

from gateway.domain.errors import GatewayError


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        if isinstance(value, GatewayError):
            return copyreg.__newobj__, (type(value), *value.args), value.__dict__  # type: ignore[attr-defined]
        return NotImplemented


def send(connection: Connection, message: object) -> None:
    """Send a message. Raises OSError where the other process has ended."""
    content = BytesIO()
    _Pickler(content, pickle.HIGHEST_PROTOCOL).dump(message)
    connection.send_bytes(content.getbuffer())


def receive(connection: Connection) -> Any:
    """Wait for a message. Raises EOFError or OSError where the other process has ended."""
    return pickle.loads(connection.recv_bytes())  # noqa: S301  # from our own process
