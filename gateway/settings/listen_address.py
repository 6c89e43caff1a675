"""Listen address: host and port, or Unix socket, on which a server takes connections."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gateway.loopback import is_loopback_host
from gateway.settings.section import wrong

_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Host and port, or a Unix socket (then host is None and port 0).

    port: 0 means any free one.
    """

    host: str | None
    port: int = 0
    socket: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `127.0.0.1:8080`, `[::1]:8080` or `/run/epix.sock`.

        Raises ValueError saying what is expected.
        """
        if text.startswith("/"):
            return cls(None, socket=Path(text))
        found = _HOST_AND_PORT.fullmatch(text)
        if not found or int(found["port"]) > 65535:
            raise ValueError(
                "must be HOST:PORT such as 127.0.0.1:8080, or the absolute path of a unix socket"
            )
        return cls(found["host"].strip("[]"), int(found["port"]))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it; a Unix socket counts."""
        return self.host is None or is_loopback_host(self.host)

    def __str__(self) -> str:
        if self.socket is not None:
            return str(self.socket)
        return (
            f"[{self.host}]:{self.port}" if ":" in (self.host or "") else f"{self.host}:{self.port}"
        )


def read_address(value: object) -> object:
    """An address from its text; anything else as it is, for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return ListenAddress.parse(value)
    except ValueError as error:
        raise wrong(str(error)) from None
