"""Options of a stand-in: its address, keys, country, log-in and pace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.bootstrap.clock import now
from gateway.bootstrap.simulator.sample_permits import SAMPLE_COUNTRY
from gateway.dialects import PASSWORD, USERNAME
from gateway.exchange.ports import Clock
from gateway.simulator.misbehaviour import Pace

DEFAULT_LOGIN: Mapping[str, str] = {USERNAME: "stand-in", PASSWORD: "stand-in"}
"""User name and password of a stand-in, where its dialect asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """Options of a stand-in.

    country: ISO 3166 code that it answers for and whose permits it holds.
    host, port: where it listens; port 0: any free one.
    known_as: host name or address that clients use; None: that where it listens.
    keys: folder for the keys of clients; None: a folder that is removed at the end.
    with_tls: HTTPS, with a client certificate where the dialect asks for one.
    client_ca: CA of callers beside that of `keys`, PEM.
    control: host and port of the control address, on loopback; None: there is none.
    namespace: of the service; None: that of the dialect, of its WSDL, or of the contract.
    login: texts that header blocks and log-in must hold, by name: `username`, `password`.
    directory: working directory that may hold the WSDL of the dialect.
    """

    country: str = SAMPLE_COUNTRY
    host: str = "127.0.0.1"
    port: int = 0
    known_as: str | None = None
    keys: Path | None = None
    with_tls: bool = False
    client_ca: Path | None = None
    control: tuple[str, int] | None = None
    namespace: str | None = None
    login: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_LOGIN))
    pace: Pace = field(default_factory=Pace)
    directory: Path | None = None
    clock: Clock = now
